using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>torchrf checkpoint verify PATH: whether files are whole.</summary>
internal static class CheckpointVerifyCommand
{
    internal static Command Create()
    {
        var command = new Command("verify", "Say of each checkpoint, and of the weights, whether every byte is as it was written. Exit code 1 where one is not.");
        var path = new CheckpointPath("all its checkpoints and its weights");
        var json = new JsonOption();
        command.Arguments.Add(path);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var found = path.All(parsed).Select(file => (File: file, Verdict: Verify(file))).ToArray();
            if (parsed.GetValue(json))
                Report.Json(new JsonObject
                {
                    ["files"] = new JsonArray([.. found.Select(f => new JsonObject { ["file"] = f.File, ["good"] = f.Verdict.Good, ["reason"] = f.Verdict.Reason })]),
                });
            else
                foreach (var (file, (good, reason)) in found)
                    // A reason says which file it is about.
                    Report.Line(good ? $"good     {file}{(reason is null ? "" : $" ({reason})")}" : $"damaged  {reason}");
            return found.All(f => f.Verdict.Good) ? 0 : 1;
        });
        return command;
    }

    private static (bool Good, string? Reason) Verify(string file)
    {
        try
        {
            // First, for a damaged header can say anything.
            var summary = SafeTensors.Examine(file);
            SafeTensors.RequireChecksum(file, summary);
            _ = FileContent.Of(file, summary);
            return (true, summary.Stated is null ? "no checksum" : null);
        }
        catch (InvalidDataException e)
        {
            return (false, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (false, $"{file}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
