using System.CommandLine;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

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
