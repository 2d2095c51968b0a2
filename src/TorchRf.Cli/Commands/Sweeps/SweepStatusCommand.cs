using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep status PLAN: how far a sweep is.</summary>
internal static class SweepStatusCommand
{
    // More are counted, not listed.
    private const int Listed = 30;

    internal static Command Create(IRunner runner)
    {
        var command = new Command("status", "Say how far a sweep is, which runs are not finished, and why failed ones failed.");
        var options = new SweepOptions(command, runner);
        command.SetAction(parsed =>
        {
            var plan = options.Plan(parsed);
            var folder = SweepFolder.Open(options.Folder(parsed, plan), plan);
            var runs = plan.Runs.Select(run => (Run: run, State: folder.State(run))).ToArray();
            if (options.Json(parsed))
            {
                var document = new JsonObject { ["sweep"] = plan.Name, ["folder"] = folder.Path };
                foreach (var state in Enum.GetValues<RunState>())
                    document[SweepListing.State(state)] = runs.Count(r => r.State == state);
                document["runs"] = new JsonArray([.. runs.Select(r =>
                {
                    var one = SweepListing.Json(r.Run, r.State);
                    one["failure"] = r.State == RunState.Failed ? folder.Failure(r.Run) : null;
                    return one;
                })]);
                Report.Json(document);
                return 0;
            }
            Report.Paragraph(SweepListing.Headline(plan));
            Report.Line(string.Join(", ", Enum.GetValues<RunState>().Reverse().Select(state => string.Create(CultureInfo.InvariantCulture, $"{runs.Count(r => r.State == state)} {SweepListing.State(state)}"))));
            var open = runs.Where(r => r.State != RunState.Finished).ToArray();
            if (open.Length > 0)
                Report.Table(["run", .. plan.Columns, "state"], open.Take(Listed).Select(r => (string[])[r.Run.Id, .. plan.Cells(r.Run), SweepListing.State(r.State)]));
            if (open.Length > Listed)
                Report.Line(string.Create(CultureInfo.InvariantCulture, $"... and {open.Length - Listed} more"));
            foreach (var (run, _) in open.Where(r => r.State == RunState.Failed).Take(Listed))
                Report.Paragraph($"{run.Id} failed: {folder.Failure(run)}");
            Report.Line("Folder: " + folder.Path);
            return 0;
        });
        return command;
    }
}
