namespace TorchRf.Measures;

/// <summary>How far covariance reaches: the lengthscale of the kernel exp(-d^2 / xi^2) (LSG eq. 2) that is nearest, and how near it is. Everything has shape (...).</summary>
/// <param name="Lengthscale">xi in sites, by least squares over the distances given, the covariance being scaled to 1 at distance 0; 0.05 to 100 times the largest distance.</param>
/// <param name="Misfit">|c - fit| / |c|, a ratio of l2 norms: not small where the covariance is no such kernel.</param>
/// <param name="FallsBelow">The distance at which the correlation first falls to 1/e, linearly between sites: xi for such a kernel. Infinity where it never does.</param>
public sealed record CovarianceLengthscale(Tensor Lengthscale, Tensor Misfit, Tensor FallsBelow)
{
    private const int Tried = 400;
    private const int GoldenSteps = 50;

    /// <summary>The lengthscale of covariances by distance.</summary>
    /// <param name="byDistance">Shape (..., D): at distances 0, 1, ..., D - 1; D at least 2, positive at distance 0.</param>
    public static CovarianceLengthscale Of(Tensor byDistance)
    {
        using var scope = torch.NewDisposeScope();
        long count = byDistance.shape[^1];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(byDistance));
        var c = byDistance.detach().to(ScalarType.Float64);
        c = c / c.narrow(-1, 0, 1);
        var square = torch.arange(0, count, ScalarType.Float64, c.device).square();
        // In ln xi; the distances from the fit are those of every xi tried.
        Tensor Fit(Tensor logarithm) => (-square / (logarithm * 2).exp().unsqueeze(-1)).exp();
        Tensor Squares(Tensor logarithm, Tensor of) => (Fit(logarithm) - of).square().sum(-1);
        var (low, high) = (Math.Log(0.05), Math.Log(100.0 * (count - 1)));
        var tried = torch.linspace(low, high, Tried, ScalarType.Float64, c.device);
        var best = tried.index_select(0, (-Squares(tried, c.unsqueeze(-2))).argmax(-1).flatten()).view(c.shape[..^1]);
        // Golden section on tensors, for all covariances at once; a library's takes one function of a number.
        double step = (high - low) / (Tried - 1), ratio = (Math.Sqrt(5) - 1) / 2;
        var (from, to) = (best - step, best + step);
        for (int i = 0; i < GoldenSteps; i++)
        {
            var inner = (to - from) * ratio;
            var nearer = Squares(to - inner, c).lt(Squares(from + inner, c));
            (from, to) = (torch.where(nearer, from, to - inner), torch.where(nearer, from + inner, to));
        }
        var logarithm = (from + to) * 0.5;
        Tensor Result(Tensor value) => value.to(byDistance.dtype).MoveToOuterDisposeScope();
        return new CovarianceLengthscale(Result(logarithm.exp()), Result(torch.linalg.norm(Fit(logarithm) - c, [-1]) / torch.linalg.norm(c, [-1])), Result(Crossing(c)));
    }

    /// <summary>The mean of a covariance matrix over the pairs of sites at each distance around the ring.</summary>
    /// <param name="covariance">Shape (..., N, N).</param>
    /// <returns>Shape (..., N/2 + 1), for distances 0 to N/2.</returns>
    public static Tensor OnRing(Tensor covariance)
    {
        using var scope = torch.NewDisposeScope();
        long n = covariance.shape[^1];
        var line = Diagonals(covariance);
        // Distance d is offset d and, around the end, offset N - d.
        return torch.stack(Enumerable.Range(0, (int)(n / 2) + 1).Select(d => (d == 0 ? line[0] : line[d] + line[(int)n - d]) / (double)n), -1).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of a covariance matrix over the pairs of sites at each distance along a line, whose ends are no neighbours.</summary>
    /// <param name="covariance">Shape (..., N, N).</param>
    /// <returns>Shape (..., N/2 + 1), for distances 0 to N/2; beyond, pairs are few.</returns>
    public static Tensor OnLine(Tensor covariance)
    {
        using var scope = torch.NewDisposeScope();
        long n = covariance.shape[^1];
        var line = Diagonals(covariance);
        return torch.stack(Enumerable.Range(0, (int)(n / 2) + 1).Select(d => line[d] / (double)(n - d)), -1).MoveToOuterDisposeScope();
    }

    // The sum over each upper diagonal.
    private static Tensor[] Diagonals(Tensor covariance) =>
        [.. Enumerable.Range(0, (int)covariance.shape[^1]).Select(d => covariance.diagonal(d, -2, -1).sum(-1))];

    private static Tensor Crossing(Tensor c)
    {
        double level = Math.Exp(-1);
        long count = c.shape[^1];
        var below = c.le(level).to(ScalarType.Float64);
        // The first distance at or below the level, and whether there is one.
        var first = below.argmax(-1, keepdim: true);
        var (under, over) = (c.gather(-1, first), c.gather(-1, (first.to(ScalarType.Float64) - 1).clamp(min: 0.0).to(ScalarType.Int64)));
        var crossing = first.to(ScalarType.Float64) - ((level - under) / (over - under).clamp(min: 1e-300));
        var some = below.sum(-1, keepdim: true).gt(0);
        return torch.where(some, crossing, (crossing * 0) + double.PositiveInfinity).squeeze(-1);
    }
}
