using System.CommandLine;
using System.CommandLine.Help;
using TorchRf.Cli.Commands.Checkpoints;
using TorchRf.Cli.Commands.Sweeps;
using TorchRf.Data;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf: all commands, for the data models that there are.</summary>
public static class TorchrfCommand
{
    /// <summary>All of torchrf's commands.</summary>
    /// <param name="models">What data there are: the program's own (<see cref="DataModels.All"/>), and whatever was added to them.</param>
    // Not a RootCommand, which would call itself by its file's name.
    public static Command Create(DataModels models) => new("torchrf", "TorchRf: why do neurons come to look at small patches of the world? Trains small networks on naturalistic data, "
        + "integrates the theory of that training, and says how well the two agree.")
    {
        CompareCommand.Create(models),
        TrainCommand.Create(models),
        PredictCommand.Create(models),
        DescribeCommand.Create(models),
        AnalyzeCommand.Create(),
        IcaCommand.Create(models),
        FigureCommand.Create(),
        ReproduceCommand.Create(),
        SweepCommand.Create(models),
        CheckpointCommand.Create(),
        InfoCommand.Create(),
        new HelpOption(),
        new VersionOption(),
    };
}
