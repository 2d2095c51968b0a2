using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

/// <summary>
/// Disposes the tensors made while it was the thread's innermost scope, save those moved out or detached. Scopes may be
/// closed in any order and from any thread; what they hold may be disposed from any thread.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;

    // Each tensor knows its place here (Tensor.Slot), so that coming and going costs no search. Guarded by the gate, as are the tensors' Scope and Slot.
    private readonly List<torch.Tensor> held = [];
    private readonly Lock gate = new();
    private readonly DisposeScope? enclosing;
    private readonly Guard guard;
    private volatile bool closed;

    internal DisposeScope()
    {
        guard = new Guard(this);
        enclosing = Current;
        current = this;
    }

    /// <summary>The thread's innermost scope that is open: one closed out of order, or by another thread, is passed over.</summary>
    internal static DisposeScope? Current
    {
        get
        {
            var innermost = current;
            return innermost is { closed: true } ? current = Open(innermost) : innermost;
        }
    }

    /// <summary>How many disposables the scope holds now.</summary>
    public int DisposablesCount
    {
        get
        {
            lock (gate)
                return held.Count;
        }
    }

    /// <summary>Whether the scope will dispose <paramref name="disposable"/>.</summary>
    public bool Contains(IDisposable disposable)
    {
        lock (gate)
            return disposable is torch.Tensor tensor && tensor.Scope == this;
    }

    /// <summary>Hands the disposable to the scope around this one; without one, to the caller.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => Move(disposable, Open(enclosing));

    /// <summary>Takes the disposable out of this scope; the caller disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => Move(disposable, null);

    /// <summary>Disposes what the scope holds and closes it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
        }
        DisposeEverything();
        GC.SuppressFinalize(guard);
        _ = Current;
    }

    /// <summary>Disposes what the scope holds, and stays open.</summary>
    public void DisposeEverything()
    {
        torch.Tensor[] all;
        lock (gate)
        {
            all = [.. held];
            held.Clear();
            foreach (var tensor in all)
                tensor.Scope = null;
        }
        foreach (var tensor in all)
            tensor.Dispose();
    }

    /// <summary>Takes the tensor in; false when the scope is closed, as another thread may have been first.</summary>
    internal bool Add(torch.Tensor tensor)
    {
        lock (gate)
        {
            if (closed)
                return false;
            tensor.Slot = held.Count;
            tensor.Scope = this;
            held.Add(tensor);
            return true;
        }
    }

    /// <summary>Lets go of the tensor; false when it is no longer here, as another thread may have been first.</summary>
    internal bool Forget(torch.Tensor tensor)
    {
        lock (gate)
        {
            if (tensor.Scope != this)
                return false;
            // The last one takes its place.
            var last = held[^1];
            held[tensor.Slot] = last;
            last.Slot = tensor.Slot;
            held.RemoveAt(held.Count - 1);
            tensor.Scope = null;
            return true;
        }
    }

    private T Move<T>(T disposable, DisposeScope? target) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor && Forget(tensor))
            tensor.Enter(target);
        return disposable;
    }

    // The finaliser of what a scope holds that is forgotten open: its tensors have none, and are forgotten no sooner than it is.
    private sealed class Guard(DisposeScope scope)
    {
        ~Guard()
        {
            foreach (var tensor in scope.held)
                tensor.Finalise();
        }
    }

    private static DisposeScope? Open(DisposeScope? scope)
    {
        while (scope is { closed: true })
            scope = scope.enclosing;
        return scope;
    }
}

public static partial class torch
{
    /// <summary>Opens a scope that disposes every tensor made on this thread until it is disposed itself.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>Switches gradient recording off on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Switches gradient recording on (or off) on this thread until the result is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Whether operations on this thread are recorded for gradients.</summary>
    public static bool is_grad_enabled() => Native.torchrf_grad_mode() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Native.torchrf_grad_mode();
        private bool restored;

        internal GradMode(bool enabled) => Native.torchrf_set_grad_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            if (restored)
                return;
            restored = true;
            Native.torchrf_set_grad_mode(before);
        }
    }
}
