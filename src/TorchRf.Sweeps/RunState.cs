namespace TorchRf.Sweeps;

/// <summary>How far a run of a sweep is.</summary>
public enum RunState
{
    /// <summary>It was never started.</summary>
    Waiting,

    /// <summary>It was started and stopped on the way; it goes on from its newest checkpoint.</summary>
    Interrupted,

    /// <summary>A process is working on it.</summary>
    Running,

    /// <summary>It ended with an error, and is left alone until it is retried.</summary>
    Failed,

    /// <summary>Its result is there.</summary>
    Finished,
}
