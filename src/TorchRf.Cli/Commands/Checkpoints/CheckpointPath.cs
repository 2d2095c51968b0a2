using System.CommandLine;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Cli.Commands.Checkpoints;

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
