using System.CommandLine;
using System.Globalization;
using TorchRf.Cli.Terminal;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep retry PLAN: runs that failed, once more.</summary>
internal static class SweepRetryCommand
{
    internal static Command Create(IRunner runner)
    {
        var command = new Command("retry", "Run again what failed, from its newest checkpoint, and what was not finished.");
        var options = new SweepOptions(command, runner);
        var failed = new Option<bool>("--failed") { Description = "Only what failed." };
        command.Options.Add(failed);
        command.SetAction((parsed, cancellation) =>
        {
            var plan = options.Plan(parsed);
            plan.Check(plan.Runs, options.Runner);
            var folder = SweepFolder.Open(options.Folder(parsed, plan), plan);
            SweepRun[] again = [.. plan.Runs.Where(run => folder.State(run) == RunState.Failed)];
            foreach (var run in again)
                folder.Retry(run);
            if (again.Length == 0 && parsed.GetValue(failed))
                Report.Warn("no run has failed");
            else
                Report.Warn(string.Create(CultureInfo.InvariantCulture, $"{again.Length} failed {(again.Length == 1 ? "run" : "runs")} again"));
            return Task.FromResult(SweepShare.Run(options.Runner, plan, parsed.GetValue(failed) ? again : plan.Runs, folder, merges: !parsed.GetValue(failed), null, options.Json(parsed), cancellation));
        });
        return command;
    }
}
