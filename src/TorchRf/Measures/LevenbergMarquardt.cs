namespace TorchRf.Measures;

/// <summary>A sum of squares where many fits stand, and how it changes about there: the residual r = w - model, its slope J = d model / dp.</summary>
/// <param name="Squares">|r|^2, shape (...).</param>
/// <param name="Gradient">J r, shape (..., parameters).</param>
/// <param name="Curvature">J J^T, shape (..., parameters, parameters).</param>
internal sealed record LocalSquares(Tensor Squares, Tensor Gradient, Tensor Curvature)
{
    /// <param name="residual">Shape (..., N): what of w is not in the space of the linear parameters.</param>
    /// <param name="basis">An orthonormal basis of that space, each of the residual's shape.</param>
    /// <param name="slopes">The model's derivative by each of the other parameters, of that shape; what lies in the space the linear ones make up for.</param>
    internal static LocalSquares Of(Tensor residual, IReadOnlyList<Tensor> basis, params Tensor[] slopes)
    {
        var (j, q) = (torch.stack(slopes, -2), torch.stack(basis, -2));
        var within = j.matmul(q.mT);
        return new LocalSquares(residual.square().sum(-1), j.matmul(residual.unsqueeze(-1)).squeeze(-1), j.matmul(j.mT) - within.matmul(within.mT));
    }

    internal LocalSquares Where(Tensor better, LocalSquares other)
    {
        Tensor Of(Tensor now, Tensor before, Tensor which) => torch.where(which, now, before);
        var (one, two) = (better.unsqueeze(-1), better.unsqueeze(-1).unsqueeze(-1));
        return new LocalSquares(Of(Squares, other.Squares, better), Of(Gradient, other.Gradient, one), Of(Curvature, other.Curvature, two));
    }

    internal LocalSquares InOuterScope() => new(Squares.MoveToOuterDisposeScope(), Gradient.MoveToOuterDisposeScope(), Curvature.MoveToOuterDisposeScope());
}

/// <summary>Levenberg and Marquardt's method, of many fits side by side, each with a damping of its own.</summary>
internal static class LevenbergMarquardt
{
    // A step that wins less than this share of the squares is the last that is needed.
    private const double Enough = 1e-13;

    /// <summary>Parameters that fit better, or as well.</summary>
    /// <param name="p">Where the fits start, shape (..., parameters), Float64.</param>
    /// <param name="at">The squares at parameters of that shape.</param>
    /// <param name="bounded">Parameters brought to where they mean something.</param>
    /// <param name="steps">The most steps.</param>
    internal static Tensor Improved(Tensor p, Func<Tensor, LocalSquares> at, Func<Tensor, Tensor> bounded, int steps)
    {
        using var scope = torch.NewDisposeScope();
        // Held, for in a loop as long as this a temporary's finaliser may come before torch has read it.
        using Scalar enough = 1 - Enough, far = 1e7, least = 1e-12, most = 1e8, less = 0.2, more = 4;
        var here = at(p);
        var damping = torch.full_like(here.Squares, 1e-2);
        for (int step = 0; step < steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            var next = bounded(p + Step(here, damping));
            var there = at(next);
            var better = there.Squares.lt(here.Squares);
            // Where damping has grown this far no direction leads down.
            var open = torch.where(better, there.Squares.lt(here.Squares * enough), damping.lt(far));
            p = torch.where(better.unsqueeze(-1), next, p).MoveToOuterDisposeScope();
            here = there.Where(better, here).InOuterScope();
            damping = torch.where(better, damping * less, damping * more).clamp(least, most).MoveToOuterDisposeScope();
            if (!open.any().item<bool>())
                break;
        }
        return p.MoveToOuterDisposeScope();
    }

    // Solves (H + damping diag H) step = J r in units in which H's diagonal is 1.
    private static Tensor Step(LocalSquares at, Tensor damping)
    {
        using Scalar least = 1e-20, one = 1;
        // A parameter without influence (the frequency of a single site) is not moved.
        var unit = at.Curvature.diagonal(0, -2, -1).clamp(min: least).sqrt();
        var h = at.Curvature / unit.unsqueeze(-1) / unit.unsqueeze(-2);
        h.diagonal(0, -2, -1).copy_((damping + one).unsqueeze(-1).expand_as(unit));
        var (turn, _) = torch.linalg.solve_ex(h, (at.Gradient / unit).unsqueeze(-1));
        return turn.squeeze(-1) / unit;
    }
}
