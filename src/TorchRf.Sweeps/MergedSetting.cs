using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>What all finished replicates of one setting found together.</summary>
/// <param name="Runs">The setting's runs, finished or not; their settings differ in the seed alone.</param>
/// <param name="Results">The results there are, in the order of the replicates.</param>
public sealed record MergedSetting(IReadOnlyList<SweepRun> Runs, IReadOnlyList<SweepResult> Results)
{
    /// <summary>The first run's settings.</summary>
    public RunSettings Settings => Runs[0].Settings;

    /// <summary>The excess kurtosis of class 1; null where it has none or no run is finished.</summary>
    public double? ExcessKurtosis => Results.Count > 0 ? Results[0].ExcessKurtosis : null;

    /// <summary>What was measured.</summary>
    public IEnumerable<string> Measures => Results.SelectMany(r => r.Measures.Keys).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The moments of a measure over all replicates.</summary>
    /// <remarks>Merged in the order of the replicates, so that they do not depend on the order in which the runs were finished.</remarks>
    public RunningMoments Of(string measure) => Each(measure).Aggregate(default(RunningMoments), (sum, m) => sum.Merge(m));

    /// <summary>
    /// The standard error of a measure's mean: from all initialisations where each has examples of its own; else from the replicates, because initialisations with the same examples
    /// share their noise, as units of one network do. Null where there are fewer than two.
    /// </summary>
    public double? StandardError(string measure)
    {
        bool oneEach = Settings.Model.Units == 1 || measure is "loss" or "accuracy";
        if (Settings.Training.Streams == ExampleStreams.Own && oneEach)
            return Of(measure).StandardError;
        return Each(measure).Aggregate(default(RunningMoments), (sum, m) => sum.Merge(new RunningMoments(1, m.Mean, 0, 0, 0))).StandardError;
    }

    private IEnumerable<RunningMoments> Each(string measure) => Results.Select(r => r.Measures.GetValueOrDefault(measure)).Where(m => m.Count > 0);
}
