using System.CommandLine;
using System.CommandLine.Help;
using TorchRf.Cli.Commands.Checkpoints;
using TorchRf.Cli.Commands.Sweeps;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf: all its commands.</summary>
internal static class AllCommands
{
    internal static Command Create()
    {
        // Not a RootCommand, which would call itself by its file's name.
        var root = new Command("torchrf", "TorchRf: why do neurons come to look at small patches of the world? Trains small networks on naturalistic data, "
            + "integrates the theory of that training, and says how well the two agree.")
        {
            CompareCommand.Create(),
            TrainCommand.Create(),
            PredictCommand.Create(),
            DescribeCommand.Create(),
            AnalyzeCommand.Create(),
            IcaCommand.Create(),
            FigureCommand.Create(),
            ReproduceCommand.Create(),
            SweepCommand.Create(),
            CheckpointCommand.Create(),
            InfoCommand.Create(),
        };
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        return root;
    }
}
