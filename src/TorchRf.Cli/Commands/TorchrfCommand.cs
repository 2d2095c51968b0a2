using System.CommandLine;
using System.CommandLine.Help;
using TorchRf.Cli.Commands.Checkpoints;
using TorchRf.Cli.Commands.Sweeps;
using TorchRf.Data;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf: all commands, for all that there is to name.</summary>
public static class TorchrfCommand
{
    /// <summary>All of torchrf's commands.</summary>
    /// <param name="catalogue">What can be named: what the program knows (<see cref="Catalogue.Own"/>), and whatever was added to it.</param>
    // Not a RootCommand, which would call itself by its file's name.
    public static Command Create(Catalogue catalogue)
    {
        var (compare, train, predict, ica) = (new CompareCommand(catalogue), new TrainCommand(catalogue), new PredictCommand(catalogue), new IcaCommand(catalogue));
        var analyze = new AnalyzeCommand(catalogue);
        var prune = new PruneCommand(catalogue);
        IRunKind[] kinds = [train, compare, predict, ica, prune];
        return new("torchrf", "TorchRf: why do neurons come to look at small patches of the world? Trains small networks on naturalistic data, "
            + "integrates the theory of that training, and says how well the two agree.")
        {
            compare.Create(),
            train.Create(),
            predict.Create(),
            DescribeCommand.Create(catalogue),
            analyze.Create(),
            ica.Create(),
            FieldsCommand.Create(catalogue),
            CodesCommand.Create(catalogue),
            prune.Create(),
            AtlasCommand.Create(catalogue),
            LabCommand.Create(catalogue),
            FigureCommand.Create(),
            ReproduceCommand.Create(),
            SweepCommand.Create(catalogue),
            ResumeCommand.Create(catalogue, kinds),
            RunsCommand.Create(catalogue),
            PlotCommand.Create(catalogue, [.. kinds, analyze]),
            ReportCommand.Create(catalogue),
            CheckpointCommand.Create(),
            InfoCommand.Create(),
            HelpCommand.Create(catalogue),
            CompletionCommand.Create(),
            new HelpOption { Action = new HelpText(catalogue) },
            new VersionOption(),
        };
    }
}
