using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Sweeps;
using TorchRf.Training;

namespace TorchRf.Experiments.Sweeps;

/// <summary>Does the runs of a sweep: trains an ensemble, integrates the theory where it is wanted, and measures both.</summary>
/// <param name="catalogue">What can be named; what the program knows without.</param>
public sealed class EnsembleRunner(Catalogue? catalogue = null) : IRunner
{
    /// <inheritdoc/>
    public Catalogue Catalogue => catalogue ?? Catalogue.Own;

    /// <inheritdoc/>
    public DataSettings WithFiles(DataSettings data) => SamplePhotographs.Where(data);

    /// <inheritdoc/>
    public void Check(RunSettings settings, RunCommand command) => Ensemble.Of(settings, predicts: command == RunCommand.Compare).Initial.Dispose();

    /// <inheritdoc/>
    public SweepResult Run(SweepRun run, RunFolder folder, IProgress<TrainingProgress> progress, Action<string> damaged, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        bool predicts = run.Command == RunCommand.Compare;
        var ensemble = Ensemble.Of(run.Settings, predicts);
        using var initial = ensemble.Initial;
        long steps = run.Settings.Training.Steps;
        var trained = Comparison.Train(ensemble, SnapshotSchedule.OneTwoFive(steps), folder, folder.Latest(damaged), progress, damaged, cancellation: cancellation);
        using var weights = trained.Weights;
        var kept = new Dictionary<string, Tensor> { ["simulated"] = weights };
        if (predicts)
            kept["predicted"] = Comparison.Predict(ensemble, trained.Steps, cancellation: cancellation);
        folder.Write("weights.safetensors", kept, new Dictionary<string, string> { ["steps"] = string.Join(",", trained.Steps) });
        return Measure(run, ensemble, trained, predicts ? kept["predicted"][-1] : null);
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
        double kurtosis = ensemble.Task.Classes.Count > 1 ? ensemble.Task.Classes[1].Marginal.ExcessKurtosis : double.NaN;
        return new SweepResult(run.Id, double.IsFinite(kurtosis) ? kurtosis : null, measures);
    }

    private static RunningMoments Moments(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
            return default;
        using var kept = torch.tensor(finite);
        return RunningMoments.Of(kept);
    }
}
