using System.Collections.Concurrent;

namespace TorchRf.LibTorch.Tests;

[NonParallelizable]
public class ThreadTests
{
    private static void OnThreads(int count, Action<int> work)
    {
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                work(i);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.That(failures, Is.Empty);
    }

    [Test]
    public void Tensors_are_made_and_disposed_by_many_threads_at_once() =>
        OnThreads(8, thread =>
        {
            for (int i = 0; i < 1000; i++)
            {
                using var scope = torch.NewDisposeScope();
                var a = torch.full(new long[] { 10 }, thread, dtype: ScalarType.Float64);
                var sum = ((a + i) * 2).sum().item<double>();
                if (sum != 20.0 * (thread + i))
                    throw new InvalidOperationException($"thread {thread} step {i}: {sum}");
                if (scope.DisposablesCount != 4)
                    throw new InvalidOperationException($"{scope.DisposablesCount} in the scope");
            }
        });

    [Test]
    public void Threads_train_side_by_side_and_alike()
    {
        var ends = new ConcurrentDictionary<int, double>();
        OnThreads(4, thread =>
        {
            using var generator = new Generator(7);
            using var w = new Parameter(torch.randn(new long[] { 5 }, dtype: ScalarType.Float64, generator: generator));
            using var optimizer = torch.optim.SGD([w], 0.1, momentum: 0.5);
            for (int i = 0; i < 200; i++)
            {
                using var scope = torch.NewDisposeScope();
                optimizer.zero_grad();
                var x = torch.randn(new long[] { 5 }, dtype: ScalarType.Float64, generator: generator);
                (w - (0.1 * x)).square().sum().backward();
                optimizer.step();
            }
            ends[thread] = w.detach().sum().item<double>();
        });
        Assert.That(ends.Values.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_tensor_may_be_shared_for_reading()
    {
        using var shared = TensorNumbers.Counting(1000);
        OnThreads(8, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                using var scope = torch.NewDisposeScope();
                if (shared[1..].sum().item<double>() != 499_500)
                    throw new InvalidOperationException("a wrong sum");
            }
        });
    }

    [Test]
    public void Each_thread_gets_its_own_error() =>
        OnThreads(4, thread =>
        {
            using var a = torch.ones(new long[] { 100 + thread });
            using var b = torch.ones(new long[] { 2 });
            for (int i = 0; i < 50; i++)
                try
                {
                    _ = a + b;
                    throw new InvalidOperationException("no error");
                }
                catch (System.Runtime.InteropServices.ExternalException e)
                {
                    if (!e.Message.Contains($"({100 + thread})", StringComparison.Ordinal))
                        throw new InvalidOperationException($"thread {thread} got: {e.Message}", e);
                }
        });

    [Test]
    public void The_number_of_threads_is_what_was_set()
    {
        int before = torch.get_num_threads();
        Assert.That(before, Is.Positive);
        torch.set_num_threads(1);
        Assert.That(torch.get_num_threads(), Is.EqualTo(1));
        using var a = torch.ones(new long[] { 300, 300 }, dtype: ScalarType.Float64);
        Assert.That(a.matmul(a)[0, 0].item<double>(), Is.EqualTo(300));
        torch.set_num_threads(before);
        Assert.That(torch.get_num_threads(), Is.EqualTo(before));
    }

    [Test]
    public void Disposing_one_tensor_from_many_threads_frees_it_once()
    {
        for (int i = 0; i < 50; i++)
        {
            var tensor = torch.ones(new long[] { 1000 });
#if TORCH_SYSTEM
            OnThreads(4, _ => tensor.Dispose());
#else
            tensor.Dispose();
#endif
            Assert.That(tensor.IsInvalid, Is.True);
        }
    }
}
