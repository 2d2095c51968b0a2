using System.Globalization;
using TorchRf.IO;
using TorchRf.Pruning;

namespace TorchRf.Experiments.Comparing;

/// <summary>A run as the list has it. What cannot be read of it is a line there, and not the list's end.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Name">The folder's name, from the one that is listed.</param>
public sealed record ListedRun(string Folder, string Name)
{
    /// <summary>What a run can be.</summary>
    public static IReadOnlyList<string> States { get; } = ["done", "unfinished", "running", "damaged"];

    // More files than these are not all named in a table.
    private const int MostNamed = 2;

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>One of <see cref="States"/>.</summary>
    public string State { get; private init; } = "damaged";

    /// <summary>Why it cannot be read.</summary>
    public string? Damage { get; private init; }

    /// <summary>What is run.</summary>
    public string? Command { get; private init; }

    /// <summary>Its settings; empty where they cannot be read.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>The last thing it found: mean IPR, or null.</summary>
    public JsonNode? Ipr { get; private init; }

    /// <summary>The last loss, or null.</summary>
    public JsonNode? Loss { get; private init; }

    /// <summary>The step of its newest checkpoint; null without.</summary>
    public long? Step { get; private init; }

    private JsonObject Environment { get; init; } = [];

    // Not a number where that is not known.
    private double Seconds { get; init; } = double.NaN;

    /// <summary>Which data.</summary>
    public string? Data => Said(Settings["data"]);

    /// <summary>Which model.</summary>
    public string? Model => Said(Settings["model"]);

    /// <summary>Whether a search converged; null where nothing was searched.</summary>
    public bool? Converged { get; private init; }

    /// <summary>The state in words.</summary>
    public string How => State == "done" && Converged is bool converged ? converged ? "converged" : "not converged" : State is "unfinished" or "running" && Step is long step
        ? string.Create(CultureInfo.InvariantCulture, $"{(State == "running" ? "running " : "")}{(Command == "prune" ? $"round {PruningRun.RoundOf(step, (long)JsonFile.Number(Settings, "steps"))}" : $"{step}/{JsonFile.Number(Settings, "steps"):0}")}") : State;

