namespace TorchRf.Ica;

/// <summary>Whitened examples in pieces that stay in a processor's cache while a contrast goes over them; sums are kept in Float64.</summary>
internal sealed class WhitenedExamples : IDisposable
{
    // Elements in a piece: 1 MiB in Float32.
    private const long PieceSize = 1 << 18;

    private readonly List<Tensor> pieces = [];

    /// <param name="z">Shape (examples, components).</param>
    internal WhitenedExamples(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        (Count, DType, Device) = (z.shape[0], z.dtype, z.device);
        long columns = Math.Max(1024, PieceSize / z.shape[1]);
        for (long first = 0; first < Count; first += columns)
            pieces.Add(z.narrow(0, first, Math.Min(columns, Count - first)).mT.contiguous().DetachFromDisposeScope());
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
        foreach (var z in pieces)
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
        foreach (var z in pieces)
        {
            using var inner = torch.NewDisposeScope();
            total.add_(contrast.Value(w.to(DType).mm(z)).sum([-1], type: ScalarType.Float64));
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
        foreach (var z in pieces)
        {
            using var inner = torch.NewDisposeScope();
            var part = (contrast.Value(leaf.to(DType).mm(z)).sum([-1], type: ScalarType.Float64) * sign).sum();
            total.add_(torch.autograd.grad([part], [leaf])[0]);
        }
        return total.mul_(1.0 / Count).MoveToOuterDisposeScope();
    }

    public void Dispose() => pieces.ForEach(p => p.Dispose());
}
