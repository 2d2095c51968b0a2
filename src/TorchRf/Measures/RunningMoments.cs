namespace TorchRf.Measures;

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
