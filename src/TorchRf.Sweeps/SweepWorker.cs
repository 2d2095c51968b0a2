using TorchRf.Data;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>Does runs of a sweep, each in its folder: an interrupted one from its newest checkpoint, a finished or failed one not at all. A run that fails says why and loses no other.</summary>
/// <param name="folder">The sweep's folder.</param>
/// <param name="runner">Who does a run.</param>
/// <param name="environment">What else may explain results, for each run.json.</param>
/// <param name="show">Does what it is given, and shows a run's progress meanwhile.</param>
/// <param name="tell">Gets a line at a time: which run ended and how.</param>
public sealed class SweepWorker(
    SweepFolder folder, IRunner runner, JsonObject environment, Func<SweepRun, Func<IProgress<TrainingProgress>, SweepResult>, SweepResult> show, Action<string> tell)
{
    private string? refused;

    /// <summary>Does a run, unless it is done already, failed before, or is being done by another process.</summary>
    /// <exception cref="IOException">The disk refused this run and the one before: it is at fault, not they.</exception>
    public RunState Do(SweepRun run, CancellationToken cancellation = default)
    {
        var before = folder.State(run);
        if (before is RunState.Finished or RunState.Failed or RunState.Running)
            return before;
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var held = Take(run);
            // Another process may have finished it in the meantime.
            if (folder.Result(run) is null)
                folder.Finish(run, show(run, progress => runner.Run(run, held, progress, tell, cancellation)));
            held.RemoveCheckpoints();
            refused = null;
            return RunState.Finished;
        }
        catch (FolderInUseException)
        {
            return RunState.Running;
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            // It goes on another time. What the disk refuses twice it will refuse to all.
            if (refused is not null)
                throw;
            refused = run.Id;
            tell($"run {run.Id} was stopped: {e.Message}");
            return RunState.Interrupted;
        }
        catch (Exception e) when (e is not (OperationCanceledException or DllNotFoundException or TypeInitializationException))
        {
            var reason = e.Message.Split('\n')[0].TrimEnd('\r');
            tell($"run {run.Id} failed: {reason}");
            folder.Fail(run, reason);
            refused = null;
            return RunState.Failed;
        }
    }

    private static bool IsOfTheDisk(Exception e) =>
        e is IOException and not FileNotFoundException or UnauthorizedAccessException || (e is InvalidSettingException { InnerException: { } cause } && IsOfTheDisk(cause));

    private RunFolder Take(SweepRun run)
    {
        var data = run.Settings.Data;
        // Files are the same where their contents are, wherever they lie now.
        JsonObject Current(JsonObject written)
        {
            var search = run.Search is null ? null : IcaSettings.FromJson(written, runner.Catalogue);
            var read = search?.Run ?? RunSettings.FromRun(written, runner.Catalogue);
            if (read.Data.Sha256.SequenceEqual(data.Sha256))
                read = read with { Data = read.Data.WithFiles([.. data.Files().Select(f => f.File)]) };
            return (run with { Search = search, Settings = read }).ToJson();
        }
        return RunFolder.GoOn(folder.Of(run), SweepRun.Name(run.Command), run.ToJson(), environment, Current, tell);
    }
}

/// <summary>Who does the runs of a sweep: what they are made of, a sweep does not know.</summary>
public interface IRunner
{
    /// <summary>What can be named.</summary>
    Catalogue Catalogue { get; }

    /// <summary>The data with those files filled in that a run takes where none are named.</summary>
    DataSettings WithFiles(DataSettings data);

    /// <summary>Finds out whether a run is possible.</summary>
    /// <param name="run">The run; where its settings say what device, it is checked for that.</param>
    /// <returns>What its data say about themselves, in sentences.</returns>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A data file cannot be used.</exception>
    /// <exception cref="NotSupportedException">The theory is wanted and does not cover the data or the model.</exception>
    IReadOnlyList<string> Check(SweepRun run);

    /// <summary>Does a run, from its newest checkpoint where there is one, and measures what it left.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="damaged">Told, in one line, of a checkpoint that cannot be used.</param>
    /// <param name="cancellation">Ends it, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    SweepResult Run(SweepRun run, RunFolder folder, IProgress<TrainingProgress> progress, Action<string> damaged, CancellationToken cancellation);
}
