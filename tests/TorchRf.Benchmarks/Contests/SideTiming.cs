using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks.Contests;

/// <summary>What one side took in a case.</summary>
/// <param name="Side">Which.</param>
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

    /// <summary>As JSON.</summary>
    public JsonObject Json()
    {
        var json = new JsonObject { ["side"] = Side };
        if (Failure is not null)
        {
            json["failure"] = Failure;
            return json;
        }
        json["seconds"] = Time.Json();
        json["rounds"] = new JsonArray([.. Seconds.Select(s => (JsonNode)s)]);
        json["repetitions_a_turn"] = Repetitions;
        json["check"] = new JsonArray([.. Check.Select(c => (JsonNode)c)]);
        if (Iterations.Count > 0)
            json["iterations"] = new JsonArray([.. Iterations.Select(i => (JsonNode)i)]);
        return json;
    }
}
