using System.Runtime.CompilerServices;

namespace TorchRf.LibTorch.Tests;

[NonParallelizable]
public class TensorCountTests
{
    // What other tests forgot would otherwise be finalised, and counted down, in the middle of this one.
    [SetUp]
    public void FinaliseWhatIsForgotten()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static Tensor Make() => torch.ones(new long[] { 2 });

    [Test]
    public void Each_tensor_counts_until_it_is_disposed()
    {
        long before = Tensor.TotalCount;
        var one = Make();
        var view = one.view(1, 2);
        Assert.That(Tensor.TotalCount, Is.EqualTo(before + 2));
        one.Dispose();
        one.Dispose();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before + 1));
        view.Dispose();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void A_scope_gives_all_of_its_own_back()
    {
        long before = Tensor.TotalCount;
        using (torch.NewDisposeScope())
        {
            _ = (Make() + Make()).sum();
            Assert.That(Tensor.TotalCount, Is.EqualTo(before + 4));
        }
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void A_parameter_counts_instead_of_what_it_was_made_from()
    {
        long before = Tensor.TotalCount;
        var data = Make();
        var parameter = new Parameter(data);
        Assert.That(Tensor.TotalCount, Is.EqualTo(before + 1));
        parameter.Dispose();
        data.Dispose();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void What_is_forgotten_counts_until_it_is_finalised()
    {
        long before = Tensor.TotalCount;
        Forget(10);
        FinaliseWhatIsForgotten();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void What_leaves_its_scope_counts_until_it_is_finalised()
    {
        long before = Tensor.TotalCount;
        LeaveAndForget(10);
        FinaliseWhatIsForgotten();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

#if TORCH_SYSTEM
    [Test]
    public void What_a_forgotten_scope_holds_counts_until_it_is_finalised()
    {
        long before = Tensor.TotalCount;
        // On a thread of its own, which would otherwise remember the scope as the innermost.
        var thread = new Thread(() => ForgetWithTheirScope(10));
        thread.Start();
        thread.Join();
        FinaliseWhatIsForgotten();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void What_is_moved_to_a_scope_that_another_thread_closes_is_lost_by_neither()
    {
        long before = Tensor.TotalCount;
        MoveWhileAnotherThreadCloses(2000);
        FinaliseWhatIsForgotten();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }
#endif

    [Test]
    public void The_peak_stays()
    {
        long before = Tensor.TotalCount;
        using (torch.NewDisposeScope())
            for (long more = Tensor.PeakCount - before + 3; more > 0; more--)
                Make();
        long peak = Tensor.PeakCount;
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
        Assert.That(peak, Is.GreaterThanOrEqualTo(before + 3));
        Make().Dispose();
        Assert.That(Tensor.PeakCount, Is.EqualTo(peak));
    }

    [Test]
    public void Threads_are_counted_together()
    {
        long before = Tensor.TotalCount;
        Parallel.For(0, 8, _ =>
        {
            using var scope = torch.NewDisposeScope();
            for (int i = 0; i < 1000; i++)
                Make().Dispose();
        });
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (int i = 0; i < count; i++)
            Make();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveAndForget(int count)
    {
        using var scope = torch.NewDisposeScope();
        for (int i = 0; i < count; i++)
        {
            Make().DetachFromDisposeScope();
            Make().MoveToOuterDisposeScope();
        }
    }

#if TORCH_SYSTEM
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetWithTheirScope(int count)
    {
        torch.NewDisposeScope();
        for (int i = 0; i < count; i++)
            Make();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MoveWhileAnotherThreadCloses(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var outer = torch.NewDisposeScope();
            var closing = new Thread(outer.Dispose);
            using (torch.NewDisposeScope())
            {
                var made = Make();
                closing.Start();
                made.MoveToOuterDisposeScope();
            }
            closing.Join();
        }
    }
#endif
}
