using System.Text;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>A sweep's table: a row a setting, the moments of its replicates merged. It depends on the plan and the results alone: not on who found them, in which order, where or when.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Settings">The rows.</param>
/// <param name="Missing">Runs without a result.</param>
/// <param name="Doubles">Runs with the same result in several folders, which count once.</param>
public sealed record MergedSweep(SweepPlan Plan, IReadOnlyList<MergedSetting> Settings, IReadOnlyList<SweepRun> Missing, IReadOnlyList<SweepRun> Doubles)
{
    private const int Schema = 1;

    /// <summary>Merges the results in the folders of a sweep.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folders">Where results are: parts of one sweep may have been run in different places.</param>
    /// <param name="damaged">Told, in one line each, of results that cannot be read; they count as missing.</param>
    /// <exception cref="InvalidDataException">A run has different results in two folders.</exception>
    public static MergedSweep Of(SweepPlan plan, IReadOnlyList<SweepFolder> folders, Action<string>? damaged = null)
    {
        var (missing, doubles) = (new List<SweepRun>(), new List<SweepRun>());
        var rows = plan.Runs.GroupBy(r => r.Setting).Select(setting =>
        {
            var results = new List<SweepResult>();
            foreach (var run in setting.OrderBy(r => r.Replicate))
            {
                var found = folders.Select(f => (Folder: f, Result: f.Result(run, damaged))).Where(f => f.Result is not null).ToArray();
                if (found.FirstOrDefault(f => f.Result!.ToJson() != found[0].Result!.ToJson()) is { Result: not null } other)
                    throw new InvalidDataException($"{other.Folder.Of(run)}: its result differs from that in {found[0].Folder.Of(run)}; remove the one that is wrong");
                if (found.Length == 0)
                    missing.Add(run);
                else
                    results.Add(found[0].Result!);
                if (found.Length > 1)
                    doubles.Add(run);
            }
            return new MergedSetting([.. setting], results);
        });
        return new MergedSweep(plan, [.. rows], missing, doubles);
    }

    /// <summary>What was measured, by the alphabet.</summary>
    public IReadOnlyList<string> Measures => [.. Settings.SelectMany(s => s.Measures).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The table as JSON, as merged.json has it.</summary>
    public JsonObject ToJson() => new()
    {
        ["schema"] = Schema,
        ["sweep"] = Plan.Name,
        ["runs"] = Plan.Runs.Count,
        ["missing"] = new JsonArray([.. Missing.Select(r => (JsonNode)JsonValue.Create(r.Id))]),
        ["settings"] = new JsonArray([.. Settings.Select(Row)]),
    };

    /// <summary>The table as comma-separated values: the settings that vary, where the plan names them, then mean, standard deviation, standard error and count of each measure.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        void Line(IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Field)).Append('\n');
        Line(["setting", .. Plan.Varied, "finished", "runs", "excess_kurtosis", .. Measures.SelectMany(m => new[] { m, m + "_std", m + "_error", m + "_count" })]);
        foreach (var row in Settings)
        {
            var settings = Anywhere(row.Runs[0]);
            Line(
            [
                row.Runs[0].Setting,
                .. Plan.Varied.Select(name => !row.Runs[0].Named.Contains(name) ? "" : settings[name] is JsonValue value && value.TryGetValue(out string? word) ? word : settings[name]?.ToJsonString() ?? ""),
                $"{row.Results.Count}", $"{row.Runs.Count}", Number(row.ExcessKurtosis),
                .. Measures.SelectMany(m => Fields(row, m)),
            ]);
        }
        return text.ToString();
    }

    /// <summary>Writes the table into a sweep's folder, as merged.json and merged.csv.</summary>
    public void Write(SweepFolder folder)
    {
        folder.Write("merged.json", ToJson());
        AtomicFile.WriteText(folder.InFolder("merged.csv"), ToCsv());
    }

    private JsonObject Row(MergedSetting row)
    {
        var settings = Anywhere(row.Runs[0]);
        return new JsonObject
        {
            ["setting"] = row.Runs[0].Setting,
            ["varied"] = new JsonObject(Plan.Varied.Select(name => KeyValuePair.Create(name, settings[name]?.DeepClone()))),
            ["finished"] = row.Results.Count,
            ["runs"] = row.Runs.Count,
            ["excess_kurtosis"] = row.ExcessKurtosis,
            ["measures"] = new JsonObject(row.Measures.Select(name => KeyValuePair.Create(name, (JsonNode?)Moments(row.Of(name), row.StandardError(name))))),
        };
    }

    // Where files lie differs from machine to machine; their digests say which they are.
    private static JsonObject Anywhere(SweepRun run) =>
        (run with { Settings = run.Settings with { Data = run.Settings.Data.WithFiles([.. run.Settings.Data.Files().Select(f => Path.GetFileName(f.File))]) } }).ToJson();

    private static JsonObject Moments(RunningMoments m, double? error) => new()
    {
        ["count"] = m.Count,
        ["mean"] = m.Mean,
        ["std"] = m.Std,
        ["standard_error"] = error,
        ["excess_kurtosis"] = m.M2 > 0 ? m.ExcessKurtosis : null,
    };

    private static IEnumerable<string> Fields(MergedSetting row, string measure)
    {
        var m = row.Of(measure);
        return m.Count == 0 ? ["", "", "", "0"] : [Number(m.Mean), Number(m.Std), Number(row.StandardError(measure)), $"{m.Count}"];
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>What all finished replicates of one setting found together.</summary>
/// <param name="Runs">The setting's runs, finished or not; their settings differ in the seed alone.</param>
/// <param name="Results">The results there are, in the order of the replicates.</param>
public sealed record MergedSetting(IReadOnlyList<SweepRun> Runs, IReadOnlyList<SweepResult> Results)
{
    /// <summary>The settings, with the first replicate's seed.</summary>
    public RunSettings Settings => Runs[0].Settings;

    /// <summary>The excess kurtosis of class 1; null where it has none or no run is finished.</summary>
    public double? ExcessKurtosis => Results.Count > 0 ? Results[0].ExcessKurtosis : null;

    /// <summary>What was measured, by the alphabet.</summary>
    public IEnumerable<string> Measures => Results.SelectMany(r => r.Measures.Keys).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The moments of a measure over all replicates.</summary>
    /// <remarks>Merged in the order of the replicates, so that they do not depend on the order in which the runs were finished.</remarks>
    public RunningMoments Of(string measure) => Each(measure).Aggregate(default(RunningMoments), (sum, m) => sum.Merge(m));

    /// <summary>
    /// The standard error of a measure's mean: from all initialisations where each has examples of its own; else from the replicates, because initialisations with the same examples
    /// share their noise, as units of one network and components of one search do. Null where there are fewer than two.
    /// </summary>
    public double? StandardError(string measure)
    {
        bool oneEach = Settings.Model.Units == 1 || measure is "loss" or "accuracy";
        if (Settings.Training.Streams == ExampleStreams.Own && oneEach && Runs[0].Search is null)
            return Of(measure).StandardError;
        return Each(measure).Aggregate(default(RunningMoments), (sum, m) => sum.Merge(new RunningMoments(1, m.Mean, 0, 0, 0))).StandardError;
    }

    private IEnumerable<RunningMoments> Each(string measure) => Results.Select(r => r.Measures.GetValueOrDefault(measure)).Where(m => m.Count > 0);
}
