using System.Text.Json;
using TorchRf.Runs;

namespace TorchRf.Sweeps;

/// <summary>
/// What a sweep runs, from a JSON file: settings "common" to all, "rows" of them, a "grid" of values that are all combined with each other and with each row, how many
/// "replicates" of each, and what is different in a "quick" sweep. The settings of a figure or study are a plan too.
/// </summary>
/// <remarks>Runs compute on one thread of the CPU unless the plan says otherwise: with the settings of a run, the threads fix how its sums are rounded.</remarks>
/// <param name="File">The plan's file.</param>
/// <param name="Name">What the sweep is called: its "name", or the file's.</param>
/// <param name="Command">What each run does.</param>
/// <param name="Varied">The settings in which the runs differ, in the order of run.json.</param>
/// <param name="Runs">All runs; replicates of one setting stand together.</param>
/// <example>
/// <code>
/// { "command": "train", "common": { "data": "nlgp", "inits": 30 }, "grid": { "gain": [0.1, 1, 10], "lr": [0.01, 0.1] }, "replicates": 3 }
/// </code>
/// </example>
public sealed record SweepPlan(string File, string Name, RunCommand Command, IReadOnlyList<string> Varied, IReadOnlyList<SweepRun> Runs)
{
    /// <summary>No plan has more runs.</summary>
    public const int MostRuns = 100_000;

    private static readonly string[] Known = ["name", "command", "common", "rows", "grid", "replicates", "quick"];

    /// <summary>The settings in which the runs differ, for a table; digests of files are left to JSON.</summary>
    public IEnumerable<string> Columns => Varied.Where(name => name != "sha256");

    /// <summary>A run's values of the <see cref="Columns"/>; nothing where the plan does not name the setting.</summary>
    public IEnumerable<string> Cells(SweepRun run)
    {
        var settings = run.ToJson();
        return Columns.Select(name => !run.Named.Contains(name) ? "" : settings[name] switch
        {
            JsonValue value when value.TryGetValue(out string? word) => word,
            JsonValue value when value.TryGetValue(out double number) => number.ToString("0.#####", CultureInfo.InvariantCulture),
            JsonArray list => string.Join(',', list.Select(v => v is JsonValue file && file.TryGetValue(out string? path) ? Path.GetFileName(path) : v?.ToJsonString())),
            var other => other?.ToJsonString() ?? "",
        });
    }

    // So that a run has the same result on every machine.
    private static readonly JsonObject OnEveryMachine = new() { ["device"] = "cpu", ["threads"] = 1 };

    /// <summary>Reads a plan. Whether its runs are possible, <see cref="Check"/> says.</summary>
    /// <param name="file">The plan's file.</param>
    /// <param name="runner">Who does the runs; it knows the files that they take where none are named.</param>
    /// <param name="quick">Whether its quick variant is meant.</param>
    /// <exception cref="InvalidDataException">There is no such file, it is not a plan, or a setting in it is none or of the wrong kind.</exception>
    public static SweepPlan Read(string file, IRunner runner, bool quick = false)
    {
        if (!System.IO.File.Exists(file))
            throw new InvalidDataException($"{file}: {(Directory.Exists(file) ? "a folder, not a plan" : "there is no such plan")}");
        var plan = JsonFile.ReadObject(file);
        return Named(file, () => Of(plan, file, runner, quick));
    }

    /// <summary>Finds out whether runs are possible before any is begun. It takes the time to prepare the data of each setting and, where it is compared with, the theory.</summary>
    /// <returns>What the data of all of them say about themselves, each sentence once.</returns>
    /// <exception cref="InvalidDataException">A setting is not allowed; the message begins with the plan's file.</exception>
    public IReadOnlyList<string> Check(IEnumerable<SweepRun> runs, IRunner runner)
    {
        var notes = new List<string>();
        foreach (var run in runs.DistinctBy(r => r.Setting))
            notes.AddRange(Named(File, () =>
            {
                var given = run.Settings;
                InvalidSettingException.Require(given.Device == "cpu" || given.Device == "cuda" || given.Device.StartsWith("cuda:", StringComparison.Ordinal), nameof(given.Device), given.Device,
                    "cpu, cuda or cuda:INDEX in a sweep, whose results do not depend on the machine");
                // On the CPU, for the device may be another machine's.
                return runner.Check(run with { Settings = given with { Device = "cpu" } });
            }));
        return [.. notes.Distinct()];
    }

