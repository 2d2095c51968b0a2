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
    /// <param name="byDistance">Shape (..., D), D at least 2; positive at distance 0.</param>
    /// <param name="distance">The distances in sites, shape (D), Float64, 0 first and rising; 0, 1, ..., D - 1 if this is left out.</param>
    public static CovarianceLengthscale Of(Tensor byDistance, Tensor? distance = null)
    {
        using var scope = torch.NewDisposeScope();
        long count = byDistance.shape[^1];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(byDistance));
        var c = byDistance.detach().to(ScalarType.Float64);
        c = c / c.narrow(-1, 0, 1);
        var d = distance ?? torch.arange(0, count, ScalarType.Float64, c.device);
        var square = d.square();
        // In ln xi; the distances from the fit are those of every xi tried.
        Tensor Fit(Tensor logarithm) => (-square / (logarithm * 2).exp().unsqueeze(-1)).exp();
        Tensor Squares(Tensor logarithm, Tensor of) => (Fit(logarithm) - of).square().sum(-1);
        var (low, high) = (Math.Log(0.05), Math.Log(100.0 * d[-1].item<double>()));
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
        return new CovarianceLengthscale(Result(logarithm.exp()), Result(torch.linalg.norm(Fit(logarithm) - c, [-1]) / torch.linalg.norm(c, [-1])), Result(Crossing(c, d)));
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

    /// <summary>The mean of a covariance matrix over the pairs of sites at each displacement on a torus of L x L sites, numbered row by row.</summary>
    /// <param name="covariance">Shape (L^2, L^2).</param>
    /// <param name="side">L.</param>
    /// <returns>Shape (L, L), by the displacement (down, right) modulo L.</returns>
    public static Tensor OnTorus(Tensor covariance, int side)
    {
        using var scope = torch.NewDisposeScope();
        // From the pairs of sites (i, j), (k, l) to the displacement (k - i, l - j): each first site's map, turned back to where the first site is (0, 0).
        var maps = covariance.view(side, side, side, side);
        var sum = torch.zeros(side, side, covariance.dtype);
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++)
                sum.add_(maps[i, j].roll([-i, -j], [0, 1]));
        return (sum / (double)(side * side)).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of a covariance matrix over the pairs of sites at each displacement on a square whose edges are no neighbours.</summary>
    /// <param name="covariance">Shape (L^2, L^2).</param>
    /// <param name="side">L.</param>
    /// <returns>Shape (2 R + 1, 2 R + 1), R = L/2: by the displacement (down, right) from -R to R; beyond, pairs are few.</returns>
    public static Tensor OnPlane(Tensor covariance, int side)
    {
        using var scope = torch.NewDisposeScope();
        int reach = side / 2;
        var maps = covariance.view(side, side, side, side);
        var mean = torch.zeros((2 * reach) + 1, (2 * reach) + 1, covariance.dtype);
        for (int down = 0; down <= reach; down++)
            for (int right = -reach; right <= reach; right++)
            {
                using var inner = torch.NewDisposeScope();
                // The covariance is symmetric, and so is this about (0, 0).
                mean[reach + down, reach + right] = mean[reach - down, reach - right] = maps.diagonal(down, 0, 2).diagonal(right, 0, 1).mean();
            }
        return mean.MoveToOuterDisposeScope();
    }

    /// <summary>From the displacements of <see cref="OnPlane"/> to their lengths: the mean over all displacements of one length.</summary>
    /// <param name="onPlane">Shape (2 R + 1, 2 R + 1), (0, 0) in the middle.</param>
    /// <returns>The lengths from 0 to R, rising, and the mean at each; shape (D), Float64.</returns>
    public static (Tensor Distance, Tensor Mean) ByDistance(Tensor onPlane)
    {
        int reach = (int)(onPlane.shape[0] / 2), width = (2 * reach) + 1;
        var values = onPlane.ToArray<double>();
        var means = values.Select((value, at) => (Square: Square((at / width) - reach) + Square((at % width) - reach), Value: value))
            .Where(v => v.Square <= reach * reach).GroupBy(v => v.Square, v => v.Value).OrderBy(g => g.Key).ToArray();
        return (torch.tensor([.. means.Select(g => Math.Sqrt(g.Key))]), torch.tensor([.. means.Select(g => g.Average())]));
        static int Square(int d) => d * d;
    }

    // The sum over each upper diagonal.
    private static Tensor[] Diagonals(Tensor covariance) =>
        [.. Enumerable.Range(0, (int)covariance.shape[^1]).Select(d => covariance.diagonal(d, -2, -1).sum(-1))];

    private static Tensor Crossing(Tensor c, Tensor distance)
    {
        double level = Math.Exp(-1);
        var below = c.le(level).to(ScalarType.Float64);
        // The first distance at or below the level, and whether there is one.
        var first = below.argmax(-1, keepdim: true);
        var before = (first.to(ScalarType.Float64) - 1).clamp(min: 0.0).to(ScalarType.Int64);
        var (under, over) = (c.gather(-1, first), c.gather(-1, before));
        var (far, near) = (distance.expand(c.shape).gather(-1, first), distance.expand(c.shape).gather(-1, before));
        var crossing = far - ((far - near) * ((level - under) / (over - under).clamp(min: 1e-300)));
        var some = below.sum(-1, keepdim: true).gt(0);
        return torch.where(some, crossing, (crossing * 0) + double.PositiveInfinity).squeeze(-1);
    }
}
