namespace TorchRf.Measures;

/// <summary>A mean with how much it is to be trusted.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Std">Standard deviation of what it is the mean of; null where there was one only, or where it is a share.</param>
/// <param name="StandardError">Of the mean; null where one run says nothing about it, 0 for a number that theory gives.</param>
/// <param name="Count">How many it is the mean of.</param>
/// <param name="IsExact">Whether no chance is in it.</param>
public sealed record Statistic(double Mean, double? Std, double? StandardError, int Count, bool IsExact = false)
{
    /// <summary>The standard deviation, or 0 where there was one only.</summary>
    public double Spread => Std ?? 0;

    /// <summary>The standard error; not a number where nothing is known about it.</summary>
    public double Error => StandardError ?? double.NaN;

    /// <summary>The mean of independent values, a tensor's elements.</summary>
    /// <param name="values">Any shape, at least one.</param>
    public static Statistic OfElements(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        var (x, count) = (values.to(ScalarType.Float64), (int)values.numel());
        return Of(x.mean().item<double>(), count, _ => x.std().item<double>());
    }

    /// <summary>The mean of independent values.</summary>
    /// <param name="values">At least one.</param>
    public static Statistic Of(IReadOnlyCollection<double> values) =>
        Of(values.Average(), values.Count, mean => Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)));

    /// <summary>The mean of values of which only those of different groups are independent, such as starts that share a seed's examples.</summary>
    /// <param name="groups">At least one, each of at least one value and all of as many.</param>
    /// <returns>With the spread of single values, the error that the groups' means have, and the groups counted.</returns>
    public static Statistic OfGroups(IReadOnlyCollection<IReadOnlyCollection<double>> groups)
    {
        var (all, means) = (Of([.. groups.SelectMany(g => g)]), Of([.. groups.Select(g => g.Average())]));
        return means with { Std = all.Std };
    }

    /// <summary>
    /// The mean of shares, one a seed. Its error is not below the one that as many trials would have if all of them were independent, which does not vanish where all seeds agree.
    /// </summary>
    /// <param name="shares">From 0 to 1, one a seed.</param>
    /// <param name="trials">How many trials each is the share of.</param>
    public static Statistic OfShares(IReadOnlyCollection<double> shares, int trials)
    {
        var between = Of(shares);
        double least = Share((int)Math.Round(shares.Sum() * trials), shares.Count * trials).StandardError!.Value;
        return between with { StandardError = between.StandardError is double error ? Math.Max(error, least) : null };
    }

    /// <summary>How often something happened. The error is that of Agresti and Coull (Am. Stat. 52, 1998), which does not vanish at none or all.</summary>
    /// <param name="count">How often it happened.</param>
    /// <param name="of">Out of how many independent trials.</param>
    public static Statistic Share(int count, int of)
    {
        double p = (count + 2.0) / (of + 4.0);
        return new Statistic((double)count / of, null, Math.Sqrt(p * (1 - p) / (of + 4.0)), of);
    }

    /// <summary>A number of a sample, with the standard error that leaving out groups of it in turn gives (the jackknife).</summary>
    /// <param name="groups">How many groups, of about one size.</param>
    /// <param name="without">The number without one of the groups, or of the whole sample.</param>
    public static Statistic Jackknife(int groups, Func<int?, double> without)
    {
        double[] each = [.. Enumerable.Range(0, groups).Select(g => without(g))];
        double mean = each.Average();
        return new Statistic(without(null), null, Math.Sqrt((groups - 1.0) / groups * each.Sum(v => (v - mean) * (v - mean))), groups);
    }

    /// <summary>A number without chance, such as one that theory gives.</summary>
    public static Statistic Exact(double value) => new(value, 0, 0, 1, IsExact: true);

    // In two passes, mean and then deviations: MathNet's single pass has other last digits than those that reports and pictures were written with.
    private static Statistic Of(double mean, int count, Func<double, double> deviation) =>
        count > 1 && deviation(mean) is var std ? new Statistic(mean, std, std / Math.Sqrt(count), count) : new Statistic(mean, null, null, 1);
}

/// <summary>
/// Mean, variance and excess kurtosis of numbers that arrive in pieces. Two of them merge into that of all the numbers,
/// in any order, without loss (the pairwise formulas of Pébay, Sandia report SAND2008-6212).
/// </summary>
/// <param name="Count">How many numbers.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="M2">Sum of squared deviations.</param>
/// <param name="M3">Sum of cubed deviations.</param>
/// <param name="M4">Sum of fourth powers of deviations.</param>
public readonly record struct RunningMoments(long Count, double Mean, double M2, double M3, double M4)
{
    /// <summary>Variance about the mean, with Count in the denominator.</summary>
    public double Variance => M2 / Count;

    /// <summary>The standard deviation, with Count - 1 in the denominator; null for fewer than two numbers.</summary>
    public double? Std => Count < 2 ? null : Math.Sqrt(M2 / (Count - 1));

    /// <summary>The standard error of the mean of independent numbers; null for fewer than two.</summary>
    public double? StandardError => Count < 2 ? null : Math.Sqrt(M2 / (Count - 1) / Count);

    /// <summary>E[(x - mean)^4] / variance^2 - 3.</summary>
    public double ExcessKurtosis => (Count * M4 / (M2 * M2)) - 3;

    /// <summary>The moments of a tensor's elements; any shape, computed in Float64 on its device.</summary>
    public static RunningMoments Of(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        var x = values.to(ScalarType.Float64);
        double mean = x.mean().item<double>();
        var d = x - mean;
        var square = d.square();
        return new RunningMoments(values.numel(), mean,
            square.sum().item<double>(), (square * d).sum().item<double>(), square.square().sum().item<double>());
    }

    /// <summary>The moments of both sets of numbers together.</summary>
    public RunningMoments Merge(RunningMoments other)
    {
        if (Count == 0)
            return other;
        if (other.Count == 0)
            return this;
        double n = Count + other.Count, a = Count / n, b = other.Count / n;
        double d = other.Mean - Mean, d2 = d * d;
        return new RunningMoments(Count + other.Count, Mean + (d * b),
            M2 + other.M2 + (d2 * a * b * n),
            M3 + other.M3 + (d * d2 * a * b * (a - b) * n) + (3 * d * ((a * other.M2) - (b * M2))),
            M4 + other.M4 + (d2 * d2 * a * b * ((a * a) - (a * b) + (b * b)) * n)
                + (6 * d2 * ((a * a * other.M2) + (b * b * M2))) + (4 * d * ((a * other.M3) - (b * M3))));
    }
}
