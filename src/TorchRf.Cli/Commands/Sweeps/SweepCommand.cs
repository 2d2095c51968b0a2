using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Sweeps;
using TorchRf.Runs;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep PLAN: runs a plan, or a share of it; started again, it does what is not done.</summary>
internal static class SweepCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var runner = new EnsembleRunner(catalogue);
        var command = new Command("sweep", "Run a grid of settings. Finished runs are skipped, interrupted ones go on, one that fails loses no other. Started again, it does what is left.");
        var options = new SweepOptions(command, runner);
        var shard = new Option<string?>("--shard") { HelpName = "k/n", Description = "Only every n-th run, from the k-th on [1/1]. Shards may run side by side, on any machine that shares the folder." };
        var dryRun = new Option<bool>("--dry-run") { Description = "List and count the runs; do nothing." };
        var width = new WidthOption();
        foreach (var option in new Option[] { shard, dryRun, width })
            command.Options.Add(option);
        foreach (var part in new[] { SweepSubmitCommand.Create(runner), SweepStatusCommand.Create(runner), SweepRetryCommand.Create(runner), SweepMergeCommand.Create(runner) })
            command.Subcommands.Add(part);
        command.SetAction((parsed, cancellation) =>
        {
            var (k, n) = Shard(parsed.GetValue(shard));
            InvalidSettingException.Require(parsed.GetValue(width) is null || (n == 1 && !parsed.GetValue(dryRun)), "width", parsed.GetValue(width), "left out with --shard and --dry-run, which draw nothing");
            double? wide = width.Of(parsed);
            var plan = options.Plan(parsed);
            if (plan.Runs.Any(r => r.Replicate > 0 && r.Search is null && r.Settings.Training.Inits == 1))
                Report.Warn("replicates of one initialisation train one by one; the \"inits\" of a setting, with \"streams\": \"own\", train as one batch");
            SweepRun[] share = [.. plan.Runs.Where((_, i) => i % n == k - 1)];
            var notes = plan.Check(share, options.Runner);
            var path = options.Folder(parsed, plan);
            if (parsed.GetValue(dryRun))
                return Task.FromResult(SweepListing.List(plan, share, new SweepFolder(path), options.Json(parsed)));
            return Task.FromResult(SweepShare.Run(options.Runner, plan, share, SweepFolder.Make(path, plan), notes, merges: n == 1, wide, options.Json(parsed), cancellation));
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
            var notes = plan.Check(plan.Runs, options.Runner);
            var folder = SweepFolder.Open(options.Folder(parsed, plan), plan);
            SweepRun[] again = [.. plan.Runs.Where(run => folder.State(run) == RunState.Failed)];
            foreach (var run in again)
                folder.Retry(run);
            if (again.Length == 0 && parsed.GetValue(failed))
                Report.Warn("no run has failed");
            else
                Report.Warn(string.Create(CultureInfo.InvariantCulture, $"{again.Length} failed {(again.Length == 1 ? "run" : "runs")} again"));
            return Task.FromResult(SweepShare.Run(options.Runner, plan, parsed.GetValue(failed) ? again : plan.Runs, folder, notes, merges: !parsed.GetValue(failed), null, options.Json(parsed), cancellation));
        });
        return command;
    }
}

/// <summary>torchrf sweep merge PLAN: one table of all results, and what is missing or double.</summary>
internal static class SweepMergeCommand
{
    internal static Command Create(IRunner runner)
    {
        var command = new Command("merge", "Write one table of all finished runs (merged.csv, merged.json), and name what is missing or double. Exits with 1 while runs are missing.");
        var options = new SweepOptions(command, runner);
        var from = new Option<string[]>("--from") { HelpName = "folder", Description = "More folders with results of the same plan, run elsewhere.", AllowMultipleArgumentsPerToken = true };
        var width = new WidthOption();
        command.Options.Add(from);
        command.Options.Add(width);
        command.SetAction(parsed =>
        {
            double? wide = width.Of(parsed);
            var plan = options.Plan(parsed);
            var folder = SweepFolder.Open(options.Folder(parsed, plan), plan);
            var merged = MergedSweep.Of(plan, [folder, .. (parsed.GetValue(from) ?? []).Select(path => SweepFolder.Open(path, plan))], Report.Warn);
            var pictures = SweepTable.Keep(merged, folder, wide);
            foreach (var (runs, what) in new[] { (merged.Missing, "missing"), (merged.Doubles, "double, with the same result") })
                if (runs.Count > 0)
                    Report.Warn(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} of {plan.Runs.Count} runs {(runs.Count == 1 ? "is" : "are")} {what}: {string.Join(", ", runs.Take(5).Select(r => r.Id))}{(runs.Count > 5 ? ", ..." : "")}"));
            if (options.Json(parsed))
            {
                var document = merged.ToJson();
                document["double"] = new JsonArray([.. merged.Doubles.Select(r => (JsonNode)JsonValue.Create(r.Id))]);
                document["folder"] = folder.Path;
                Report.Json(document);
            }
            else
            {
                Report.Paragraph(SweepListing.Headline(plan));
                SweepTable.Print(merged);
                SweepTable.Tell(folder, pictures);
            }
            return merged.Missing.Count == 0 ? 0 : 1;
        });
        return command;
    }
}

/// <summary>What every command about a sweep is told: which plan, and where its folder is.</summary>
internal sealed class SweepOptions
{
    private readonly Argument<string> plan = new("plan.json") { Description = "What to run: settings common to all, rows of them, a grid of values, replicates; or a figure's settings." };
    private readonly Option<bool> quick = new("--quick") { Description = "The plan's quick variant." };
    private readonly Option<string?> @out = new("--out") { HelpName = "folder", Description = "The sweep's folder [checkpoints/sweep-NAME]." };
    private readonly JsonOption json = new();

    internal SweepOptions(Command command, IRunner runner)
    {
        Runner = runner;
        command.Arguments.Add(plan);
        command.Options.Add(quick);
        command.Options.Add(@out);
        command.Options.Add(json);
    }

    /// <summary>Who does the runs.</summary>
    internal IRunner Runner { get; }

    /// <summary>Whether standard output is to hold one JSON document.</summary>
    internal bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>Whether the quick variant is meant.</summary>
    internal bool Quick(ParseResult parsed) => parsed.GetValue(quick);

    /// <summary>The plan's file.</summary>
    internal string File(ParseResult parsed) => parsed.GetValue(plan)!;

    /// <summary>The plan, read; what runs, checks its runs.</summary>
    internal SweepPlan Plan(ParseResult parsed) => SweepPlan.Read(File(parsed), Runner, Quick(parsed));

    /// <summary>Where the sweep's folder is.</summary>
    internal string Folder(ParseResult parsed, SweepPlan read) => parsed.GetValue(@out) ?? Path.Combine("checkpoints", "sweep-" + read.Name);
}
