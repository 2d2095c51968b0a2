using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public class ChunksTests
{
    private int threads;

    [SetUp]
    public void KeepThreads() => threads = torch.get_num_threads();

    [TearDown]
    public void RestoreThreads() => torch.set_num_threads(threads);

    [Test]
    public void Every_chunk_is_done_once([Values(0, 1, 2, 1000)] int count, [Values(1, 2, 5)] int allowed)
    {
        torch.set_num_threads(allowed);
        int[] done = new int[count];
        Chunks.Each(count, chunk => Interlocked.Increment(ref done[chunk]));
        Assert.That(done, Is.All.EqualTo(1));
    }

    [Test]
    public void No_more_threads_work_than_torch_has([Values(1, 2)] int allowed)
    {
        torch.set_num_threads(allowed);
        var (working, most) = (0, 0);
        var gate = new Lock();
        Chunks.Each(50, _ =>
        {
            lock (gate)
                most = Math.Max(most, ++working);
            Thread.Sleep(1);
            lock (gate)
                working--;
        });
        Assert.That(most, Is.InRange(1, allowed));
    }

    // The first of two errors comes late, so that another thread has met the second by then.
    [Test]
    public void The_error_of_the_first_chunk_that_has_one_is_thrown_as_it_is([Values(1, 2, 5)] int allowed)
    {
        torch.set_num_threads(allowed);
        using var later = new ManualResetEventSlim();
        Assert.That(() => Chunks.Each(8, chunk =>
        {
            if (chunk == 1)
            {
                later.Wait(TimeSpan.FromMilliseconds(200));
                throw new InvalidDataException("the first");
            }
            if (chunk >= 4)
            {
                later.Set();
                throw new ArithmeticException("a later one");
            }
        }), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("the first"));
    }
}
