namespace TorchRf.Data;

/// <summary>A grid for a law that is even in x: cells of equal width from an inner to an outer |x|, as many below 0 as above, with a point in the middle of each.</summary>
/// <param name="Inner">0 where the cells go on through 0; above it where the law has two parts with nothing between.</param>
/// <param name="Outer">Above that.</param>
/// <param name="Points">An even number.</param>
internal sealed record FieldGrid(double Inner, double Outer, int Points)
{
    internal double Step => (Outer - Inner) / (Points / 2);

    /// <summary>The points above 0.</summary>
    internal double[] Positive => [.. Enumerable.Range(0, Points / 2).Select(j => Inner + ((j + 0.5) * Step))];

    /// <summary>All points, rising.</summary>
    internal double[] All => [.. Positive.Reverse().Select(x => -x), .. Positive];
}

/// <summary>What a transfer operator says of a field on a ring.</summary>
/// <param name="Grid">Where it was computed.</param>
/// <param name="Probability">Of |x| in each cell, from the inner to the outer.</param>
/// <param name="Covariance">E[x_0 x_d] for each d from 0 to N - 1.</param>
/// <param name="Fourth">E[x^4].</param>
/// <param name="CorrelationLength">1 / ln of the ratio of the two largest eigenvalues; infinite where they cannot be told apart.</param>
internal sealed record FieldMoments(FieldGrid Grid, double[] Probability, double[] Covariance, double Fourth, double CorrelationLength)
{
    // What is less likely than this times the likeliest cell is left out.
    private const double Negligible = 1e-14;

    internal double Variance => Covariance[0];

    /// <summary>Whether the grid reaches as far as the law does.</summary>
    internal bool IsInside => Math.Max(Probability[^1], Grid.Inner > 0 ? Probability[0] : 0) < Math.Sqrt(Negligible) * Probability.Max();

    /// <summary>The part of the grid where anything is found.</summary>
    internal FieldGrid Support()
    {
        double least = Negligible * Probability.Max();
        int first = Array.FindIndex(Probability, p => p > least), last = Array.FindLastIndex(Probability, p => p > least);
        return Grid with { Inner = Math.Max(first == 0 ? 0 : Grid.Inner, Grid.Inner + ((first - 1) * Grid.Step)), Outer = Math.Min(Grid.Outer, Grid.Inner + ((last + 2) * Grid.Step)) };
    }
}

/// <summary>
/// The transfer operator K(x, y) = exp(-(x - y)^2 / 2 - (V(x) + V(y)) / 2) of a chain of sites in an even potential V. Around a ring of N sites the density of x_1, ..., x_N is
/// K(x_1, x_2) K(x_2, x_3) ... K(x_N, x_1) / Tr K^N. On a grid it is a matrix, and as the functions are smooth and fall off to nothing, sums over the grid are integrals to all digits once its steps are
/// well below the functions' width. Even and odd eigenvectors are computed apart, so that a tiny splitting of theirs is a difference between two exact numbers.
/// </summary>
internal static class TransferOperator
{
    // Distances at a time.
    private const int Rows = 4096;

    /// <summary>K on all points over its largest eigenvalue, shape (points, points), Float64.</summary>
    internal static Tensor Matrix(Func<double, double> potential, FieldGrid grid)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(grid.All);
        var weight = torch.tensor([.. grid.All.Select(at => Math.Exp(-potential(at) / 2))]);
        var kernel = (x.unsqueeze(1) - x).square().mul(-0.5).exp() * weight * weight.unsqueeze(1);
        return (kernel / torch.linalg.eigvalsh(kernel)[-1]).MoveToOuterDisposeScope();
    }

    /// <summary>The moments of a site and of pairs around a ring.</summary>
    internal static FieldMoments Moments(Func<double, double> potential, FieldGrid grid, int sites)
    {
        using var scope = torch.NewDisposeScope();
        var positive = grid.Positive;
        var x = torch.tensor(positive);
        var weight = torch.tensor([.. positive.Select(at => Math.Exp(-potential(at) / 2))]);
        Tensor Kernel(Tensor difference) => difference.square().mul(-0.5).exp() * weight * weight.unsqueeze(1);
        var (same, opposite) = (Kernel(x.unsqueeze(1) - x), Kernel(x.unsqueeze(1) + x));
        // On the positive half alone: an even function's other half is its mirror image, an odd one's that with the sign changed.
        var (even, evenModes) = torch.linalg.eigh(same + opposite);
        var (odd, oddModes) = torch.linalg.eigh(same - opposite);
        var largest = even[-1];
        even = (even / largest).clamp(min: 0.0);
        odd = (odd / largest).clamp(min: 0.0);
        var whole = even.pow(sites).sum() + odd.pow(sites).sum();
        var probability = (evenModes.square().matmul(even.pow(sites)) + oddModes.square().matmul(odd.pow(sites))) / whole;
        double ratio = odd[-1].item<double>();
        // x takes even functions to odd ones only.
        var coupling = evenModes.mT.matmul(oddModes * x.unsqueeze(1)).square();
        var row = new double[sites];
        for (int from = 0; from <= sites / 2; from += Rows)
        {
            using var inner = torch.NewDisposeScope();
            var d = torch.arange(from, Math.Min(from + Rows, (sites / 2) + 1), ScalarType.Float64).unsqueeze(1);
            Tensor Around(Tensor one, Tensor other, Tensor coupled) => (torch.pow(one, d).matmul(coupled) * torch.pow(other, sites - d)).sum([1]);
            var both = Around(even, odd, coupling) + Around(odd, even, coupling.mT);
            foreach (var (i, value) in (both / whole).ToArray<double>().Index())
                row[from + i] = row[(sites - from - i) % sites] = value;
        }
        return new FieldMoments(grid, probability.ToArray<double>(), row, (probability * x.pow(4)).sum().item<double>(),
            ratio < 1 - 1e-14 ? ratio > 0 ? -1 / Math.Log(ratio) : 0 : double.PositiveInfinity);
    }
}

/// <summary>Laws over the points of a grid, one a row, from which many are drawn at once: one search in their cumulative sums, laid end to end, with row i from i to i + 1.</summary>
internal sealed class GridLaws : IDisposable
{
    private readonly TensorCopies sums;
    private readonly long points;

    /// <param name="weights">Shape (rows, points), not negative, Float64 on the CPU; a row of zeros is never drawn from.</param>
    internal GridLaws(Tensor weights)
    {
        using var scope = torch.NewDisposeScope();
        points = weights.shape[1];
        var sum = weights.cumsum(1);
        sum = sum / sum.narrow(1, points - 1, 1).clamp(min: 1e-300);
        sums = new TensorCopies((sum + torch.arange(0, weights.shape[0], ScalarType.Float64).unsqueeze(1)).flatten());
    }

    /// <summary>A point for each row that is asked for.</summary>
    /// <param name="rows">Any shape, Int64.</param>
    /// <param name="generator">On their device.</param>
    /// <returns>That shape, Int64.</returns>
    internal Tensor Draw(Tensor rows, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using Scalar width = points, none = 0L, last = points - 1;
        var at = torch.rand(rows.shape, ScalarType.Float64, rows.device, generator: generator).add_(rows);
        return torch.searchsorted(sums.Like(at), at, right: true).sub_(rows.mul(width)).clamp_(none, last).MoveToOuterDisposeScope();
    }

    public void Dispose() => sums.Dispose();
}
