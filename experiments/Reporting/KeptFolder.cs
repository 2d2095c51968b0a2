using TorchRf.IO;
using TorchRf.Sweeps;

namespace TorchRf.Experiments.Reporting;

/// <summary>From the folders that runs, sweeps and the reproduction leave to the parts of a report. Nothing is computed anew.</summary>
public static class KeptFolder
{
    // Receptive fields of all runs of a page together, in numbers.
    private const int MostWeights = 400_000;
    private const string SweepFile = "sweep.json";
    private const string Whole = "REPRODUCTION";

    /// <summary>A report of what lies in some folders.</summary>
    /// <param name="folders">Those of runs, of sweeps, and of the reproduction or one of its pages (REPRODUCTION.json).</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="command">The command line that makes a run again; null where none is known.</param>
    /// <exception cref="InvalidDataException">One is none of these, or damaged.</exception>
    public static ReportPage Report(IReadOnlyList<string> folders, Catalogue catalogue, Func<RunDocument, string?> command)
    {
        int room = MostWeights / Math.Max(1, folders.Count);
        ReportSection[] sections = [.. folders.SelectMany(f => Sections(f, catalogue, command, room))];
        return new ReportPage(folders.Count > 1 ? Invariant($"TorchRf: {folders.Count} folders") : sections.Length > 1 ? "Reproduction of Lufkin, Saxe & Grant (NeurIPS 2024)" : $"TorchRf: {sections[0].Title}", sections);
    }

    private static IEnumerable<ReportSection> Sections(string path, Catalogue catalogue, Func<RunDocument, string?> command, int room)
    {
        string In(string name) => Path.Combine(path, name);
        if (File.Exists(path) && Path.GetFileName(path).StartsWith(Whole, StringComparison.Ordinal))
            return Reproduction(path);
        if (File.Exists(In(RunFolder.RunFile)))
            return [Run(path, catalogue, command, room)];
        if (File.Exists(In(SweepFile)))
            return [Sweep(path)];
        if (Directory.Exists(path) && new[] { In(Whole + ".json") }.Concat(Directory.GetFiles(path, Whole + "-*.json").Order(StringComparer.Ordinal)).FirstOrDefault(File.Exists) is string page)
            return Reproduction(page);
        throw MalformedFile.Because(path, Directory.Exists(path) ? $"not the folder of a run, a sweep or the reproduction (it has no {RunFolder.RunFile}, {SweepFile} or {Whole}.json)"
            : "there is no file or folder of that name; torchrf runs lists the runs there are");
    }

    private static ReportSection Run(string folder, Catalogue catalogue, Func<RunDocument, string?> command, int room)
    {
        var run = RunDocument.Read(Path.Combine(folder, RunFolder.RunFile));
        var file = Path.Combine(folder, RunFolder.ResultsFile);
        var results = File.Exists(file) ? JsonFile.ReadObject(file) : null;
        // A run of a sweep has measures alone.
        var measured = Path.Combine(folder, "result.json");
        var rest = results?.DeepClone().AsObject() ?? (File.Exists(measured) ? JsonFile.ReadObject(measured) : []);
        var told = Told(rest);
        return new ReportSection(Named(run.Command, folder))
        {
            Command = command(run),
            Sentences = results is null && !File.Exists(measured) ? ["This run is not finished: here is what it was asked to do."] : told,
            Pictures = Pictures(folder),
            Fields = results is null ? null : FieldFrames.Of(folder, run.Command, results, catalogue, room),
            Tables = ReportTable.All("Results", rest, "settings", "environment", "files", "pictures", "name", "title", "schema", "run"),
            Folded = [.. ReportTable.All("Settings", run.Settings), ReportTable.Pairs("Environment", run.Environment)],
        };
    }

    // Takes out of results what they say in sentences. What another sentence says in its course is not said twice; and of classes, analyze's are rows of a table.
    private static List<string> Told(JsonObject results)
    {
        var told = new List<string>();
        foreach (var name in (string[])["verdict", "summary", "units", "answers", "findings", "warning", "warnings", "reasons", "classes", "notes", "legend"])
        {
            string[] said = results[name] switch
            {
                JsonObject part when Word(part["text"]) is { Length: > 0 } text && part.Remove("text") => [text],
                JsonArray list when list.All(v => Word(v).Length > 0) && results.Remove(name) => name == "classes" ? [.. list.Select((v, i) => Invariant($"Class {i}: {Word(v)}."))] : [.. list.Select(Word)],
                JsonValue value when Word(value) is { Length: > 0 } text && results.Remove(name) => [text],
                _ => [],
            };
            told.AddRange(said.Where(sentence => !told.Any(t => t.Contains(sentence, StringComparison.Ordinal))));
        }
        return told;
    }

