using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Pruning;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf runs: the runs that there are, and how they differ.</summary>
internal static class RunsCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("runs", "List the runs in a folder: what each is, how far it is and what it found; or the settings in which they differ.");
        var folder = new Argument<string>("FOLDER") { Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => RunOptions.Checkpoints, Description = "Where the runs' folders are." };
        var data = new Option<string?>("--data") { HelpName = "name", Description = "Those of these data alone." };
        var of = new Option<string?>("--command") { HelpName = "name", Description = "Those of this command alone." };
        var state = new Option<string?>("--state") { HelpName = string.Join('|', ListedRun.States), Description = "Those in this state alone." };
        var where = new Option<string[]>("--where") { HelpName = "key=value", Description = "Those alone that have this setting, as run.json calls it (lr=0.05, couplings=0.3,0.7); several must all hold." };
        var compare = new Option<bool>("--compare") { Description = "Show the settings in which the runs differ, beside what they found." };
        var json = new JsonOption();
        command.Arguments.Add(folder);
        foreach (var option in (Option[])[data, of, state, where, compare, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            InvalidSettingException.Require(Directory.Exists(path) || path == RunOptions.Checkpoints, "folder", path, "a folder");
            InvalidSettingException.Require(parsed.GetValue(state) is not string asked || ListedRun.States.Contains(asked), "state", parsed.GetValue(state), InvalidSettingException.OneOf(ListedRun.States));
            var all = ListedRun.Below(path, catalogue);
            bool Fits(string? asked, string? said) => asked is null || string.Equals(asked, said, StringComparison.OrdinalIgnoreCase);
            var runs = all.Where(r => Fits(parsed.GetValue(data), r.Data) && Fits(parsed.GetValue(of), r.Command) && Fits(parsed.GetValue(state), r.State)).ToList();
            foreach (var condition in parsed.GetValue(where) ?? [])
            {
                InvalidSettingException.Require(condition.Split('=', 2) is [{ Length: > 0 }, _], "where", condition, "a setting and its value, key=value");
                var (key, value) = (condition.Split('=', 2)[0].Replace('-', '_'), condition.Split('=', 2)[1]);
                InvalidSettingException.Require(all.Count == 0 || all.Any(r => r.Settings.ContainsKey(key)), "where", condition, "a setting that these runs have, as run.json calls it");
                runs.RemoveAll(r => !r.Has(key, value));
            }
            string[] differing = parsed.GetValue(compare) ? ListedRun.Differing(runs) : [];
            if (parsed.GetValue(json))
            {
                var document = new JsonObject { ["runs"] = new JsonArray([.. runs.Select(r => (JsonNode)r.Json())]) };
                if (parsed.GetValue(compare))
                    document["differing"] = new JsonArray([.. differing.Select(d => (JsonNode)JsonValue.Create(d))]);
                Report.Json(document);
                return;
            }
            if (runs.Count == 0)
            {
                Report.Line(all.Count == 0 ? $"There are no runs in {path}." : $"None of the {all.Count} runs in {path} is like that.");
                return;
            }
            string Ipr(ListedRun r) => Report.Number(r.Ipr);
            string Loss(ListedRun r) => Report.Number(r.Loss);
            // Names that the program gave say command and data themselves.
            bool told = runs.All(r => r.Command is null || Path.GetFileName(r.Folder).StartsWith($"{r.Command}-{r.Data}-", StringComparison.Ordinal));
            if (parsed.GetValue(compare))
            {
                HashSet<string> named = [.. catalogue.Data.Settings.SelectMany(Setting.Of).Where(s => s.IsFile).Select(s => s.Key)];
                var shared = ListedRun.SharedFolder(runs.SelectMany(r => differing.Where(named.Contains).SelectMany(r.Values)).Except(SamplePhotographs.Files));
                Report.Table(["run", .. differing, "state", "IPR", "loss"],
                    runs.Select(r => (string[])[r.Name, .. differing.Select(key => named.Contains(key) ? r.Files(key, shared) : r.Value(key)), r.How, Ipr(r), Loss(r)]));
                if (shared.Length > 0)
                    Report.Line($"Files are in {shared}.");
            }
            else
            {
                // What the names or all runs say needs no column.
                (string Title, Func<ListedRun, string> Of)[] columns =
                [
                    ("run", r => r.Name), ("command", r => r.Command ?? ""), ("data", r => r.Data ?? ""), ("model", r => r.Model ?? ""),
                    ("state", r => r.How), ("IPR", Ipr), ("loss", Loss), ("started", r => r.Started),
                ];
                bool alike = runs.All(r => r.Model is null or "neuron");
                columns = [.. columns.Where(c => !(told && c.Title is ("command" or "data")) && !(alike && c.Title == "model"))];
                Report.Table([.. columns.Select(c => c.Title)], runs.Select(r => (string[])[.. columns.Select(c => c.Of(r))]));
            }
            foreach (var run in runs.Where(r => r.Damage is not null))
                Report.Line($"{run.Name} is damaged: {run.Damage}");
        });
        return command;
    }
}

/// <summary>A run as the list has it. What cannot be read of it is a line there, and not the list's end.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Name">The folder's name, from the one that is listed.</param>
internal sealed record ListedRun(string Folder, string Name)
{
    /// <summary>What a run can be.</summary>
    internal static readonly string[] States = ["done", "unfinished", "running", "damaged"];

