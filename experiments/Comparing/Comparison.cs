using TorchRf.IO;

namespace TorchRf.Experiments.Comparing;

/// <summary>The main job: train the neuron, integrate the gradient flow from the same initial weights on the same device, and say how well they agree, snapshot by snapshot.</summary>
/// <param name="Trained">Trained receptive fields, Float32, shape (snapshots, inits, units, N).</param>
/// <param name="Theory">Integrated receptive fields, Float64, the same shape.</param>
/// <param name="Verdict">Whether they localize, as expected or not; null for a committee, whose units the criterion of one neuron does not judge, and for data that the lemma does not cover.</param>
public sealed record Comparison(
    RunSettings Settings, ClassificationTask Task, IReadOnlyList<ComparedSnapshot> Snapshots, Tensor Trained, Tensor Theory, Verdict? Verdict)
{
    public string? Gradient { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="checkpoint">Where to go on from; from the start without.</param>
    /// <param name="damaged">Told, in one line, of a checkpoint that does not fit, where one before it in the folder does.</param>
    /// <param name="board">Whether TensorBoard is to show the curves in the folder too.</param>
    public static Comparison Run(
        Ensemble ensemble, IReadOnlyList<long> schedule, RunFolder? folder = null, Checkpoint? checkpoint = null,
        IProgress<TrainingProgress>? progress = null, Action<string>? damaged = null, bool board = false, CancellationToken cancellation = default)
    {
        var theory = Predict(ensemble, schedule, cancellation: cancellation);
        return Of(ensemble, Train(ensemble, schedule, folder, checkpoint, progress, damaged, board, cancellation), theory);
    }

    /// <summary>Compares a training with a prediction from the same start at the same steps.</summary>
    /// <param name="theory">Shape (snapshots, inits, units, N), one snapshot for each of the training's.</param>
    public static Comparison Of(Ensemble ensemble, TrainingRun run, Tensor theory)
    {
        using var scope = torch.NewDisposeScope();
        if (run.Steps.Count != theory.shape[0])
            throw new InvalidDataException("The checkpoint lacks snapshots that this run compares at.");
        var snapshots = run.Metrics.Select((metrics, i) => ComparedSnapshot.Of(metrics, run.Weights[i], theory[i], ensemble.Task.Lattice)).ToArray();
        // Other theories cover data that the lemma, which the verdict goes by, does not.
        var verdict = ensemble.Settings.Model.IsSingleReluNeuron && ensemble.Settings.Training.IsPlain && ensemble.Task.Classes[1].OutsideTheLemma is null ? Verdict.On(run.Weights[-1], ensemble.Task) : null;
        return new Comparison(ensemble.Settings, ensemble.Task, snapshots, run.Weights, theory, verdict) { Gradient = run.Gradient };
    }

    /// <summary>Trains the ensemble's model from its initial weights, with its curves in the folder.</summary>
    /// <exception cref="InvalidDataException">Neither the checkpoint nor, in the folder, any before it fits the model.</exception>
    public static TrainingRun Train(
        Ensemble ensemble, IReadOnlyList<long> schedule, RunFolder? folder = null, Checkpoint? checkpoint = null,
        IProgress<TrainingProgress>? progress = null, Action<string>? damaged = null, bool board = false, CancellationToken cancellation = default)
    {
        using var model = ensemble.Model();
        using var curves = folder is null ? null : new Curves(folder, schedule, ensemble.Settings.Training.LogEvery, ensemble.Task.Lattice, board);
        using var trainer = new TaskTrainer<UnitNetwork>(
            model, ensemble.Task, ensemble.Settings.Training, schedule, Objectives.Of(model, ensemble.Settings.Model.Loss, ensemble.Task.Classes.Count, ensemble.Settings.Training.Targets)) { Log = curves };
        folder?.Note(("sampling", ensemble.Task.Sampling(ensemble.Initial.device)), ("gradient", trainer.Gradient));
        if (checkpoint is not null)
            Restore(trainer, folder, checkpoint, damaged);
        return trainer.Run(folder, progress, cancellation);
    }

    // A checkpoint that is whole may still be of another model; then the one before it is tried.
    private static void Restore(TaskTrainer<UnitNetwork> trainer, RunFolder? folder, Checkpoint checkpoint, Action<string>? damaged)
    {
        InvalidDataException? newest = null;
        for (var tried = checkpoint; tried is not null; tried = folder?.Latest(damaged, before: tried.Step))
        {
            try
            {
                trainer.Restore(tried);
                if (newest is not null)
                    damaged?.Invoke(newest.Message);
                return;
            }
            catch (InvalidDataException e)
            {
                newest ??= folder is null ? e : new InvalidDataException($"{folder.FileOf(tried.Step)}: {e.Message}");
            }
        }
        throw newest!;
    }

    /// <summary>Integrates the flow from the ensemble's initial weights; Float64, shape (snapshots, inits, units, N). Each of K units moves at lr/K.</summary>
    /// <exception cref="ArgumentException">The ensemble was prepared without the theory.</exception>
    /// <exception cref="ArithmeticException">The theory stopped being finite.</exception>
    public static Tensor Predict(
        Ensemble ensemble, IReadOnlyList<long> schedule, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var flow = ensemble.Flow ?? throw new ArgumentException("This ensemble was prepared without the theory.", nameof(ensemble));
        double step = ensemble.Settings.Training.Lr / ensemble.Settings.Model.Units;
        var solution = new Euler(step).Solve(flow, ensemble.Initial, [.. schedule.Select(s => s * step)], progress, cancellation);
        return solution.Ending == Ending.Done ? solution.Weights.DetachFromDisposeScope() : throw new ArithmeticException(Invariant($"The theory stopped being finite by step {solution.Steps}. Steps shorter than {step} (a smaller learning rate) or an initialisation that is not tiny usually help."));
    }
}

/// <summary>Training and theory side by side after some steps.</summary>
/// <param name="Accuracy">Of the training; null where it has no meaning.</param>
/// <param name="NormRatio">|theory| / |trained|.</param>
public sealed record ComparedSnapshot(
    long Step, double Loss, double? Accuracy, Statistic Cosine, Statistic NormRatio, Statistic TrainedIpr, Statistic TheoryIpr, PeakAgreement Agreement)
{
    /// <summary>Compares receptive fields of shape (inits, units, N), whose sites are arranged as the lattice says.</summary>
    public static ComparedSnapshot Of(SnapshotMetrics metrics, Tensor trained, Tensor theory, Lattice lattice)
    {
        using var scope = torch.NewDisposeScope();
        var w = trained.to(ScalarType.Float64);
        return new ComparedSnapshot(metrics.Step, metrics.Loss, metrics.Accuracy,
            Statistic.OfElements(Similarity.Cosine(theory, w)), Statistic.OfElements(Similarity.NormRatio(theory, w)),
            Statistic.OfElements(InverseParticipationRatio.Of(w)), Statistic.OfElements(InverseParticipationRatio.Of(theory)),
            PeakAgreement.Between(theory, w, lattice.Side));
    }
}
