namespace TorchRf.Experiments.Recipes;

/// <summary>A mean with how much it is to be trusted.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Std">Standard deviation of what it is the mean of; null where there was one only.</param>
/// <param name="StandardError">Of the mean; null where one run says nothing about it, 0 for a number that theory gives.</param>
/// <param name="Count">How many it is the mean of.</param>
public sealed record Statistic(double Mean, double? Std, double? StandardError, int Count)
{
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

    /// <summary>How often something happened. The error is that of Agresti and Coull (Am. Stat. 52, 1998), which does not vanish at none or all.</summary>
    /// <param name="count">How often it happened.</param>
    /// <param name="of">Out of how many independent trials.</param>
    public static Statistic Share(int count, int of)
    {
        double p = (count + 2.0) / (of + 4.0);
        return new Statistic((double)count / of, null, Math.Sqrt(p * (1 - p) / (of + 4.0)), of);
    }

    /// <summary>A number without chance, such as one that theory gives.</summary>
    public static Statistic Exact(double value) => new(value, 0, 0, 1);
}