    private static ReportSection Sweep(string folder)
    {
        var file = Path.Combine(folder, "merged.json");
        if (!File.Exists(file))
            throw MalformedFile.Because(folder, "a sweep without its table; torchrf sweep merge PLAN writes it");
        var merged = JsonFile.ReadObject(file);
        JsonObject[] rows = [.. (merged["settings"] as JsonArray ?? throw MalformedFile.Because(file, "not the table of a sweep (it has no settings)")).OfType<JsonObject>()];
        merged.Remove("settings");
        // All runs have one program and one plan; any of them tells the rest.
        var first = Directory.Exists(Path.Combine(folder, "runs")) ? Directory.GetDirectories(Path.Combine(folder, "runs")).Order(StringComparer.Ordinal).Select(run => Path.Combine(run, RunFolder.RunFile)).FirstOrDefault(File.Exists) : null;
        var run = first is null ? null : RunDocument.Read(first);
        // Sweeps of earlier versions kept none.
        var plan = File.Exists(Path.Combine(folder, SweepFolder.PlanFile)) ? JsonFile.ReadObject(Path.Combine(folder, SweepFolder.PlanFile)) : null;
        return new ReportSection(Named("sweep", folder))
        {
            Command = plan is null ? "torchrf sweep PLAN" : "torchrf sweep plan.json" + (plan.ContainsKey("quick") && Word(JsonFile.ReadObject(Path.Combine(folder, "sweep.json"))["name"]).EndsWith("-quick", StringComparison.Ordinal) ? " --quick" : ""),
            Sentences = ["A row a setting, over all of its finished runs. Its plan makes it again, from where it lay."],
            Pictures = Pictures(folder),
            Tables = [ReportTable.Of("Settings", rows.Select(Row)), .. ReportTable.All("Sweep", merged, "schema")],
            Folded = [.. plan is null ? [] : ReportTable.All("The plan", plan), .. run is null ? [] : (IEnumerable<ReportTable>)[.. ReportTable.All("All settings of one of the runs", run.Settings), ReportTable.Pairs("Environment", run.Environment)]],
        };
    }

    // What is varied first, and of each measure what a reader compares.
    private static JsonObject Row(JsonObject setting)
    {
        IEnumerable<KeyValuePair<string, JsonNode?>> Of(string part) => setting[part] as JsonObject ?? [];
        var row = new JsonObject(Of("varied").Concat(Of("measures")).DistinctBy(p => p.Key).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        foreach (var measure in row.Select(p => p.Value).OfType<JsonObject>())
            measure.Remove("excess_kurtosis");
        foreach (var (key, value) in setting.Where(p => p.Key is not ("varied" or "measures") && !row.ContainsKey(p.Key)))
            row[key] = value?.DeepClone();
        return row;
    }

    private static IEnumerable<ReportSection> Reproduction(string file)
    {
        var document = JsonFile.ReadObject(file);
        JsonObject[] recipes = [.. (document["recipes"] as JsonArray ?? throw MalformedFile.Because(file, "not a page of the reproduction (it has no recipes)")).OfType<JsonObject>()];
        string[] names = [.. recipes.Select(r => Word(r["name"]))];
        var pictures = Pictures(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "pictures"));
        bool quick = document["quick"] is JsonValue said && said.TryGetValue(out bool hurry) && hurry;
        // The page's name says of a part which part it is.
        string only = Path.GetFileNameWithoutExtension(file) == Whole ? "" : " --only " + string.Join(',', names.Select(n => n.StartsWith("figure", StringComparison.Ordinal) ? n["figure".Length..] : n));
        yield return new ReportSection("All numbers")
        {
            Command = $"torchrf reproduce{(quick ? " --quick" : "")}{only}",
            Sentences = quick ? ["The quick variant: runs are shorter and smaller than the paper's, and their numbers are not the paper's."] : [],
            Tables = [ReportTable.Of("The paper's numbers and the measured ones", recipes.SelectMany(r => (r["measurements"] as JsonArray ?? []).OfType<JsonObject>()).Where(m => m["paper"] is JsonObject).Select(Judged))],
            Folded = [ReportTable.Pairs("Environment", document["environment"] as JsonObject ?? [])],
        };
        foreach (var (recipe, name) in recipes.Zip(names))
        {
            yield return new ReportSection($"{name}: {Word(recipe["title"])}")
            {
                Command = $"torchrf figure {(name.StartsWith("figure", StringComparison.Ordinal) ? name["figure".Length..] : name)}{(quick ? " --quick" : "")}",
                Sentences = [.. Word(recipe["failure"]) is { Length: > 0 } why ? (string[])[$"It failed: {why}"] : [], .. Words(recipe["findings"])],
                // "populations-2d" is a recipe's own, and no picture of "populations".
                Pictures = [.. pictures.Where(p => names.Where(n => Path.GetFileNameWithoutExtension(p) is var own && (own == n || own.StartsWith(n + "-", StringComparison.Ordinal))).MaxBy(n => n.Length) == name)],
                Tables = [ReportTable.Of("Measured", (recipe["measurements"] as JsonArray ?? []).OfType<JsonObject>().Select(Judged))],
                Folded = [ReportTable.Of("Settings", recipe["settings"] as JsonArray ?? [])],
            };
        }
    }

    // The columns that a reader compares, side by side.
    private static JsonObject Judged(JsonObject measured)
    {
        var row = new JsonObject(new[] { "quantity", "mean", "std", "standard_error", "count", "over" }.Select(key => KeyValuePair.Create(key, measured[key]?.DeepClone())));
        if (measured["paper"] is JsonObject paper)
        {
            string[] bounds = [.. new[] { ("at_least", "at least"), ("at_most", "at most") }.Where(b => paper[b.Item1] is not null).Select(b => $"{b.Item2} {paper[b.Item1]!.ToJsonString()}")];
            row["paper"] = paper["value"]?.DeepClone() ?? string.Join(" and ", bounds);
            row["verdict"] = measured["verdict"]?.DeepClone();
            row["source"] = paper["source"]?.DeepClone();
        }
        row["id"] = measured["id"]?.DeepClone();
        return row;
    }

    private static string[] Pictures(string folder) => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.svg").Order(StringComparer.Ordinal)] : [];

    // What it is and what it is called, and once where one says the other.
    private static string Named(string kind, string folder) => Name(folder) is var name && name.StartsWith(kind, StringComparison.Ordinal) ? name : $"{kind}, {name}";

    private static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static IEnumerable<string> Words(JsonNode? list) => (list as JsonArray ?? []).Select(Word).Where(w => w.Length > 0);

    private static string Word(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? said) ? said : "";
}
