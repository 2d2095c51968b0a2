using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>Does the runs of a share one after the other, says how each ended, and merges once all of the plan's are finished.</summary>
internal static class SweepShare
{
    internal static int Run(IRunner runner, SweepPlan plan, IReadOnlyList<SweepRun> share, SweepFolder folder, IReadOnlyList<string> notes, bool merges, double? width, bool json, CancellationToken cancellation)
    {
        var watch = new Stopwatch();
        int done = 0;
        SweepResult? result = null;
        var (seconds, worked) = (0.0, 0);
        var worker = new SweepWorker(folder, runner, RunEnvironment.Describe(), (run, work) => result = TrainingBar.Show("", work, new Whole("run", done + 1, share.Count, seconds) { Done = worked }), Report.Warn);
        var states = new List<RunState>();
        int before = 0;
        foreach (var run in share)
        {
            result = null;
            watch.Restart();
            states.Add(worker.Do(run, cancellation));
            done++;
            if (result is not null)
            {
                worked++;
                seconds += watch.Elapsed.TotalSeconds;
                Console.Error.WriteLine(Line(plan, run, result, done, share.Count, watch.Elapsed.TotalSeconds));
            }
            else if (states[^1] == RunState.Finished)
                before++;
        }
        return Tell(plan, share, states, before, folder, notes, merges, width, json);
    }

