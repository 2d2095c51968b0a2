using System.Runtime.CompilerServices;

namespace TorchRf.LibTorch.Tests;

[NonParallelizable]
public class MemoryTests
{
    private const long MiB = 1 << 20;

    private static long Resident()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return Environment.WorkingSet;
    }

    // What the process gains over the work, once it is warm.
    private static long Growth(int count, Action work)
    {
        for (int i = 0; i < count / 5; i++)
            work();
        var before = Resident();
        for (int i = 0; i < count; i++)
            work();
        return Resident() - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (int i = 0; i < count; i++)
            torch.ones(new[] { MiB / 4 });
    }

    [Test]
    public void What_is_forgotten_is_given_back_by_the_finaliser()
    {
        var before = Resident();
        for (int i = 0; i < 40; i++)
        {
            Forget(50);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(Resident() - before, Is.LessThan(200 * MiB), "2000 MiB were made");
    }

    [Test]
    public void Forgotten_generators_and_graphs_are_given_back()
    {
        using var w = torch.ones(new long[] { 1000 }, requires_grad: true);
        Assert.That(Growth(40, () =>
        {
            for (int made = 0; made < 100; made++)
            {
                var generator = new Generator(1);
                var y = w * torch.randn(new long[] { 1000 }, generator: generator);
                for (int i = 0; i < 5; i++)
                    y = y.tanh();
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }), Is.LessThan(40 * MiB), "about 100 MiB were made");
    }

    [Test]
    public void A_hundred_thousand_small_operations_leave_memory_flat()
    {
        using var a = torch.ones(new long[] { 8 });
        Assert.That(Growth(25_000, () =>
        {
            using var scope = torch.NewDisposeScope();
            var b = (a + 1.5) * a;
            b[4..6] = b[..2];
        }), Is.LessThan(20 * MiB));
    }

    [Test]
    public void Ten_thousand_training_steps_leave_memory_flat()
    {
        using var generator = new Generator(1);
        using var w = new Parameter(torch.randn(new long[] { 16, 1 }, generator: generator));
        using var optimizer = torch.optim.SGD([w], 1e-3, momentum: 0.9);
        Assert.That(Growth(10_000, () =>
        {
            using var scope = torch.NewDisposeScope();
            var x = torch.randn(new long[] { 4, 16 }, generator: generator);
            optimizer.zero_grad();
            (x.matmul(w) - 1).square().mean().backward();
            optimizer.step();
        }), Is.LessThan(20 * MiB));
    }

    [Test]
    public void Errors_leave_memory_flat()
    {
        using var a = torch.ones(new long[] { 2, 1000 });
        using var b = torch.ones(new long[] { 3, 1000 });
        Assert.That(Growth(500, () => Assert.That(() => a + b, Throws.Exception)), Is.LessThan(20 * MiB));
    }

    [Test]
    public void A_long_chain_of_operations_is_taken_apart_without_running_out_of_stack()
    {
        var y = torch.ones(new long[] { 2 }, requires_grad: true);
        for (int i = 0; i < 50_000; i++)
        {
            var next = y + 1;
            y.Dispose();
            y = next;
        }
        y.sum().backward();
        y.Dispose();
        Assert.That(y.IsInvalid, Is.True);
    }

    // Reads elements of tensors that nothing else holds while another thread collects garbage all the time.
    [Test]
    public void A_tensor_is_not_collected_while_it_is_read()
    {
        bool done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        for (int i = 0; i < 20_000; i++)
        {
            Assert.That(torch.full(new long[] { 1 }, i, dtype: ScalarType.Float64).item<double>(), Is.EqualTo(i));
            Assert.That(torch.full(new long[] { 9 }, i, dtype: ScalarType.Int64).data<long>().ToArray()[8], Is.EqualTo(i));
            Assert.That((torch.full(new long[] { 2, 2 }, i, dtype: ScalarType.Float64) + torch.ones(new long[] { 2 }, dtype: ScalarType.Float64)).sum().item<double>(),
                Is.EqualTo(4.0 * (i + 1)));
        }
        Volatile.Write(ref done, true);
        collector.Join();
    }
}
