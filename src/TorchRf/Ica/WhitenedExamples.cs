namespace TorchRf.Ica;

/// <summary>Whitened examples in pieces that stay in a processor's cache while a contrast goes over them; sums are kept in Float64, and have the same bits on any number of threads.</summary>
internal sealed class WhitenedExamples
{
    private readonly Parts parts;

    /// <param name="z">Shape (examples, components); it stays the caller's.</param>
    internal WhitenedExamples(Tensor z)
    {
        (Count, DType, Device) = (z.shape[0], z.dtype, z.device);
        parts = new Parts(z);
    }

    internal long Count { get; }

    internal ScalarType DType { get; }

    internal Device Device { get; }

    /// <summary>E[g(y) z^T], shape (rows, components), and E[g'(y)], shape (rows), of y = W z; Float64.</summary>
    internal (Tensor SlopeProducts, Tensor Curvatures) Moments(Contrast contrast, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var rows = w.to(DType);
        long components = w.shape[1];
        var means = parts.Sum(w.shape[0] * (components + 1), (_, z) =>
        {
            var (slope, curvature) = contrast.SlopeAndCurvature(rows.mm(z.mT));
            return torch.cat([slope.mm(z), curvature.unsqueeze(1)], 1);
        }).mul_(1.0 / Count);
        return (means.narrow(1, 0, components).contiguous().MoveToOuterDisposeScope(), means.select(1, components).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>E[G(y)] of y = W z, shape (rows), Float64.</summary>
    internal Tensor Values(Contrast contrast, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var transposed = w.detach().to(DType).mT.contiguous();
        return parts.Sum(w.shape[0], (_, z) => contrast.Value(z.mm(transposed)).sum([0], type: ScalarType.Float64)).mul_(1.0 / Count).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of sum_i sign_i E[G(y_i)] by W, from autograd; shape (rows, components), Float64.</summary>
    internal Tensor Gradient(Contrast contrast, Tensor w, Tensor sign)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, weights) = (w.detach(), sign.unsqueeze(1));
        // Piece by piece, so that what autograd remembers stays small.
        return parts.Sum(w.numel(), (_, z) =>
        {
            using var gradients = torch.enable_grad();
            var leaf = rows.clone().requires_grad_(true);
            var part = (contrast.Value(leaf.to(DType).mm(z.mT)).to(ScalarType.Float64) * weights).sum();
            return torch.autograd.grad([part], [leaf])[0];
        }).mul_(1.0 / Count).MoveToOuterDisposeScope();
    }
}
