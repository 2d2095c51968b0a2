using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Runs;

namespace TorchRf.Sweeps;

/// <summary>A sweep's table: a row a setting, the moments of its replicates merged. It depends on the plan and the results alone: not on who found them, in which order, where or when.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Settings">The rows, in the plan's order.</param>
/// <param name="Missing">Runs of the plan without a result.</param>
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

    /// <summary>All measures of all rows.</summary>
    public IReadOnlyList<string> Measures => [.. Settings.SelectMany(s => s.Measures).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The table as JSON, complete.</summary>
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
            var settings = Anywhere(row.Settings);
            Line(
            [
                row.Runs[0].Setting,
                .. Plan.Varied.Select(name => !row.Runs[0].Named.Contains(name) ? "" : settings[name] is JsonValue value && value.TryGetValue(out string? word) ? word : settings[name]?.ToJsonString() ?? ""),
                Whole(row.Results.Count), Whole(row.Runs.Count), Number(row.ExcessKurtosis),
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
        var settings = Anywhere(row.Settings);
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
    private static JsonObject Anywhere(RunSettings settings) => (settings with { Data = settings.Data.WithFiles([.. settings.Data.Files().Select(f => Path.GetFileName(f.File))]) }).ToJson();

    private static JsonObject Moments(RunningMoments m, double? error) => new()
    {
        ["count"] = m.Count,
        ["mean"] = m.Mean,
        ["std"] = Std(m),
        ["standard_error"] = error,
        ["excess_kurtosis"] = m.M2 > 0 ? m.ExcessKurtosis : null,
    };

    private static IEnumerable<string> Fields(MergedSetting row, string measure)
    {
        var m = row.Of(measure);
        return m.Count == 0 ? ["", "", "", "0"] : [Number(m.Mean), Number(Std(m)), Number(row.StandardError(measure)), Whole(m.Count)];
    }

    // With count - 1 in the denominator, as everywhere in the reports.
    private static double? Std(RunningMoments m) => m.Count < 2 ? null : Math.Sqrt(m.M2 / (m.Count - 1));

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
