using System.Text;
using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks;

/// <summary>What a run of benchmarks found, as a page that can be kept and as JSON.</summary>
/// <param name="Peers">What each peer says of itself, by name.</param>
/// <param name="Failures">Why peers are missing, in a sentence each.</param>
public sealed record BenchmarkReport(
    BenchmarkSettings Settings, IReadOnlyList<CaseTiming> Timings, IReadOnlyDictionary<string, JsonObject> Peers, IReadOnlyList<string> Failures, JsonObject Environment)
{
    /// <summary>What to install for a comparison, where nothing was compared.</summary>
    public static string Missing => "No Python with torch was found, so that only our own times are told. For the comparison, on Debian: apt-get install python3-torch python3-sklearn libopenblas0-pthread";

    /// <summary>What to install where the peers multiply matrices by Debian's stand-in for a BLAS, a tenth as fast as any other: ratios to that say nothing.</summary>
    public static string Slow => "The peers multiply matrices by the reference BLAS, which nobody keeps who computes. On Debian: apt-get install libopenblas0-pthread";

    /// <summary>What speaks against the numbers or is missing from them, in a sentence each.</summary>
    public IReadOnlyList<string> Troubles =>
    [
        .. Busy is string busy ? [busy] : (string[])[],
        .. Peers.Count == 0 && Failures.Count == 0 ? [Missing] : (string[])[],
        .. Peers.Values.Any(p => (string?)p["blas"] == "reference BLAS") ? [Slow] : (string[])[],
        .. Failures,
        .. from timing in Timings from peer in timing.Peers where peer.Failure is not null select $"{timing.Case.Name}, {peer.Side}: {peer.Failure}",
    ];

    public JsonObject Json() => new()
    {
        ["quick"] = Settings.Quick,
        ["threads"] = Settings.Threads,
        ["environment"] = Environment.DeepClone(),
        ["peers"] = new JsonObject([.. Peers.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value.DeepClone()))]),
        ["troubles"] = new JsonArray([.. Troubles.Select(f => (JsonNode)f)]),
        ["cases"] = new JsonArray([.. Timings.Select(t => t.Json())]),
    };

    /// <summary>The page, in Markdown.</summary>
    public string Markdown()
    {
        var page = new StringBuilder();
        void Line(string text = "") => page.Append(text).Append('\n');
        Line("# How fast\n");
        Line($"Ours: {Words(Environment)}; {Settings.Threads} {(Settings.Threads == 1 ? "thread" : "threads")}.");
        foreach (var (name, versions) in Peers)
            Line($"Peer, {name}: {Words(versions)}{(PeerSetting.Tuned.Name == name ? "; " + string.Join(", ", PeerSetting.Tuned.Environment.Select(e => $"`{e.Key}={e.Value}`")) : "")}.");
        Line("\nThe sides took turns in one run (ours, the peer as installed, the peer tuned, plain TorchSharp, ours, ...), each of several repetitions after a warm-up. Times are medians over the rounds of the");
        Line("median of each turn; a ratio is the other's time by ours, its median over the rounds and, in parentheses, its quartiles: above 1 ours is faster. What each side computed was compared before its time");
        Line("was believed. Plain TorchSharp is the same work as one would write it in C# with the operations of the same torch, eagerly, in this process and so with its settings (memory that is kept, threads");
        Line("that rest); where ours is that anyway there is none.");
        if (Settings.Quick)
            Line("This is the quick variant: smaller work and few rounds.");
        Line("\n| case | work | ours | as installed | ratio | tuned | ratio | plain TorchSharp | ratio | goal | note |");
        Line("|---|---|---|---|---|---|---|---|---|---|---|");
        string[] notes = [.. Timings.Select(t => t.Case.Accuracy).Where(a => a.Length > 0).Distinct()];
        foreach (var timing in Timings)
        {
            var note = timing.Case.Accuracy.Length > 0 ? $"{Array.IndexOf(notes, timing.Case.Accuracy) + 1}" : "";
            Line($"| `{timing.Case.Name}` | {timing.Case.Work} | {Cell(timing.Ours)} | {Compared(timing, PeerSetting.AsInstalled)} | {Compared(timing, PeerSetting.Tuned)} | {Compared(timing, PeerSetting.Plain)} | {Verdict(timing)} | {note} |");
        }
        Line();
        foreach (var (i, note) in notes.Index())
            Line($"{i + 1}. {note}");
        foreach (var trouble in Troubles)
            Line($"\n**{trouble}**");
        return page.ToString();
    }

    /// <summary>"≥ 5: met", or nothing where nothing is asked.</summary>
    public static string Verdict(CaseTiming timing) => timing.Case.Goal is not Goal goal ? "" : $"{goal}: {goal.IsMetBy(timing) switch { true => "met", false => "missed", null => "not measured" }}";

    // Threads that wait for each other at every operation suffer far more than their share from whatever else runs, and not on all sides alike.
    private string? Busy => (double?)Environment["load_before"] is double load && load > 0.5
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The machine was doing other things before (load {load:0.0}): times and ratios of a busy machine are not to be kept.") : null;

    private static string Compared(CaseTiming timing, PeerSetting setting) =>
        timing.Peers.FirstOrDefault(p => p.Side == setting.Name) is not SideTiming peer ? " | "
        : timing.RatioTo(setting.Name) is Quartiles ratio ? $"{Cell(peer)} | {Measured.Ratio(ratio)}" : "failed | ";

    private static string Cell(SideTiming side) =>
        Measured.Time(side.Time.Median) + (side.Iterations.Count > 0 ? $", {Quartiles.Of(side.Iterations.Select(i => (double)i)).Median:0} iterations" : "");

    private static string Words(JsonObject facts) =>
        string.Join(", ", facts.Where(f => f.Value is not null).Select(f => $"{f.Key.Replace('_', ' ')} {f.Value}"));
}