    private static T Named<T>(string file, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (InvalidSettingException e)
        {
            throw MalformedFile.Because(file, e.Said(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw MalformedFile.Because(file, e.Message);
        }
    }

    private static SweepPlan Of(JsonObject plan, string file, IRunner runner, bool quick)
    {
        if (plan.FirstOrDefault(p => !Known.Contains(p.Key)) is { Key: string unknown })
            throw new InvalidDataException($"a plan has no {MalformedFile.Quote(unknown)}; it has {string.Join(", ", Known)}.{Spelling.DidYouMean(unknown, Known)}");
        plan = SettingNames.InKeys(plan, runner.Catalogue);
        var hurry = Object(plan, "quick");
        if (quick && hurry is null)
            throw new InvalidDataException("the plan has no \"quick\" variant");
        int replicates = Replicates(quick && hurry!.ContainsKey("replicates") ? hurry : plan);
        hurry?.Remove("replicates");
        var command = CommandOf(plan["command"]);
        var rows = Rows(plan["rows"]);
        var points = Grid(Object(plan, "grid") ?? [], (long)rows.Length * replicates);
        var common = Object(plan, "common");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var digests = new Dictionary<string, IReadOnlyList<string>>();
        (RunSettings Given, IcaSettings? Search, IReadOnlySet<string> Named)[] settings =
        [
            .. from row in rows
               from point in points
               let layers = (JsonObject?[])[common, row, point, quick ? hurry : null, quick ? Object(row, "quick") : null]
               let search = command == RunCommand.Ica ? IcaSettings.Layered([OnEveryMachine, .. layers], runner.Catalogue) : null
               let given = search?.Run ?? RunSettings.Layered([OnEveryMachine, .. layers], runner.Catalogue)
               select (WithFiles(given, runner, folder, digests), search, layers.SelectMany(layer => layer?.Select(s => s.Key) ?? []).ToHashSet()),
        ];
        var runs = settings.SelectMany(s => Enumerable.Range(0, replicates).Select(i => SweepRun.Of(s.Given, command, i, s.Named, s.Search))).ToArray();
        if (runs.GroupBy(r => r.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidDataException($"two of its rows have the same settings: {string.Join(" and ", runs.Index().Where(r => r.Item.Id == twice.Key).Select(r => $"run {r.Index + 1}").Take(2))}");
        return new SweepPlan(file, NameOf(Text(plan["name"], "name") ?? Path.GetFileNameWithoutExtension(file)) + (quick ? "-quick" : ""), command, Differing([.. settings.Select(s => s.Search is null ? s.Given.ToJson() : (s.Search with { Run = s.Given }).ToJson())]), SweepRun.Apart(runs));
    }

    // It becomes part of a folder's name.
    private static string NameOf(string name) =>
        name.Length is > 0 and <= 100 && !name.StartsWith('.') && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ' ')
            ? name
            : throw new InvalidDataException($"its name is {MalformedFile.Quote(name)}; it must be of letters, digits, '-', '_', '.' and spaces, at most 100");

    // Files are named as seen from the plan. Each set of them is read once, however many rows have it.
    private static RunSettings WithFiles(RunSettings given, IRunner runner, string folder, Dictionary<string, IReadOnlyList<string>> digests)
    {
        var data = runner.WithFiles(given.Data.WithFiles([.. given.Data.Files().Select(f => f.File is null ? null : Path.GetFullPath(f.File, folder))]));
        var files = string.Join('\n', [data.Name, .. data.Files().Select(f => f.File), .. data.Sha256]);
        if (!digests.TryGetValue(files, out var known))
            digests[files] = known = data.WithDigests().Sha256;
        return given with { Data = data with { Sha256 = known } };
    }

    private static JsonObject[] Rows(JsonNode? rows) => rows switch
    {
        null => [[]],
        JsonArray { Count: > 0 } list when list.All(row => row is JsonObject) => [.. list.Select(row => row!.AsObject())],
        _ => throw new InvalidDataException("its \"rows\" must be a list of settings, at least one"),
    };

    // Every combination; the last setting changes fastest.
    private static List<JsonObject> Grid(JsonObject grid, long times)
    {
        List<JsonObject> points = [[]];
        RequireFew(times);
        foreach (var (name, values) in grid)
        {
            if (values is not JsonArray { Count: > 0 } list)
                throw new InvalidDataException($"its grid's {MalformedFile.Quote(name)} must be a list of values, at least one");
            RequireFew(points.Count * list.Count * times);
            points = [.. points.SelectMany(point => list.Select(value =>
            {
                var next = point.DeepClone().AsObject();
                next[name] = value?.DeepClone();
                return next;
            }))];
        }
        return points;
    }

    private static void RequireFew(long runs)
    {
        if (runs > MostRuns)
            throw new InvalidDataException($"it has more than {MostRuns} runs");
    }

    private static int Replicates(JsonObject given) => given["replicates"] switch
    {
        null => 1,
        JsonValue value when value.TryGetValue(out int count) && count is >= 1 and <= MostRuns => count,
        var found => throw new InvalidDataException($"its \"replicates\" is {MalformedFile.Quote(found.ToJsonString())}; it must be a whole number from 1 to {MostRuns}"),
    };

    private static RunCommand CommandOf(JsonNode? command) => Text(command, "command") switch
    {
        null or "train" => RunCommand.Train,
        "compare" => RunCommand.Compare,
        "ica" => RunCommand.Ica,
        var other => throw new InvalidDataException($"its \"command\" is {MalformedFile.Quote(other)}; it must be train, compare or ica"),
    };

    private static string? Text(JsonNode? node, string name) => node is null ? null
        : node is JsonValue value && value.TryGetValue(out string? text) ? text
        : throw new InvalidDataException($"its \"{name}\" must be a text");

    private static JsonObject? Object(JsonObject plan, string name) => plan[name] is not JsonNode node ? null
        : node as JsonObject ?? throw new InvalidDataException($"its \"{name}\" must be an object");

    private static string[] Differing(JsonObject[] all) => [.. all[0].Select(p => p.Key).Where(name => all.Any(s => !JsonNode.DeepEquals(s[name], all[0][name])))];
}
