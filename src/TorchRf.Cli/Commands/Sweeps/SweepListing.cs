using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>How runs of a sweep are shown, in words and as JSON.</summary>
internal static class SweepListing
{
    /// <summary>What a sweep is, in one line.</summary>
    internal static string Headline(SweepPlan plan)
    {
        int settings = plan.Runs.Select(r => r.Setting).Distinct().Count(), replicates = plan.Runs.Count / settings;
        return string.Create(CultureInfo.InvariantCulture,
            $"Sweep {plan.Name}: {(replicates > 1 ? $"{settings} settings x {replicates} replicates = " : "")}{plan.Runs.Count} runs, {plan.Runs.Sum(r => (long)r.Settings.Training.Inits)} initialisations, {plan.Runs.Sum(r => r.Settings.Training.Steps)} steps.");
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
        ["settings"] = run.Settings.ToJson(),
    };

    /// <summary>A state's name.</summary>
    internal static string State(RunState state) => state.ToString().ToLowerInvariant();
}
