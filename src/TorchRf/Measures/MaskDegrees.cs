namespace TorchRf.Measures;

/// <summary>How many inputs each unit has left, and whether they vary more than those of a random mask of the same density, whose law is binomial (Pellegrini and Biroli 2022; Redman et al. 2024).</summary>
/// <param name="Units">The inputs of each unit, K numbers.</param>
/// <param name="Sites">N.</param>
public sealed record InDegrees(IReadOnlyList<int> Units, int Sites)
{
    /// <param name="mask">Shape (K, N), Bool.</param>
    public static InDegrees Of(Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        return new InDegrees(mask.sum([1]).ToArray<int>(), (int)mask.shape[1]);
    }

    /// <summary>The share of weights that there are.</summary>
    public double Density => Units.Sum(d => (double)d) / ((double)Units.Count * Sites);

    /// <summary>How many units have an input.</summary>
    public int Connected => Units.Count(d => d > 0);

    /// <summary>The standard deviation over units, over that of the binomial law of N inputs at this density; not a number where none is missing, or all.</summary>
    public double StdRatio => Units.Count < 2 ? double.NaN : Math.Sqrt(Dispersion / (Units.Count - 1));

    /// <summary>How often degrees of the binomial law spread as far from it, either way: sum (d - mean)^2 / (N p (1 - p)) is as chi-square with K - 1 degrees of freedom.</summary>
    public double P
    {
        get
        {
            if (!double.IsFinite(Dispersion) || Units.Count < 2)
                return double.NaN;
            using var scope = torch.NewDisposeScope();
            double below = torch.special.gammainc(torch.tensor((Units.Count - 1) / 2.0), torch.tensor(Dispersion / 2)).item<double>();
            double above = torch.special.gammaincc(torch.tensor((Units.Count - 1) / 2.0), torch.tensor(Dispersion / 2)).item<double>();
            return Math.Min(1, 2 * Math.Min(below, above));
        }
    }

    /// <summary>How many units have n inputs, n from 0 to N.</summary>
    public int[] Histogram()
    {
        var counts = new int[Sites + 1];
        foreach (int degree in Units)
            counts[degree]++;
        return counts;
    }

    /// <summary>How many of as many units would by the binomial law, n from 0 to N.</summary>
    public double[] Expected() => [.. BinomialLaw(Sites, Density).Select(p => p * Units.Count)];

    // The probabilities of 0 to N of N.
    private static double[] BinomialLaw(int sites, double density)
    {
        if (density is 0 or 1)
            return [.. Enumerable.Range(0, sites + 1).Select(n => n == density * sites ? 1.0 : 0)];
        using var scope = torch.NewDisposeScope();
        var n = torch.arange(0, sites + 1, ScalarType.Float64);
        var ways = torch.lgamma(torch.tensor(sites + 1.0)) - torch.lgamma(n + 1) - torch.lgamma(-n + (sites + 1.0));
        return (ways + (n * Math.Log(density)) + ((-n + sites) * Math.Log(1 - density))).exp().ToArray<double>();
    }

    private double Dispersion
    {
        get
        {
            double mean = Density * Sites;
            return Units.Sum(d => (d - mean) * (d - mean)) / (mean * (1 - Density));
        }
    }
}

/// <summary>Which inputs a unit of a deeper layer sees through the masks below it (Pellegrini and Biroli 2022).</summary>
/// <param name="Paths">How many ways there are from each input to each unit, the product of the masks, shape (units of the last, N), Float64.</param>
/// <param name="Reached">Of each unit, how many inputs it has a way from.</param>
/// <param name="Effective">Over how many inputs its paths spread, (sum p)^2 / sum p^2; 0 where there are none.</param>
public sealed record EffectiveFields(Tensor Paths, IReadOnlyList<double> Reached, IReadOnlyList<double> Effective)
{
    /// <param name="masks">From the first layer's, shape (K, N), to the last's, shape (units, units of the layer before), Bool.</param>
    public static EffectiveFields Of(params IReadOnlyList<Tensor> masks)
    {
        using var scope = torch.NewDisposeScope();
        var paths = masks.Select(mask => mask.to(ScalarType.Float64)).Aggregate((below, mask) => mask.matmul(below));
        var squares = paths.square().sum([1]);
        return new EffectiveFields(paths.MoveToOuterDisposeScope(), paths.gt(0).sum([1]).ToArray<double>(), torch.where(squares.gt(0), paths.sum([1]).square() / squares, squares).ToArray<double>());
    }
}

/// <summary>Which units to silence to see what they were worth: those with the most inputs, with the fewest, and at random, of those that have any.</summary>
/// <param name="Most">Units, the one with the most inputs first; of equals the first one.</param>
/// <param name="Least">The one with the fewest first.</param>
/// <param name="Random">In the order in which they were drawn.</param>
public sealed record AblatedUnits(IReadOnlyList<int> Most, IReadOnlyList<int> Least, IReadOnlyList<int> Random)
{
    /// <param name="mask">Shape (K, N), Bool.</param>
    /// <param name="count">How many of each; all that are connected, where there are fewer.</param>
    /// <param name="seed">For those at random.</param>
    public static AblatedUnits Of(Tensor mask, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (int Index, int Inputs)[] connected = [.. InDegrees.Of(mask).Units.Index().Where(u => u.Item > 0)];
        int[] drawn = [.. connected.Select(u => u.Index)];
        new Random(seed).Shuffle(drawn);
        return new AblatedUnits([.. connected.OrderByDescending(u => u.Inputs).Select(u => u.Index).Take(count)], [.. connected.OrderBy(u => u.Inputs).Select(u => u.Index).Take(count)], [.. drawn.Take(count)]);
    }
}
