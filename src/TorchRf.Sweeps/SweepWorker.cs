using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>Does runs of a sweep, each in its folder: an interrupted one from its newest checkpoint, a finished or failed one not at all. A run that fails says why and loses no other.</summary>
/// <param name="folder">The sweep's folder.</param>
/// <param name="runner">Who does them.</param>
/// <param name="environment">What else may explain results, for each run.json.</param>
/// <param name="show">Shows a run's progress while it is done.</param>
/// <param name="tell">Told, in one line each, of what went wrong.</param>
public sealed class SweepWorker(
    SweepFolder folder, IRunner runner, JsonObject environment, Func<SweepRun, Func<IProgress<TrainingProgress>, SweepResult>, SweepResult> show, Action<string> tell)
{
    private string? refused;

    /// <summary>Does a run, unless it is done already, failed before, or is being done by another process.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Ends it in an orderly way, with a checkpoint.</param>
    /// <returns>How far it is then.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
        return RunFolder.GoOn(folder.Of(run), SweepRun.Name(run.Command), run.Settings.ToJson(), environment, run.Settings.Here, tell);
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
    /// <param name="settings">Its settings.</param>
    /// <param name="command">What is to be done.</param>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A data file cannot be used.</exception>
    /// <exception cref="NotSupportedException">The theory is wanted and does not cover the data or the model.</exception>
    void Check(RunSettings settings, RunCommand command);

    /// <summary>Does a run, from its newest checkpoint where there is one, and measures what it left.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where its checkpoints and weights go.</param>
    /// <param name="progress">Told after every step of training.</param>
    /// <param name="damaged">Told, in one line, of a checkpoint that cannot be used.</param>
    /// <param name="cancellation">Ends it after a step, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    SweepResult Run(SweepRun run, RunFolder folder, IProgress<TrainingProgress> progress, Action<string> damaged, CancellationToken cancellation);
}
