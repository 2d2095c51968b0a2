using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Sweeps;

namespace TorchRf.Experiments.Sweeps;

/// <summary>Does the runs of a sweep: trains an ensemble, integrates the theory where it is wanted, and measures both; or searches for independent components.</summary>
/// <param name="catalogue">What can be named; what the program knows without.</param>
public sealed class EnsembleRunner(Catalogue? catalogue = null) : IRunner
{
    /// <inheritdoc/>
    public Catalogue Catalogue => catalogue ?? Catalogue.Own;

    public DataSettings WithFiles(DataSettings data) => SamplePhotographs.Where(data).WithFilesFound();

    public IReadOnlyList<string> Check(SweepRun run)
    {
        if (run.Search is { } search)
        {
            using var searched = IcaSearch.Prepare(search with { Run = run.Settings }).Task;
            return searched.Notes;
        }
        var ensemble = Ensemble.Of(run.Settings, predicts: run.Command == RunCommand.Compare);
        using var task = ensemble.Task;
        ensemble.Initial.Dispose();
        return task.Notes;
    }

    public SweepResult Run(SweepRun run, RunFolder folder, IProgress<TrainingProgress> progress, Action<string> damaged, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        if (run.Search is { } search)
            return Components(run, search with { Run = run.Settings }, folder, progress, cancellation);
        bool predicts = run.Command == RunCommand.Compare;
        var ensemble = Ensemble.Of(run.Settings, predicts);
        using var initial = ensemble.Initial;
        using var task = ensemble.Task;
        long steps = run.Settings.Training.Steps;
        var trained = Comparison.Train(ensemble, SnapshotSchedule.OneTwoFive(steps), folder, folder.Latest(damaged), progress, damaged, cancellation: cancellation);
        using var weights = trained.Weights;
        var kept = new Dictionary<string, Tensor> { ["trained"] = weights };
        if (predicts)
            kept["theory"] = Comparison.Predict(ensemble, trained.Steps, cancellation: cancellation);
        folder.Write("weights.safetensors", kept, new Dictionary<string, string> { ["steps"] = string.Join(",", trained.Steps) });
        return Measure(run, ensemble, trained, predicts ? kept["theory"][-1] : null);
    }

    // The training's last snapshot beside the theory at the same step, shape (inits, units, N).
    private static SweepResult Measure(SweepRun run, Ensemble ensemble, TrainingRun trained, Tensor? predicted)
    {
        using var scope = torch.NewDisposeScope();
        var w = trained.Weights[-1].to(ScalarType.Float64);
        double[] ipr = InverseParticipationRatio.Each(w);
        var measures = new SortedDictionary<string, RunningMoments>(StringComparer.Ordinal)
        {
            ["ipr"] = Moments(ipr),
            ["localized"] = Moments(ipr.Select(v => InverseParticipationRatio.IsLocalized(v, ensemble.Task.Sites) ? 1.0 : 0)),
            ["loss"] = Moments(trained.Final.Losses),
        };
        if (trained.Final.Accuracies is { } accuracies)
            measures["accuracy"] = Moments(accuracies);
        if (predicted is not null)
        {
            measures["theory_ipr"] = Moments(InverseParticipationRatio.Each(predicted));
            measures["cosine"] = Moments(Similarity.Cosine(predicted, w).ToArray<double>());
            measures["ratio"] = Moments(Similarity.NormRatio(predicted, w).ToArray<double>());
        }
        return new SweepResult(run.Id, Kurtosis(ensemble.Task), measures);
    }

    private static SweepResult Components(SweepRun run, IcaSettings settings, RunFolder folder, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var study = IcaStudy.Run(settings, new Counted<IcaStep>(progress, step => new TrainingProgress(step.Iteration, settings.MaxIterations)), cancellation);
        folder.Write("weights.safetensors", study.Weights(), new Dictionary<string, string> { ["arrays"] = study.Arrays });
        return new SweepResult(run.Id, Kurtosis(study.Task), new SortedDictionary<string, RunningMoments>(StringComparer.Ordinal)
        {
            ["ipr"] = Moments(study.Ipr),
            ["localized"] = Moments(study.Ipr.Select(v => InverseParticipationRatio.IsLocalized(v, study.Task.Sites) ? 1.0 : 0)),
            ["found"] = Moments([study.Ipr.Count]),
            ["iterations"] = Moments([study.Solution.Iterations]),
            ["converged"] = Moments([study.Solution.Converged ? 1 : 0]),
        });
    }

    private static double? Kurtosis(ClassificationTask task) => task.Classes.Count > 1 && task.Classes[1].Marginal.ExcessKurtosis is var kurtosis && double.IsFinite(kurtosis) ? kurtosis : null;

    private static RunningMoments Moments(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
            return default;
        using var kept = torch.tensor(finite);
        return RunningMoments.Of(kept);
    }
}