    // More files than these are not all named in a table.
    private const int MostNamed = 2;

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>One of <see cref="States"/>.</summary>
    internal string State { get; private init; } = "damaged";

    /// <summary>Why it cannot be read.</summary>
    internal string? Damage { get; private init; }

    /// <summary>What is run.</summary>
    internal string? Command { get; private init; }

    /// <summary>Its settings; empty where they cannot be read.</summary>
    internal JsonObject Settings { get; init; } = [];

    /// <summary>The last thing it found: mean IPR, or null.</summary>
    internal JsonNode? Ipr { get; private init; }

    /// <summary>The last loss, or null.</summary>
    internal JsonNode? Loss { get; private init; }

    /// <summary>The step of its newest checkpoint; null without.</summary>
    internal long? Step { get; private init; }

    private JsonObject Environment { get; init; } = [];

    // Not a number where that is not known.
    private double Seconds { get; init; } = double.NaN;

    /// <summary>Which data.</summary>
    internal string? Data => Report.Text(Settings, "data");

    /// <summary>Which model.</summary>
    internal string? Model => Report.Text(Settings, "model");

    /// <summary>Whether a search converged; null where nothing was searched.</summary>
    internal bool? Converged { get; private init; }

    /// <summary>The state in words.</summary>
    internal string How => State == "done" && Converged is bool converged ? converged ? "converged" : "not converged" : State is "unfinished" or "running" && Step is long step
        ? string.Create(CultureInfo.InvariantCulture, $"{(State == "running" ? "running " : "")}{(Command == "prune" ? $"round {PruningRun.RoundOf(step, (long)JsonFile.Number(Settings, "steps"))}" : $"{step}/{JsonFile.Number(Settings, "steps"):0}")}") : State;

    /// <summary>When it was begun, by the clock of here.</summary>
    internal string Started => DateTime.TryParse(Report.Text(Environment, "started"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        ? at.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    /// <summary>The runs in a folder, the newest last; the folder itself where it is a run's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="catalogue">What can be named.</param>
    internal static IReadOnlyList<ListedRun> Below(string folder, Catalogue catalogue)
    {
        if (!Directory.Exists(folder))
            return [];
        string[] folders = File.Exists(Path.Combine(folder, RunFolder.RunFile)) ? [folder] : Directory.GetDirectories(folder);
        return [.. folders.Where(IsRun).Select(f => Of(f, catalogue)).OrderBy(r => Report.Text(r.Environment, "started"), StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>The settings that are not the same in all that have them.</summary>
    internal static string[] Differing(IReadOnlyCollection<ListedRun> runs) =>
        [.. runs.SelectMany(r => r.Settings.Select(s => s.Key)).Distinct().Where(key => key != "sha256" && runs.Where(r => r.Damage is null && r.Settings.ContainsKey(key)).Select(r => r.Value(key)).Distinct().Count() > 1)];

    /// <summary>The folder that all of some files are in, with the separator that ends it; nothing where they have none in common.</summary>
    internal static string SharedFolder(IEnumerable<string> files)
    {
        string[] folders = [.. files.Select(file => file[..(file.LastIndexOfAny(Separators) + 1)]).Distinct()];
        if (folders.Length == 0)
            return "";
        int alike = Enumerable.Range(0, folders.Min(f => f.Length)).TakeWhile(i => folders.All(f => f[i] == folders[0][i])).Count();
        var shared = folders[0][..(folders[0][..alike].LastIndexOfAny(Separators) + 1)];
        return shared.Length > 1 ? shared : "";
    }

    /// <summary>The values of a setting in words; none where it has none.</summary>
    internal IEnumerable<string> Values(string key) => Settings[key] switch
    {
        null => [],
        JsonArray list => list.Select(Word),
        var value => [Word(value)],
    };

    /// <summary>The value of a setting in words; nothing where it has none.</summary>
    internal string Value(string key) => string.Join(',', Values(key));

    /// <summary>The same where it names files: without the folder that is said elsewhere, one of their own once, and of many the first and the last.</summary>
    internal string Files(string key, string shared)
    {
        if (Values(key).SequenceEqual(SamplePhotographs.Files))
            return "the program's own";
        string[] names = [.. Values(key).Select(file => file[shared.Length..])];
        int own = names.Length > 1 ? SharedFolder(names).Length : 0;
        return names.Length > MostNamed ? $"{names[0]} … {names[^1][own..]} ({names.Length})" : string.Join(',', names.Select((name, i) => i == 0 ? name : name[own..]));
    }

    /// <summary>Whether it has a setting of this value.</summary>
    internal bool Has(string key, string value) => Settings.ContainsKey(key) && (string.Equals(Value(key), value, StringComparison.OrdinalIgnoreCase)
        || (double.TryParse(value, CultureInfo.InvariantCulture, out double asked) && JsonFile.Number(Settings, key) == asked));

    /// <summary>As JSON.</summary>
    internal JsonObject Json() => new()
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
        ["started"] = Report.Text(Environment, "started"),
        ["seconds"] = double.IsFinite(Seconds) ? Seconds : null,
        ["continued_from"] = Report.Text(Environment, "continued_from"),
        ["damage"] = Damage,
        ["settings"] = Settings.DeepClone(),
    };

    private static string Word(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? said) ? said : value?.ToJsonString() ?? "";

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
                Seconds = double.TryParse(Report.Text(document.Environment, "seconds"), CultureInfo.InvariantCulture, out double seconds) ? seconds : JsonFile.Number(found, "seconds"),
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
