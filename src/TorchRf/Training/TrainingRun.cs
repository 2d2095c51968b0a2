using TorchRf.IO;
using TorchRf.Models;

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
public readonly record struct TrainingProgress(long Step, long Steps)
{
    /// <summary>The loss at the newest snapshot; null where none is measured.</summary>
    public double? Loss { get; init; }
}

/// <summary>Follows a training at its snapshots and every <see cref="TrainingSettings.LogEvery"/> steps, in the session that begins it and in those that go on with it.</summary>
public interface ITrainingLog
{
    /// <summary>Told before the first step of a session.</summary>
    /// <param name="step">Steps done before; what an earlier session added of later ones is void, for they come again.</param>
    /// <param name="metrics">Of the snapshots so far.</param>
    /// <param name="snapshots">Their receptive fields, shape (snapshots, inits, units, N).</param>
    void Begin(long step, IReadOnlyList<SnapshotMetrics> metrics, Tensor snapshots);

    /// <summary>Told of one step.</summary>
    /// <param name="metrics">How well the model does there.</param>
    /// <param name="weights">Its receptive fields, shape (inits, units, N); the training's own.</param>
    /// <param name="isSnapshot">Whether the step is one of the schedule.</param>
    void Add(SnapshotMetrics metrics, Tensor weights, bool isSnapshot);

    /// <summary>Told before a checkpoint is written, which nothing that was added may be lost before.</summary>
    void Keep();
}

/// <summary>How well every initialisation does on the same examples.</summary>
/// <param name="Losses">The loss of each.</param>
/// <param name="Accuracies">How often each one's answer says the class; null where a model learns without labels.</param>
/// <param name="DeadUnits">How many units of each answer to none of the examples (<see cref="UnitNetwork.DeadUnits"/>); null where the model cannot say.</param>
public sealed record Evaluation(IReadOnlyList<double> Losses, IReadOnlyList<double>? Accuracies, IReadOnlyList<int>? DeadUnits)
{
    /// <summary>The mean loss.</summary>
    public double Loss => Losses.Average();

    /// <summary>The mean accuracy; null where a model learns without labels.</summary>
    public double? Accuracy => Accuracies?.Average();

    /// <summary>Evaluates on given examples, however balanced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What it was trained for.</param>
    /// <param name="x">Shape (examples, N), on the model's device.</param>
    /// <param name="y">The classes' numbers, shape (examples), in the dtype of x.</param>
    public static Evaluation Of(nn.Module<Tensor, Tensor> model, IObjective objective, Tensor x, Tensor y)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (losses, accuracies) = objective.Judge(model, x, y);
        return new Evaluation(losses.ToArray<double>(), accuracies?.ToArray<double>(),
            model is UnitNetwork network ? network.DeadUnits(x).sum([-1]).ToArray<int>() : null);
    }
}

/// <summary>The steps at which receptive fields are kept.</summary>
public static class SnapshotSchedule
{
    /// <summary>0, 20, 50, 100, 200, 500, 1000, ... up to and with the last step.</summary>
    public static IReadOnlyList<long> OneTwoFive(long steps)
    {
        var schedule = new List<long> { 0 };
        // As Int128, for the last decade of a long has no next.
        for (Int128 decade = 10; decade <= steps; decade *= 10)
            foreach (var step in (Int128[])[decade, 2 * decade, 5 * decade])
                if (step >= 20 && step < steps)
                    schedule.Add((long)step);
        if (steps > 0)
            schedule.Add(steps);
        return schedule;
    }

    /// <summary>About <paramref name="count"/> steps, evenly spaced from 0 to the last.</summary>
    public static IReadOnlyList<long> Even(long steps, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (long)Math.Round((double)steps * i / (count - 1))).Distinct()];
}

/// <summary>The loss or a weight stopped being finite. Checkpoints written before are kept.</summary>
/// <param name="step">The step whose loss was not finite.</param>
/// <param name="optimizer">The optimiser and its learning rate.</param>
public sealed class DivergenceException(long step, string optimizer) : Exception(FormattableString.Invariant(
    $"The loss or a weight stopped being finite at step {step} ({optimizer}). A smaller learning rate or a larger batch usually helps."))
{
    /// <summary>The step whose loss was not finite.</summary>
    public long Step { get; } = step;
}
