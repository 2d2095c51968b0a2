using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks.Contests;

/// <summary>A case with what each side took.</summary>
/// <param name="Case">What was timed.</param>
/// <param name="Ours">Our side.</param>
/// <param name="Peers">The peers that were asked, those that failed among them.</param>
public sealed record CaseTiming(BenchmarkCase Case, SideTiming Ours, IReadOnlyList<SideTiming> Peers)
{
    /// <summary>How many times as long as ours a peer takes: over the rounds, in each of which the sides took turns. Null where it was not measured.</summary>
    /// <param name="side">The peer's name.</param>
    public Quartiles? RatioTo(string side) =>
        Peers.FirstOrDefault(p => p.Side == side && p.Failure is null) is SideTiming peer
            ? Quartiles.Of(peer.Seconds.Zip(Ours.Seconds, (theirs, ours) => theirs / ours)) : null;

    /// <summary>As JSON.</summary>
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
