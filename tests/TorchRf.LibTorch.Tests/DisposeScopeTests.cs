namespace TorchRf.LibTorch.Tests;

public class DisposeScopeTests
{
    private static Tensor Make() => torch.ones(new long[] { 2 });

    private static void OnAnotherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.That(failure, Is.Null);
    }

    [Test]
    public void Closing_disposes_what_was_made_since_opening()
    {
        var before = Make();
        Tensor within, derived;
        using (torch.NewDisposeScope())
        {
            within = Make();
            derived = within + before;
        }
        using var after = Make();
        Assert.Multiple(() =>
        {
            Assert.That(within.IsInvalid, Is.True);
            Assert.That(derived.IsInvalid, Is.True);
            Assert.That(before.IsInvalid, Is.False);
            Assert.That(after.IsInvalid, Is.False);
        });
        before.Dispose();
    }

    [Test]
    public void A_scope_knows_what_it_holds()
    {
        using var scope = torch.NewDisposeScope();
        var first = Make();
        var second = Make();
        Assert.Multiple(() =>
        {
            Assert.That(scope.DisposablesCount, Is.EqualTo(2));
            Assert.That(scope.Contains(first), Is.True);
        });
        first.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(scope.DisposablesCount, Is.EqualTo(1));
            Assert.That(scope.Contains(first), Is.False);
            Assert.That(scope.Contains(second), Is.True);
        });
        scope.DisposeEverything();
        Assert.That(second.IsInvalid, Is.True);
        Assert.That(scope.DisposablesCount, Is.Zero);
        var third = Make();
        Assert.That(scope.Contains(third), Is.True, "the scope is still open");
    }

    [Test]
    public void What_is_moved_out_lives_as_long_as_the_scope_around()
    {
        Tensor one, two, left;
        using (var outer = torch.NewDisposeScope())
        {
            using (var inner = torch.NewDisposeScope())
            {
                left = Make();
                one = inner.MoveToOuter(Make());
                two = Make().MoveToOuterDisposeScope();
                Assert.That(inner.Contains(one), Is.False);
            }
            Assert.That(left.IsInvalid, Is.True);
            Assert.That(one.IsInvalid || two.IsInvalid, Is.False);
            Assert.That(outer.Contains(one) && outer.Contains(two), Is.True);
        }
        Assert.That(one.IsInvalid && two.IsInvalid, Is.True);
    }

    [Test]
    public void Moved_out_of_the_outermost_scope_a_tensor_is_the_callers()
    {
        Tensor kept;
        using (torch.NewDisposeScope())
            kept = Make().MoveToOuterDisposeScope();
        Assert.That(kept.IsInvalid, Is.False);
        kept.MoveToOuterDisposeScope().DetachFromDisposeScope();
        kept.Dispose();
        Assert.That(kept.IsInvalid, Is.True);
    }

    [Test]
    public void What_is_detached_lives_until_it_is_disposed()
    {
        Tensor one, two;
        using (torch.NewDisposeScope())
        using (var inner = torch.NewDisposeScope())
        {
            one = inner.Detach(Make());
            two = Make().DetachFromDisposeScope();
        }
        Assert.That(one.IsInvalid || two.IsInvalid, Is.False);
        one.Dispose();
        two.Dispose();
    }

    [Test]
    public void A_scope_moves_only_what_it_holds()
    {
        using var outer = torch.NewDisposeScope();
        var foreign = Make();
        using var inner = torch.NewDisposeScope();
        inner.MoveToOuter(foreign);
        inner.Detach(foreign);
        Assert.That(outer.Contains(foreign), Is.True);
    }

    [Test]
    public void Many_levels_nest()
    {
        static Tensor Descend(int depth)
        {
            using var scope = torch.NewDisposeScope();
            var own = Make();
            if (depth > 0)
                Assert.That(Descend(depth - 1).IsInvalid, Is.True);
            Assert.That(own.IsInvalid, Is.False);
            Assert.That(scope.DisposablesCount, Is.EqualTo(1));
            return own;
        }
        Assert.That(Descend(50).IsInvalid, Is.True);
    }

    [Test]
    public void Closed_out_of_order_each_scope_disposes_its_own_and_none_is_left_open()
    {
        var outer = torch.NewDisposeScope();
        var ofOuter = Make();
        var inner = torch.NewDisposeScope();
        var ofInner = Make();
        outer.Dispose();
        Assert.That(ofOuter.IsInvalid, Is.True);
        Assert.That(ofInner.IsInvalid, Is.False);
        inner.Dispose();
        Assert.That(ofInner.IsInvalid, Is.True);
        using var free = Make();
        using (var next = torch.NewDisposeScope())
            Assert.That(next.Contains(free), Is.False);
        Assert.That(free.IsInvalid, Is.False);
    }

    [Test]
    public void A_scope_is_of_one_thread()
    {
        Tensor? elsewhere = null, within = null;
        using (torch.NewDisposeScope())
            OnAnotherThread(() =>
            {
                elsewhere = Make();
                using (torch.NewDisposeScope())
                    within = Make();
            });
        Assert.That(elsewhere!.IsInvalid, Is.False);
        Assert.That(within!.IsInvalid, Is.True);
        elsewhere.Dispose();
    }

    [Test]
    public void A_tensor_disposed_by_another_thread_leaves_its_scope()
    {
        using var scope = torch.NewDisposeScope();
        var made = Make();
        OnAnotherThread(made.Dispose);
        Assert.That(made.IsInvalid, Is.True);
        Assert.That(scope.DisposablesCount, Is.Zero);
    }

    [Test]
    public void A_scope_closed_by_another_thread_is_closed()
    {
        var scope = torch.NewDisposeScope();
        var within = Make();
        OnAnotherThread(scope.Dispose);
        using var after = Make();
        using var probe = torch.NewDisposeScope();
        Assert.Multiple(() =>
        {
            Assert.That(within.IsInvalid, Is.True);
            Assert.That(scope.Contains(after), Is.False);
            Assert.That(after.IsInvalid, Is.False);
        });
    }

#if TORCH_SYSTEM
    [Test]
    public void Closing_twice_is_closing_once()
    {
        using var outer = torch.NewDisposeScope();
        var inner = torch.NewDisposeScope();
        inner.Dispose();
        inner.Dispose();
        var made = Make();
        Assert.That(outer.Contains(made), Is.True);
    }

    [Test]
    public void Scopes_closed_in_the_middle_pass_on_to_the_next_open_one()
    {
        using var outer = torch.NewDisposeScope();
        var middle = torch.NewDisposeScope();
        using var inner = torch.NewDisposeScope();
        middle.Dispose();
        var made = inner.MoveToOuter(Make());
        Assert.That(outer.Contains(made), Is.True);
    }

    [Test]
    public void Many_threads_may_dispose_what_one_scope_holds()
    {
        using var scope = torch.NewDisposeScope();
        var handed = new System.Collections.Concurrent.BlockingCollection<Tensor>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            foreach (var tensor in handed.GetConsumingEnumerable())
                tensor.Dispose();
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        for (int i = 0; i < 20_000; i++)
            handed.Add(Make());
        handed.CompleteAdding();
        Array.ForEach(threads, t => t.Join());
        Assert.That(scope.DisposablesCount, Is.Zero);
    }
#endif
}
