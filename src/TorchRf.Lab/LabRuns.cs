using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Reporting;
using TorchRf.IO;

namespace TorchRf.Lab;

/// <summary>The runs in a folder, as the page lists, opens and compares them. A run is known by its name there, and nothing else is: neither paths nor what links lead to.</summary>
/// <param name="folder">The folder.</param>
/// <param name="catalogue">What can be named.</param>
internal sealed class LabRuns(string folder, Catalogue catalogue)
{
    // Of a run's fields, in numbers.
    private const int MostWeights = 400_000;

    private const int MostCompared = 20;

    // Settings of a machine, not of what is learned.
    private static readonly string[] OfMachine = ["threads", "device", "sha256"];

    /// <summary>All runs.</summary>
    internal JsonObject List() => new() { ["folder"] = folder, ["runs"] = new JsonArray([.. ListedRun.Of(Folders(), catalogue).Select(r => (JsonNode)Line(r))]) };

    /// <summary>What one was asked to do and found.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidDataException">Its fields are damaged.</exception>
    internal JsonObject Open(string name)
    {
        var run = Named(name);
        var line = Line(run);
        line["damage"] = run.Damage;
        line["asked"] = Asked(run);
        var file = Path.Combine(run.Folder, RunFolder.ResultsFile);
        if (run.Damage is not null || !File.Exists(file))
            return line;
        var results = KeptRun.Current(JsonFile.ReadObject(file));
        line["curves"] = Curves(results["snapshots"] as JsonArray ?? []);
        line["said"] = new JsonArray([.. ((JsonNode?[])[results["summary"], results["verdict"] is JsonObject verdict ? verdict["text"] : results["verdict"], (results["units"] as JsonObject)?["text"], .. results["reasons"] as JsonArray ?? []])
            .Where(said => said is JsonValue value && value.TryGetValue<string>(out _)).Select(said => (string)said!).Distinct().Select(said => (JsonNode)said)]);
        if (run.Command is not null && FieldFrames.Of(run.Folder, run.Command, results, catalogue, MostWeights) is FieldFrames frames)
            (line["fields"], line["caption"]) = (frames.Json, frames.Caption);
        return line;
    }

    /// <summary>The settings in which some differ, beside what they found.</summary>
    /// <exception cref="KeyNotFoundException">There is none of a name.</exception>
    internal JsonObject Compare(IReadOnlyList<string> names)
    {
        names = [.. names.Distinct()];
        InvalidSettingException.Require(names.Count is >= 2 and <= MostCompared, "run", names, FormattableString.Invariant($"the names of 2 to {MostCompared} runs"));
        ListedRun[] runs = [.. names.Select(Named)];
        var differing = ListedRun.Differing(runs);
        return new JsonObject
        {
            ["differing"] = new JsonArray([.. differing.Select(key => (JsonNode)key)]),
            ["runs"] = new JsonArray([.. runs.Select(r =>
            {
                var line = Line(r);
                line["values"] = new JsonArray([.. differing.Select(key => (JsonNode)r.Value(key))]);
                return (JsonNode)line;
            })]),
        };
    }

    private IEnumerable<string> Folders() => ListedRun.Folders(folder).Where(f => !HasLinks(f));

    private ListedRun Named(string name) => Folders().FirstOrDefault(f => Path.GetFileName(f) == name) is string found
        ? ListedRun.Of([found], catalogue)[0] : throw new KeyNotFoundException($"there is no run of the name '{name}' in {folder}");

    // What is not where it seems to be is not read.
    private static bool HasLinks(string run)
    {
        try
        {
            var folder = new DirectoryInfo(run);
            return folder.LinkTarget is not null || folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Any(entry => entry.LinkTarget is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not to be read, or gone in the meantime.
            return true;
        }
    }

    private static JsonObject Line(ListedRun run)
    {
        var line = run.Json();
        foreach (var key in (string[])["folder", "damage"])
            line.Remove(key);
        (line["name"], line["how"], line["begun"]) = (run.Name, run.How, run.Started);
        return line;
    }

    // What of its settings is not at its default; null where the page has no such data.
    private JsonObject? Asked(ListedRun run)
    {
        try
        {
            if (run.Damage is not null || run.Command is not ("train" or "compare" or "predict" or "describe"))
                return null;
            var settings = RunSettings.FromJson(run.Settings, catalogue);
            if (settings.Data.Files().Count > 0)
                return null;
            var (used, standard) = (settings.Used(), new RunSettings { Data = catalogue.Data[settings.Data.Name] }.Used());
            return new JsonObject(used.Where(s => s.Key == "data" || (!OfMachine.Contains(s.Key) && !JsonNode.DeepEquals(s.Value, standard[s.Key]))).Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone())));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static JsonObject Curves(JsonArray snapshots)
    {
        JsonArray Of(Func<JsonNode, double> value) => new([.. snapshots.OfType<JsonObject>().Select(s => value(s) is var v && double.IsFinite(v) ? (JsonNode)v : null)]);
        return new JsonObject
        {
            ["step"] = Of(s => JsonFile.Number(s, "step")),
            ["ipr"] = Of(s => (s["ipr"] as JsonObject)?["trained"] is JsonNode trained ? JsonFile.Number(trained, "mean") : JsonFile.Number(s, "ipr", "mean")),
            ["theory_ipr"] = Of(s => JsonFile.Number(s, "ipr", "theory", "mean")),
            ["cosine"] = Of(s => JsonFile.Number(s, "cosine")),
            ["loss"] = Of(s => JsonFile.Number(s, "loss")),
        };
    }
}