    /// <summary>When it was begun, by the clock of here.</summary>
    public string Started => DateTime.TryParse(Said(Environment["started"]), CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        ? at.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    /// <summary>The runs in a folder, the newest last; the folder itself where it is a run's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="catalogue">What can be named.</param>
    public static IReadOnlyList<ListedRun> Below(string folder, Catalogue catalogue) => Of(Folders(folder), catalogue);

    /// <summary>The folders of the runs in a folder; the folder itself where it is a run's.</summary>
    /// <param name="folder">The folder; one that is not there has none.</param>
    public static IEnumerable<string> Folders(string folder) =>
        !Directory.Exists(folder) ? [] : File.Exists(Path.Combine(folder, RunFolder.RunFile)) ? [folder] : Directory.GetDirectories(folder).Where(IsRun);

    /// <summary>Runs as their folders tell of them, the newest last.</summary>
    /// <param name="folders">Their folders.</param>
    /// <param name="catalogue">What can be named.</param>
    public static IReadOnlyList<ListedRun> Of(IEnumerable<string> folders, Catalogue catalogue) =>
        [.. folders.Select(f => Of(f, catalogue)).OrderBy(r => Said(r.Environment["started"]), StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>The settings that are not the same in all that have them; what is no setting of a run, as a recipe's rows of them, is none.</summary>
    public static string[] Differing(IReadOnlyCollection<ListedRun> runs) =>
        [.. runs.SelectMany(r => r.Settings.Where(s => s.Value is not JsonObject && (s.Value as JsonArray)?.Any(v => v is JsonObject) != true).Select(s => s.Key)).Distinct().Where(key => key != "sha256" && runs.Where(r => r.Damage is null && r.Settings.ContainsKey(key)).Select(r => r.Value(key)).Distinct().Count() > 1)];

    /// <summary>The folder that all of some files are in, with the separator that ends it; nothing where they have none in common.</summary>
    public static string SharedFolder(IEnumerable<string> files)
    {
        string[] folders = [.. files.Select(file => file[..(file.LastIndexOfAny(Separators) + 1)]).Distinct()];
        if (folders.Length == 0)
            return "";
        int alike = Enumerable.Range(0, folders.Min(f => f.Length)).TakeWhile(i => folders.All(f => f[i] == folders[0][i])).Count();
        var shared = folders[0][..(folders[0][..alike].LastIndexOfAny(Separators) + 1)];
        return shared.Length > 1 ? shared : "";
    }

    /// <summary>The values of a setting in words; none where it has none.</summary>
    public IEnumerable<string> Values(string key) => Settings[key] switch
    {
        null => [],
        JsonArray list => list.Select(Word),
        var value => [Word(value)],
    };

    /// <summary>The value of a setting in words; nothing where it has none.</summary>
    public string Value(string key) => string.Join(',', Values(key));

    /// <summary>The same where it names files: without the folder that is said elsewhere, one of their own once, and of many the first and the last.</summary>
    public string Files(string key, string shared)
    {
        if (Values(key).SequenceEqual(SamplePhotographs.Files))
            return "the program's own";
        string[] names = [.. Values(key).Select(file => file[shared.Length..])];
        int own = names.Length > 1 ? SharedFolder(names).Length : 0;
        return names.Length > MostNamed ? $"{names[0]} … {names[^1][own..]} ({names.Length})" : string.Join(',', names.Select((name, i) => i == 0 ? name : name[own..]));
    }

    /// <summary>Whether it has a setting of this value.</summary>
    public bool Has(string key, string value) => Settings.ContainsKey(key) && (string.Equals(Value(key), value, StringComparison.OrdinalIgnoreCase)
        || (double.TryParse(value, CultureInfo.InvariantCulture, out double asked) && JsonFile.Number(Settings, key) == asked));

    /// <summary>All that is known of it, as JSON.</summary>
    public JsonObject Json() => new()
    {
        ["folder"] = Folder,
        ["command"] = Command,
        ["data"] = Data,
        ["model"] = Model,
        ["state"] = State,
        ["step"] = Step,
        ["ipr"] = Ipr?.DeepClone(),
        ["loss"] = Loss?.DeepClone(),
        ["converged"] = Converged,
        ["started"] = Said(Environment["started"]),
        ["seconds"] = double.IsFinite(Seconds) ? Seconds : null,
        ["continued_from"] = Said(Environment["continued_from"]),
        ["damage"] = Damage,
        ["settings"] = Settings.DeepClone(),
    };

    private static string? Said(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? said) ? said : null;

    private static string Word(JsonNode? value) => Said(value) ?? value?.ToJsonString() ?? "";

    private static bool IsRun(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, RunFolder.RunFile)) || new KeptCheckpoints(folder).Files().Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ListedRun Of(string folder, Catalogue catalogue)
    {
        var run = new ListedRun(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        try
        {
            var document = RunDocument.Read(Path.Combine(folder, RunFolder.RunFile));
            var results = Path.Combine(folder, RunFolder.ResultsFile);
            var found = File.Exists(results) ? JsonFile.ReadObject(results) : null;
            // As numbers are read from a file, whatever it was made from.
            var settings = JsonNode.Parse(Known(document.Command, document.Settings, catalogue).ToJsonString())!.AsObject();
            var last = (found?["snapshots"] as JsonArray)?.LastOrDefault();
            return run with
            {
                State = found is not null ? "done" : FolderLock.IsTaken(folder) ? "running" : "unfinished",
                Command = document.Command,
                Settings = settings,
                Environment = document.Environment,
                Step = new KeptCheckpoints(folder).Files().Select(c => (long?)c.Step).FirstOrDefault(),
                Ipr = last?["ipr"] is JsonObject ipr ? (ipr["trained"] ?? ipr["theory"] ?? ipr["simulated"] ?? ipr["predicted"] ?? ipr) is JsonObject of ? of["mean"] : null : Average(found?["ipr"]),
                Loss = last?["loss"],
                Converged = found?["converged"] is JsonValue said && said.TryGetValue(out bool converged) ? converged : null,
                Seconds = double.TryParse(Said(document.Environment["seconds"]), CultureInfo.InvariantCulture, out double seconds) ? seconds : JsonFile.Number(found, "seconds"),
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidSettingException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return run with { Damage = e.Message.ReplaceLineEndings(" ") };
        }
    }

    // Of independent components.
    private static JsonValue? Average(JsonNode? each) =>
        each is JsonArray { Count: > 0 } list && list.Average(v => JsonFile.Number(v)) is double mean && double.IsFinite(mean) ? JsonValue.Create(mean) : null;

    // Settings of an earlier version as they are called now, less those of other data; those of other commands as they stand.
    private static JsonObject Known(string command, JsonObject written, Catalogue catalogue)
    {
        try
        {
            return command == "ica" ? IcaSettings.FromRun(written, catalogue).Used() : command == "prune" ? PruningRunSettings.FromRun(written, catalogue).Used() : RunSettings.FromRun(written, catalogue).Used();
        }
        catch (InvalidDataException)
        {
            return written;
        }
    }
}
