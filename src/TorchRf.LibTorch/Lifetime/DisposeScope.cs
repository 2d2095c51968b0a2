using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

/// <summary>
/// Disposes the tensors made while it was the thread's innermost scope, save those moved out or detached. Scopes may be
/// closed in any order and from any thread; what they hold may be disposed from any thread.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;

    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope? enclosing;
    private volatile bool closed;

    internal DisposeScope()
    {
        enclosing = Current;
        current = this;
    }

    /// <summary>The thread's innermost scope that is open: one closed out of order, or by another thread, is passed over.</summary>
    internal static DisposeScope? Current => current = Open(current);

    /// <summary>How many disposables the scope holds now.</summary>
    public int DisposablesCount
    {
        get
        {
            lock (disposables)
                return disposables.Count;
        }
    }

    /// <summary>Whether the scope will dispose <paramref name="disposable"/>.</summary>
    public bool Contains(IDisposable disposable)
    {
        lock (disposables)
            return disposables.Contains(disposable);
    }

    /// <summary>Hands the disposable to the scope around this one; without one, to the caller.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => Move(disposable, Open(enclosing));

    /// <summary>Takes the disposable out of this scope; the caller disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => Move(disposable, null);

    /// <summary>Disposes what the scope holds and closes it.</summary>
    public void Dispose()
    {
        if (closed)
            return;
        closed = true;
        DisposeEverything();
        _ = Current;
    }

    /// <summary>Disposes what the scope holds, and stays open.</summary>
    public void DisposeEverything()
    {
        IDisposable[] all;
        lock (disposables)
        {
            all = [.. disposables];
            disposables.Clear();
        }
        foreach (var disposable in all)
        {
            SetScope(disposable, null);
            disposable.Dispose();
        }
    }

    internal void Add(IDisposable disposable)
    {
        lock (disposables)
            disposables.Add(disposable);
        SetScope(disposable, this);
    }

    internal bool Forget(IDisposable disposable)
    {
        lock (disposables)
            return disposables.Remove(disposable);
    }

    private T Move<T>(T disposable, DisposeScope? target) where T : IDisposable
    {
        if (Forget(disposable))
        {
            SetScope(disposable, null);
            target?.Add(disposable);
        }
        return disposable;
    }

    private static DisposeScope? Open(DisposeScope? scope)
    {
        while (scope is { closed: true })
            scope = scope.enclosing;
        return scope;
    }

    private static void SetScope(IDisposable disposable, DisposeScope? scope)
    {
        if (disposable is torch.Tensor tensor)
            tensor.Scope = scope;
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
