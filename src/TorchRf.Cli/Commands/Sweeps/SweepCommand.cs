using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep PLAN: runs a plan, or a share of it; started again, it does what is not done.</summary>
internal static class SweepCommand
{
    internal static Command Create(DataModels models)
    {
        var runner = new EnsembleRunner(models);
        var command = new Command("sweep", "Run a grid of settings. Finished runs are skipped, interrupted ones go on, one that fails loses no other. Started again, it does what is left.");
        var options = new SweepOptions(command, runner);
        var shard = new Option<string?>("--shard") { HelpName = "k/n", Description = "Only every n-th run, from the k-th on [1/1]. Shards may run side by side, on any machine that shares the folder." };
        var dryRun = new Option<bool>("--dry-run") { Description = "List and count the runs; do nothing." };
        command.Options.Add(shard);
        command.Options.Add(dryRun);
        var width = new WidthOption();
        command.Options.Add(width);
        command.Subcommands.Add(SweepSubmitCommand.Create(runner));
        command.Subcommands.Add(SweepStatusCommand.Create(runner));
        command.Subcommands.Add(SweepRetryCommand.Create(runner));
        command.Subcommands.Add(SweepMergeCommand.Create(runner));
        command.SetAction((parsed, cancellation) =>
        {
            var (k, n) = Shard(parsed.GetValue(shard));
            InvalidSettingException.Require(parsed.GetValue(width) is null || (n == 1 && !parsed.GetValue(dryRun)), "width", parsed.GetValue(width), "left out with --shard and --dry-run, which draw nothing");
            double? wide = width.Of(parsed);
            var plan = options.Plan(parsed);
            if (plan.Runs.Any(r => r.Replicate > 0 && r.Settings.Training.Inits == 1))
                Report.Warn("replicates of one initialisation train one by one; the \"inits\" of a setting, with \"streams\": \"own\", train as one batch");
            SweepRun[] share = [.. plan.Runs.Where((_, i) => i % n == k - 1)];
            plan.Check(share, options.Runner);
            var path = options.Folder(parsed, plan);
            if (parsed.GetValue(dryRun))
                return Task.FromResult(SweepListing.List(plan, share, new SweepFolder(path), options.Json(parsed)));
            return Task.FromResult(SweepShare.Run(options.Runner, plan, share, SweepFolder.Make(path, plan), merges: n == 1, wide, options.Json(parsed), cancellation));
        });
        return command;
    }

    private static (int K, int N) Shard(string? text)
    {
        if (text is null)
            return (1, 1);
        const string allowed = "k/n, with n from 1 to 100000 and k from 1 to n";
        static int Whole(string part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
        var parts = text.Split('/');
        InvalidSettingException.Require(parts.Length == 2, "shard", text, allowed);
        var (k, n) = (Whole(parts[0]), Whole(parts[1]));
        InvalidSettingException.Require(n is >= 1 and <= SweepPlan.MostRuns && k >= 1 && k <= n, "shard", text, allowed);
        return (k, n);
    }
}
