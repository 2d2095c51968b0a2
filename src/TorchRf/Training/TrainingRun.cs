using TorchRf.IO;

namespace TorchRf.Training;

/// <summary>What a training left behind: receptive fields and losses at its snapshots.</summary>
/// <param name="Steps">The steps of the snapshots.</param>
/// <param name="Weights">Receptive fields, shape (snapshots, inits, units, N), on the device they were trained on; no scope owns them.</param>
/// <param name="Metrics">Loss and accuracy at the snapshots.</param>
/// <param name="Final">How well each initialisation does in the end.</param>
/// <param name="ByClass">The same on the examples of each class alone, from which any balance of classes follows.</param>
public sealed record TrainingRun(
    IReadOnlyList<long> Steps, Tensor Weights, IReadOnlyList<SnapshotMetrics> Metrics, Evaluation Final, IReadOnlyList<Evaluation> ByClass)
{
    /// <summary>What made the gradient, as <see cref="Trainer.Gradient"/> says; null where it was not kept.</summary>
    public string? Gradient { get; init; }
}

/// <summary>Where a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps to do.</param>
public readonly record struct TrainingProgress(long Step, long Steps);
