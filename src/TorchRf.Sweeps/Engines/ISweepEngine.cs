namespace TorchRf.Sweeps.Engines;

/// <summary>Something that works on the shards of a sweep, each a process of its own, and merges them when all have ended.</summary>
public interface ISweepEngine
{
    /// <summary>The engine's name as an option has it.</summary>
    string Name { get; }

    /// <summary>Hands the tasks over, or with <paramref name="dryRun"/> only says what would be done.</summary>
    /// <param name="tasks">The work.</param>
    /// <param name="resources">What each task asks for.</param>
    /// <param name="dryRun">Nothing is submitted, started or written.</param>
    /// <param name="tell">Gets a line at a time: what is not enforced, which task ended and how.</param>
    /// <param name="cancellation">Ends what this call still waits for in an orderly way.</param>
    /// <exception cref="InvalidSettingException">The resources are not allowed.</exception>
    /// <exception cref="EngineException">The engine is not there, refuses, or still works on this sweep.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; every task has stopped.</exception>
    EngineReport Submit(SweepTasks tasks, Resources resources, bool dryRun, Action<string> tell, CancellationToken cancellation);
}
