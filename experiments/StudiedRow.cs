using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>A row of a study's settings, trained.</summary>
/// <param name="Name">What it is called in measurements and pieces.</param>
/// <param name="Piece">What its pieces of work are called.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Ensemble">What it started from.</param>
/// <param name="Run">What the training left.</param>
internal sealed record StudiedRow(string Name, string Piece, RunSettings Settings, Ensemble Ensemble, TrainingRun Run)
{
    /// <summary>Trains each row.</summary>
    /// <param name="study">Its name comes before each row's.</param>
    /// <param name="settings">The rows.</param>
    /// <param name="bench">Where it is done.</param>
    /// <param name="schedule">The snapshots of a training of so many steps; the first and the last step without.</param>
    /// <param name="predicts">Whether the theory is wanted.</param>
    internal static IReadOnlyList<StudiedRow> Each(
        IRecipe study, RecipeSettings settings, Workbench bench, Func<long, IReadOnlyList<long>>? schedule = null, bool predicts = false) =>
    [
        .. settings.Rows.Zip(settings.Names, (row, name) =>
        {
            var ensemble = Ensemble.Of(row, predicts);
            long steps = row.Training.Steps;
            string piece = $"{study.Name}-{name}";
            return new StudiedRow(name, piece, row, ensemble, bench.Train(piece, ensemble, schedule is null ? [0, steps] : schedule(steps)));
        }),
    ];

    /// <summary>What the theory says from the same start at the same steps, Float64, shape (snapshots, inits, units, N).</summary>
    internal Tensor Predict(Workbench bench) => bench.Predict(Piece, Ensemble, Run.Steps);

    /// <summary>The trained receptive fields, shape (inits, units, N), Float64; the caller's scope owns them.</summary>
    internal Tensor Fields => Run.Weights[-1].to(ScalarType.Float64);

    /// <summary>The IPR of each trained field, network after network.</summary>
    internal double[] Ipr => FieldPanels.Iprs(Run.Weights[-1]);

    /// <summary>Each network's share of localized units.</summary>
    internal double[] Localized => FieldPanels.LocalizedShares(Run.Weights[-1]);

    /// <summary>A number of each initialisation as a measurement.</summary>
    internal Measurement Measured(string study, string id, string quantity, IReadOnlyCollection<double> values) =>
        Measurement.OverInitialisations($"{study}.{Name}.{id}", quantity, values, Settings);

    /// <summary>How often a lone neuron localized.</summary>
    internal Measurement LocalizedShare(string study, string quantity)
    {
        var among = LocalizedFraction.Among(Run.Weights[-1]);
        return new Measurement($"{study}.{Name}.localized", quantity, Statistic.Share(among.Count, among.Total),
            Settings.Training.Streams == ExampleStreams.Own ? "seeds" : "initialisations, same examples");
    }

    /// <summary>A tensor's numbers in their order.</summary>
    internal static double[] Values(Tensor t) => t.ToArray<double>();
}
