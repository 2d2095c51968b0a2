using System.Globalization;
using System.Text.Json.Nodes;
using MathNet.Numerics.Statistics;

namespace TorchRf.Benchmarks.Contests;

/// <summary>A case with what each side took.</summary>
/// <param name="Peers">The peers that were asked, those that failed among them.</param>
public sealed record CaseTiming(BenchmarkCase Case, SideTiming Ours, IReadOnlyList<SideTiming> Peers)
{
    /// <summary>How many times as long as ours a peer takes: over the rounds, in each of which the sides took turns. Null where it was not measured.</summary>
    public Quartiles? RatioTo(string side) =>
        Peers.FirstOrDefault(p => p.Side == side && p.Failure is null) is SideTiming peer
            ? Quartiles.Of(peer.Seconds.Zip(Ours.Seconds, (theirs, ours) => theirs / ours)) : null;

    public JsonObject Json() => new()
    {
        ["name"] = Case.Name,
        ["work"] = Case.Work,
        ["accuracy"] = Case.Accuracy,
        ["ours"] = Ours.Json(),
        ["peers"] = new JsonArray([.. Peers.Select(peer =>
        {
            var json = peer.Json();
            if (RatioTo(peer.Side) is Quartiles ratio)
                json["ratio"] = ratio.Json();
            return json;
        })]),
        ["goal"] = Case.Goal?.ToString(),
        ["goal_is_met"] = Case.Goal?.IsMetBy(this),
    };
}

/// <summary>What one side took in a case.</summary>
/// <param name="Repetitions">How many repetitions a turn of it had.</param>
/// <param name="Seconds">The time of one operation, the median of each round's turn.</param>
/// <param name="Check">The numbers of its last turn by which both sides show that they did the same.</param>
/// <param name="Iterations">The iterations of the last repetition of each turn, where they were counted.</param>
/// <param name="Failure">Why it stopped, and is not to be compared; null where it did not.</param>
public sealed record SideTiming(
    string Side, int Repetitions, IReadOnlyList<double> Seconds, IReadOnlyList<double> Check, IReadOnlyList<int> Iterations, string? Failure = null)
{
    /// <summary>The time of one operation, over the rounds.</summary>
    public Quartiles Time => Quartiles.Of(Seconds);

    public JsonObject Json()
    {
        if (Failure is not null)
            return new JsonObject { ["side"] = Side, ["failure"] = Failure };
        var json = new JsonObject
        {
            ["side"] = Side,
            ["seconds"] = Time.Json(),
            ["rounds"] = new JsonArray([.. Seconds.Select(s => (JsonNode)s)]),
            ["repetitions_a_turn"] = Repetitions,
            ["check"] = new JsonArray([.. Check.Select(c => (JsonNode)c)]),
        };
        if (Iterations.Count > 0)
            json["iterations"] = new JsonArray([.. Iterations.Select(i => (JsonNode)i)]);
        return json;
    }
}

/// <summary>The median of several values and the quarters around it.</summary>
public readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Those of values, between two of which they are interpolated linearly (as numpy's percentiles are).</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("Nothing has no median.", nameof(values));
        double At(double fraction) => SortedArrayStatistics.QuantileCustom(sorted, fraction, QuantileDefinition.R7);
        return new Quartiles(At(0.25), At(0.5), At(0.75));
    }

    public JsonObject Json() => new() { ["median"] = Median, ["lower_quartile"] = Lower, ["upper_quartile"] = Upper };
}

/// <summary>How measured times and ratios are written: three figures, for more are not certain.</summary>
public static class Measured
{
    /// <summary>"1.23 ms".</summary>
    public static string Time(double seconds) => seconds switch
    {
        >= 1 => Figures(seconds) + " s",
        >= 1e-3 => Figures(seconds * 1e3) + " ms",
        >= 1e-6 => Figures(seconds * 1e6) + " µs",
        _ => Figures(seconds * 1e9) + " ns",
    };

    /// <summary>"5.31 (5.20-5.44)": the median and the quartiles.</summary>
    public static string Ratio(Quartiles ratio) => $"{Figures(ratio.Median)} ({Figures(ratio.Lower)}-{Figures(ratio.Upper)})";

    /// <summary>"5.3", or "1240".</summary>
    public static string Figures(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
