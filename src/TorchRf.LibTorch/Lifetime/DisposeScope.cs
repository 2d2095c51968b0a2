using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

/// <summary>Disposes the tensors made while it was the thread's innermost scope, save those moved out or detached.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;

    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);
    private DisposeScope? outer;
    private bool closed;

    internal DisposeScope()
    {
        outer = current;
        current = this;
    }

    internal static DisposeScope? Current => current;

    /// <summary>How many disposables the scope holds now.</summary>
    public int DisposablesCount => disposables.Count;

    /// <summary>Whether the scope will dispose <paramref name="disposable"/>.</summary>
    public bool Contains(IDisposable disposable) => disposables.Contains(disposable);

    /// <summary>Hands the disposable to the scope around this one; without one, to the caller.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        if (disposables.Remove(disposable))
        {
            SetScope(disposable, outer);
            outer?.disposables.Add(disposable);
        }
        return disposable;
    }

    /// <summary>Takes the disposable out of this scope; the caller disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable
    {
        if (disposables.Remove(disposable))
            SetScope(disposable, null);
        return disposable;
    }

    /// <summary>Disposes what the scope holds and closes it.</summary>
    public void Dispose()
    {
        if (closed)
            return;
        closed = true;
        DisposeEverything();
        if (ReferenceEquals(current, this))
        {
            current = outer;
            return;
        }
        // Closed out of order: the scope that names this one as its outer takes over this one's.
        for (var scope = current; scope is not null; scope = scope.outer)
            if (ReferenceEquals(scope.outer, this))
                scope.outer = outer;
    }

    /// <summary>Disposes what the scope holds, and stays open.</summary>
    public void DisposeEverything()
    {
        var all = disposables.ToArray();
        disposables.Clear();
        foreach (var disposable in all)
        {
            SetScope(disposable, null);
            disposable.Dispose();
        }
    }

    internal void Add(IDisposable disposable) => disposables.Add(disposable);

    internal void Forget(IDisposable disposable) => disposables.Remove(disposable);

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