    private static int Tell(SweepPlan plan, IReadOnlyList<SweepRun> share, List<RunState> states, int before, SweepFolder folder, IReadOnlyList<string> notes, bool merges, double? width, bool json)
    {
        int Count(RunState state) => states.Count(s => s == state);
        int finished = Count(RunState.Finished), failed = Count(RunState.Failed), elsewhere = Count(RunState.Running), stopped = Count(RunState.Interrupted);
        bool whole = finished == share.Count;
        var merged = whole && merges ? MergedSweep.Of(plan, [folder], Report.Warn) : null;
        var pictures = merged is null ? [] : SweepTable.Keep(merged, folder, width);
        if (json)
        {
            var document = merged?.ToJson() ?? new JsonObject { ["sweep"] = plan.Name };
            document["folder"] = folder.Path;
            document["notes"] = new JsonArray([.. notes.Select(n => (JsonNode)JsonValue.Create(n))]);
            document["share"] = new JsonArray([.. share.Zip(states, SweepListing.Json)]);
            Report.Json(document);
            return whole ? 0 : 1;
        }
        Report.Paragraph(SweepListing.Headline(plan));
        foreach (var note in notes)
            Report.Paragraph("Note: " + note);
        if (merged is not null)
            SweepTable.Print(merged);
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{finished} of {share.Count} runs{(share.Count < plan.Runs.Count ? " of this shard" : "")} finished{(before > 0 ? $", {before} of them before" : "")}") };
        if (failed > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{failed} failed (\"sweep status\" says why, \"sweep retry\" runs them again)"));
        if (elsewhere > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{elsewhere} in the hands of another process"));
        if (stopped > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{stopped} stopped by the disk"));
        Report.Paragraph(string.Join(", ", parts) + ".");
        if (merged is not null)
            SweepTable.Tell(folder, pictures);
        Report.Line("Folder:  " + folder.Path);
        return whole ? 0 : 1;
    }

    private static string Line(SweepPlan plan, SweepRun run, SweepResult result, int done, int of, double seconds)
    {
        var settings = string.Join(", ", plan.Columns.Zip(plan.Cells(run), (name, value) => (name, value)).Where(c => c.value.Length > 0).Select(c => $"{c.name} {c.value}"));
        var ipr = result.Measures["ipr"];
        return string.Create(CultureInfo.InvariantCulture, $"{done}/{of} {(settings.Length > 0 ? settings : run.Id)}{(run.Replicate > 0 ? $" #{run.Replicate + 1}" : "")}: IPR {ipr.Mean:0.000}, {seconds:0.0} s");
    }
}

/// <summary>How runs of a sweep are shown, in words and as JSON.</summary>
internal static class SweepListing
{
    /// <summary>What a sweep is, in one line.</summary>
    internal static string Headline(SweepPlan plan)
    {
        int settings = plan.Runs.Select(r => r.Setting).Distinct().Count(), replicates = plan.Runs.Count / settings;
        return string.Create(CultureInfo.InvariantCulture,
            $"Sweep {plan.Name}: {(replicates > 1 ? $"{settings} settings x {replicates} replicates = " : "")}{plan.Runs.Count} {(plan.Command == RunCommand.Ica ? "searches for independent components" : FormattableString.Invariant($"runs, {plan.Runs.Sum(r => (long)r.Settings.Training.Inits)} initialisations, {plan.Runs.Sum(r => r.Settings.Training.Steps)} steps"))}.");
    }

    /// <summary>Lists runs, each with its state, and does nothing.</summary>
    internal static int List(SweepPlan plan, IReadOnlyList<SweepRun> runs, SweepFolder folder, bool json)
    {
        if (json)
        {
            Report.Json(new JsonObject
            {
                ["sweep"] = plan.Name,
                ["folder"] = folder.Path,
                ["runs"] = new JsonArray([.. runs.Select(run => Json(run, folder.State(run)))]),
            });
            return 0;
        }
        Report.Paragraph(Headline(plan));
        Report.Table(["run", .. plan.Columns, "state"], runs.Select(run => (string[])[run.Id, .. plan.Cells(run), State(folder.State(run))]));
        if (runs.Count < plan.Runs.Count)
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"This shard: {runs.Count} of the {plan.Runs.Count} runs."));
        Report.Line("Folder: " + folder.Path);
        return 0;
    }

    /// <summary>A run as JSON.</summary>
    internal static JsonObject Json(SweepRun run, RunState state) => new()
    {
        ["run"] = run.Id,
        ["replicate"] = run.Replicate,
        ["state"] = State(state),
        ["settings"] = run.ToJson(),
    };

    /// <summary>A state's name.</summary>
    internal static string State(RunState state) => state.ToString().ToLowerInvariant();
}

/// <summary>A merged sweep as a table for people.</summary>
internal static class SweepTable
{
    internal static void Print(MergedSweep merged)
    {
        var plan = merged.Plan;
        bool searches = plan.Command == RunCommand.Ica;
        (string Title, string Measure)[] more = searches ? [("localized", "localized"), ("found", "found"), ("steps", "iterations"), ("converged", "converged")]
            : merged.Measures.Contains("cosine") ? [("theory", "theory_ipr"), ("cosine", "cosine")] : [("localized", "localized"), ("loss", "loss")];
        Report.Table([.. plan.Columns, .. searches ? Array.Empty<string>() : ["kurtosis", "n"], "IPR", "± std", .. more.Select(m => m.Title)], merged.Settings.Select(row =>
        {
            var ipr = row.Of("ipr");
            return (string[])
            [
                .. plan.Cells(row.Runs[0]), .. searches ? Array.Empty<string>() : [F(row.ExcessKurtosis), ipr.Count.ToString(CultureInfo.InvariantCulture)],
                F(ipr.Count > 0 ? ipr.Mean : null), F(ipr.Count > 1 ? Math.Sqrt(ipr.M2 / (ipr.Count - 1)) : null),
                .. more.Select(column => row.Of(column.Measure) is { Count: > 0 } m ? F(m.Mean) : "-"),
            ];
        }));
    }

    /// <summary>Writes the table into the sweep's folder and draws it beside.</summary>
    /// <returns>The pictures.</returns>
    internal static IReadOnlyList<string> Keep(MergedSweep merged, SweepFolder folder, double? width)
    {
        merged.Write(folder);
        return SweepFigure.Of(merged) is { } figure ? Pictures.Draw(figure, folder.InFolder("picture"), width) : [];
    }

    /// <summary>Says where the table and its pictures are.</summary>
    internal static void Tell(SweepFolder folder, IReadOnlyList<string> pictures)
    {
        Report.Line("Table:   " + folder.InFolder("merged.csv") + " (and .json)");
        Pictures.Tell(pictures);
    }

    private static string F(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
