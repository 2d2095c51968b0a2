using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>How a run is to go on.</summary>
/// <param name="Folder">Its folder.</param>
internal sealed record ResumeRequest(string Folder)
{
    /// <summary>Its steps in all; null for as many as it has. More make a folder of their own.</summary>
    internal long? Steps { get; init; }

    /// <summary>Steps between checkpoints in this session; null for as many as before.</summary>
    internal long? CheckpointEvery { get; init; }

    /// <summary>Threads in this session; null for as many as before.</summary>
    internal int? Threads { get; init; }

    /// <summary>Where files of data are now, as run.json has it.</summary>
    internal JsonObject Files { get; init; } = [];

    /// <summary>The folder of a run of more steps; null for the one that its settings name.</summary>
    internal string? Out { get; init; }

    /// <inheritdoc cref="RunRequest.Width"/>
    internal double? Width { get; init; }

    /// <inheritdoc cref="RunRequest.Board"/>
    internal bool Board { get; init; }

    /// <inheritdoc cref="RunRequest.Json"/>
    internal bool Json { get; init; }
}

/// <summary>The argument RUN: the folder of a run.</summary>
internal sealed class RunArgument : Argument<string>
{
    internal RunArgument() : base("RUN") => Description = "The folder of a run.";

    /// <summary>The folder, and what its run.json says.</summary>
    /// <exception cref="InvalidDataException">It is not the folder of a run.</exception>
    internal (string Folder, RunDocument Run) Of(ParseResult parsed)
    {
        var folder = parsed.GetValue(this)!;
        // Somebody may have named what is in it.
        if (Path.GetFileName(folder) == RunFolder.RunFile && File.Exists(folder))
            folder = Path.GetDirectoryName(folder) is { Length: > 0 } parent ? parent : ".";
        var file = Path.Combine(folder, RunFolder.RunFile);
        return File.Exists(file) ? (folder, RunDocument.Read(file)) : throw MalformedFile.Because(folder,
            File.Exists(Path.Combine(folder, DescribeCommand.Picture + ".csv")) ? "a description, which keeps nothing that it could be gone on with or drawn from again; describe draws it anew"
            : Directory.Exists(folder) ? "not the folder of a run (it has no run.json); torchrf runs lists those there are" : "there is no folder of that name; torchrf runs lists the runs there are");
    }

    /// <summary>The kind of a run.</summary>
    /// <param name="kinds">Those there are.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="run">What its run.json says.</param>
    /// <param name="can">What can be done with it, to follow "which".</param>
    /// <exception cref="InvalidDataException">It is of none of them.</exception>
    internal static T KindOf<T>(IEnumerable<T> kinds, string folder, RunDocument run, string can) where T : IDrawnKind =>
        kinds.FirstOrDefault(k => k.Name == run.Command) ?? throw MalformedFile.Because(folder,
            $"a run of {MalformedFile.Quote(run.Command)}, which {can}; runs of {InvalidSettingException.OneOf(kinds.Select(k => k.Name))} can");
}

/// <summary>torchrf resume RUN: goes on with a run, wherever it and its data lie now.</summary>
internal static class ResumeCommand
{
    internal static Command Create(Catalogue catalogue, IReadOnlyList<IRunKind> kinds)
    {
        var command = new Command("resume", "Go on with a run that was stopped, or with more steps, to the same bits as if it had not been; show one that is finished. A search for independent components keeps no checkpoints and begins anew.");
        var run = new RunArgument();
        var steps = new Option<string?>("--steps") { HelpName = "n", Description = "Steps in all [as many as the run has]; more make a new folder, whose run.json names the run that it goes on from." };
        var every = new Option<string?>("--checkpoint-every") { HelpName = "n", Description = "Steps between checkpoints from now on [as before]." };
        var threads = new Option<string?>("--threads") { HelpName = "n", Description = "Threads an operation may use from now on [as before]; where the bits can depend on them, that is said." };
        HashSet<string> names = [.. catalogue.Data.Settings.SelectMany(Setting.Of).Where(s => s.IsFile).Select(s => s.Name)];
        SettingOption[] files = [.. SettingOption.Data(catalogue).Where(o => names.Contains(o.Setting))];
        foreach (var file in files)
            file.Description = "Where it lies now, of the same contents [as before].";
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "The folder of a run with more steps [checkpoints/COMMAND-DATA-seedSEED-HASH]." };
        var (board, width, json) = (new BoardOption(), new WidthOption(), new JsonOption());
        command.Arguments.Add(run);
        foreach (var option in (Option[])[steps, every, threads, .. files, @out, board, width, json])
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var (folder, document) = run.Of(parsed);
            var kind = RunArgument.KindOf(kinds, folder, document, "cannot be gone on with by its folder: its own command goes on with what is unfinished");
            long? Whole(Option<string?> option, string setting, long most) => parsed.GetValue(option) is string text ? SettingOption.Whole(setting, text, 1, most) : null;
            var moved = SettingOption.Given(files, parsed);
            // They are to be the files whose digests the run has.
            moved.Remove("sha256");
            return Task.FromResult(kind.GoOn(document, new ResumeRequest(folder)
            {
                Steps = Whole(steps, nameof(TrainingSettings.Steps), 1_000_000_000),
                CheckpointEvery = Whole(every, nameof(TrainingSettings.CheckpointEvery), long.MaxValue),
                Threads = (int?)Whole(threads, nameof(RunSettings.Threads), 4096),
                Files = moved,
                Out = parsed.GetValue(@out),
                Width = width.Of(parsed),
                Board = parsed.GetValue(board),
                Json = parsed.GetValue(json),
            }, cancellation));
        });
        return command;
    }
}
