namespace TorchRf.Ica;

/// <summary>Whitened examples in pieces that stay in a processor's cache while a contrast goes over them; sums are kept in Float64.</summary>
internal sealed class WhitenedExamples : IDisposable
{
    // Elements in a piece: 1 MiB in Float32.
    private const long PieceSize = 1 << 18;

    private readonly Tensor examples;

    // Component by component, made when first asked for: vector code does without.
    private readonly Lazy<List<Tensor>> pieces;

    /// <param name="z">Shape (examples, components); it stays the caller's.</param>
    internal WhitenedExamples(Tensor z)
    {
        (examples, Count, DType, Device) = (z, z.shape[0], z.dtype, z.device);
        pieces = new Lazy<List<Tensor>>(() => [.. Cut().Select(rows => rows.mT.contiguous().DetachFromDisposeScope())]);
    }

    internal long Count { get; }

    internal ScalarType DType { get; }

    internal Device Device { get; }

    /// <summary>E[g(y) z^T], shape (rows, components), and E[g'(y)], shape (rows), of y = W z; Float64.</summary>
    internal (Tensor SlopeProducts, Tensor Curvatures) Moments(Contrast contrast, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var rows = w.to(DType);
        var products = torch.zeros(w.shape, ScalarType.Float64, Device);
        var curvatures = torch.zeros(w.shape[0], ScalarType.Float64, Device);
        foreach (var z in pieces.Value)
        {
            using var inner = torch.NewDisposeScope();
            var (slope, curvature) = contrast.SlopeAndCurvature(rows.mm(z));
            products.add_(slope.mm(z.mT));
            curvatures.add_(curvature);
        }
        return (products.mul_(1.0 / Count).MoveToOuterDisposeScope(), curvatures.mul_(1.0 / Count).MoveToOuterDisposeScope());
    }

    /// <summary>E[G(y)] of y = W z, shape (rows), Float64.</summary>
    internal Tensor Values(Contrast contrast, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var total = torch.zeros(w.shape[0], ScalarType.Float64, Device);
        var transposed = w.to(DType).mT.contiguous();
        foreach (var rows in Cut())
        {
            using var inner = torch.NewDisposeScope();
            total.add_(contrast.Value(rows.mm(transposed)).sum([0], type: ScalarType.Float64));
        }
        return total.mul_(1.0 / Count).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of sum_i sign_i E[G(y_i)] by W, from autograd; shape (rows, components), Float64.</summary>
    internal Tensor Gradient(Contrast contrast, Tensor w, Tensor sign)
    {
        using var scope = torch.NewDisposeScope();
        var leaf = w.detach().clone().requires_grad_(true);
        var total = torch.zeros(w.shape, ScalarType.Float64, Device);
        // Piece by piece, so that what autograd remembers stays small.
        foreach (var z in pieces.Value)
        {
            using var inner = torch.NewDisposeScope();
            var part = (contrast.Value(leaf.to(DType).mm(z)).sum([-1], type: ScalarType.Float64) * sign).sum();
            total.add_(torch.autograd.grad([part], [leaf])[0]);
        }
        return total.mul_(1.0 / Count).MoveToOuterDisposeScope();
    }

    /// <summary>Frees what was made of the examples.</summary>
    public void Dispose()
    {
        if (pieces.IsValueCreated)
            pieces.Value.ForEach(p => p.Dispose());
    }

    private IEnumerable<Tensor> Cut()
    {
        long length = Math.Max(1024, PieceSize / examples.shape[1]);
        for (long first = 0; first < Count; first += length)
            yield return examples.narrow(0, first, Math.Min(length, Count - first));
    }
}
