using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>Who does the runs of a sweep: what they are made of, a sweep does not know.</summary>
public interface IRunner
{
    /// <summary>What data there are.</summary>
    DataModels Models { get; }

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
