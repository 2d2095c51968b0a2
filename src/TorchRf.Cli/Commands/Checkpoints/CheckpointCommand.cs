using System.CommandLine;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>torchrf checkpoint: looks into checkpoints and other safetensors files, and changes none.</summary>
internal static class CheckpointCommand
{
    internal static Command Create() => new("checkpoint", "Look into a run's checkpoints and weights: show them, verify them, export them for numpy.")
    {
        CheckpointShowCommand.Create(),
        CheckpointVerifyCommand.Create(),
        CheckpointExportCommand.Create(),
    };
}
