using TorchRf.Training;

namespace TorchRf.Experiments.Comparing;

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

    /// <summary>The mean of independent values, a tensor's elements.</summary>
    /// <param name="values">Any shape, at least one.</param>
    public static Statistic OfElements(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        var (x, count) = (values.to(ScalarType.Float64), (int)values.numel());
        double mean = x.mean().item<double>();
        if (count == 1)
            return new Statistic(mean, null, null, 1);
        double std = x.std().item<double>();
        return new Statistic(mean, std, std / Math.Sqrt(count), count);
    }

    /// <summary>The mean of independent values.</summary>
    /// <param name="values">At least one.</param>
    public static Statistic Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        if (values.Count == 1)
            return new Statistic(mean, null, null, 1);
        double std = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        return new Statistic(mean, std, std / Math.Sqrt(values.Count), values.Count);
    }

    /// <summary>
    /// The mean over initialisations that train side by side. Where they are shown the same examples they share those examples' noise, and how much of it there
    /// is one run does not tell: they then count as one, and the standard error is that of a single one.
    /// </summary>
    /// <param name="values">One an initialisation.</param>
    /// <param name="streams">What they were shown.</param>
    public static Statistic Of(IReadOnlyCollection<double> values, ExampleStreams streams)
    {
        var independent = Of(values);
        return streams == ExampleStreams.Own ? independent : independent with { StandardError = independent.Std };
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

    /// <summary>A number without chance, such as one that theory gives.</summary>
    public static Statistic Exact(double value) => new(value, 0, 0, 1, IsExact: true);
}
