using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

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

/// <summary>The argument PATH: a safetensors file, or a run's folder.</summary>
internal sealed class CheckpointPath : Argument<string>
{
    private const string Weights = "weights.safetensors";

    internal CheckpointPath(string ofFolder) : base("path") => Description = $"A .safetensors file, or the folder of a run: {ofFolder}.";

    /// <summary>All that is meant: the file, or the folder's checkpoints, the newest first, and its weights.</summary>
    /// <exception cref="FileNotFoundException">There is nothing.</exception>
    internal IReadOnlyList<string> All(ParseResult parsed)
    {
        var path = parsed.GetValue(this)!;
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new FileNotFoundException($"{path}: there is no file or folder of that name");
        string[] files = [.. new KeptCheckpoints(path).Files().Select(c => c.File), .. Directory.EnumerateFiles(path, Weights)];
        return files.Length > 0 ? files : throw new FileNotFoundException($"{path}: neither a checkpoint nor {Weights} is in this folder");
    }

    /// <summary>The first of them that <paramref name="read"/> can read; the others are told of. Of a file that cannot be read alone, the reason.</summary>
    internal T First<T>(ParseResult parsed, Func<string, T> read)
    {
        var files = All(parsed);
        foreach (var file in files.SkipLast(1))
        {
            try
            {
                return read(file);
            }
            catch (InvalidDataException e)
            {
                Report.Warn($"passed over: {e.Message}");
            }
        }
        return read(files[^1]);
    }
}

/// <summary>torchrf checkpoint verify PATH: whether files are whole.</summary>
internal static class CheckpointVerifyCommand
{
    internal static Command Create()
    {
        var path = new CheckpointPath("all its checkpoints and its weights");
        var json = new JsonOption();
        var command = new Command("verify", "Say of each checkpoint, and of the weights, whether every byte is as it was written. Exit code 1 where one is not.") { path, json };
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
