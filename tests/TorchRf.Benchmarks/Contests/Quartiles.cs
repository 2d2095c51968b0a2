using System.Text.Json.Nodes;
using MathNet.Numerics.Statistics;

namespace TorchRf.Benchmarks.Contests;

/// <summary>The median of several values and the quarters around it.</summary>
/// <param name="Lower">A quarter of the values are below.</param>
/// <param name="Median">Half of them are.</param>
/// <param name="Upper">A quarter are above.</param>
public readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Those of values, between two of which they are interpolated linearly (as numpy's percentiles are).</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("Nothing has no median.", nameof(values));
        double At(double fraction) => SortedArrayStatistics.QuantileCustom(sorted, fraction, QuantileDefinition.R7);
        return new Quartiles(At(0.25), At(0.5), At(0.75));
    }

    /// <summary>As JSON.</summary>
    public JsonObject Json() => new() { ["median"] = Median, ["lower_quartile"] = Lower, ["upper_quartile"] = Upper };
}
