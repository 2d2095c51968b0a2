using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Runs;

namespace TorchRf.Experiments.Comparing;

/// <summary>What a run leaves in its folder. Its tables and pictures are made from nothing else, so that they can be made again.</summary>
/// <param name="Settings">What was run, with what data and device say themselves filled in.</param>
/// <param name="Results">What results.json holds, as it is read.</param>
/// <param name="Weights">What weights.safetensors holds: "trained" and "theory", shape (snapshots, inits, units, N), and others.</param>
public sealed record KeptRun(RunSettings Settings, JsonObject Results, IReadOnlyDictionary<string, Tensor> Weights)
{
    /// <summary>The snapshots, each with at least its step.</summary>
    public IReadOnlyList<JsonNode> Snapshots => [.. (Results["snapshots"] as JsonArray ?? []).OfType<JsonNode>()];

    /// <summary>Their steps.</summary>
    public IReadOnlyList<long> Steps => [.. Snapshots.Select(s => (long)Number(s, "step"))];

    /// <summary>What the data of each class are; nothing where a version before 0.2 did not write it.</summary>
    public IReadOnlyList<string> Classes => [.. (Results["classes"] as JsonArray ?? []).Select(c => c is JsonValue text && text.TryGetValue(out string? said) ? said : "")];

    /// <summary>The data in a title's words.</summary>
    public string Data => Classes.Count > 0 ? string.Join(" against ", Classes) : Settings.Data.Name;

    /// <summary>How the sites are arranged.</summary>
    public Lattice Lattice => Settings.Data.ToLattice();

    /// <summary>Reads what a run left.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="results">What its results.json holds.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <exception cref="InvalidDataException">The weights are damaged, or do not go with the results.</exception>
    public static KeptRun Read(string folder, JsonObject results, Catalogue catalogue)
    {
        var file = Path.Combine(folder, RunFolder.WeightsFile);
        if (results["settings"] is not JsonObject settings)
            throw MalformedFile.Because(Path.Combine(folder, RunFolder.ResultsFile), "not a run's results (it has no settings)");
        var kept = new KeptRun(RunSettings.FromRun(settings, catalogue), Current(results), SafeTensors.Read(file).Tensors.ToDictionary(t => Current(t.Key), t => t.Value));
        kept.RequireWhole(file);
        return kept;
    }

    /// <summary>What a run found, with training and theory called as they are now: earlier versions said "simulated" and "predicted".</summary>
    /// <param name="results">What results.json holds.</param>
    public static JsonObject Current(JsonObject results)
    {
        var current = results.DeepClone().AsObject();
        foreach (var snapshot in (current["snapshots"] as JsonArray ?? []).OfType<JsonObject>())
            if (snapshot["ipr"] is JsonObject ipr)
                snapshot["ipr"] = new JsonObject([.. ipr.Select(of => KeyValuePair.Create(Current(of.Key), of.Value?.DeepClone()))]);
        return current;
    }

    private static string Current(string name) => name switch { "simulated" => "trained", "predicted" => "theory", _ => name };

    /// <summary>A number in a document; not a number where there is none.</summary>
    /// <param name="node">The document.</param>
    /// <param name="path">The names that lead to it.</param>
    public static double Number(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;
    }

    /// <summary>A mean with its spread, as <see cref="ComparisonReport.Json(Statistic)"/> wrote it.</summary>
    /// <param name="node">The document.</param>
    /// <param name="path">The names that lead to it.</param>
    public static Statistic Mean(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return new Statistic(Number(node, "mean"), Number(node, "std"), null, 1);
    }

    /// <summary>Throws unless there are receptive fields for each of the snapshots.</summary>
    /// <param name="file">The weights' file, for the message.</param>
    /// <exception cref="InvalidDataException">There are not.</exception>
    public void RequireWhole(string file)
    {
        long inits = Settings.Training.Inits, units = Settings.Model.Units;
        long[] shape = [Snapshots.Count, inits, units, Settings.Data.Sites];
        if (Snapshots.Count == 0 || Snapshots.Any(s => !double.IsInteger(Number(s, "step"))) || !Weights.Any(w => w.Key is "trained" or "theory")
            || Weights.Any(w => w.Key is "trained" or "theory" && !w.Value.shape.SequenceEqual(shape)))
            throw MalformedFile.Because(file, $"its receptive fields do not go with the run's results, ({string.Join(", ", shape)}) of them");
    }
}
