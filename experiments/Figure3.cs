using System.Globalization;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 3: marginal, amplifier with its third-order series, and how a receptive field grows in training and in theory, for the Ising
/// ring (localizes), a Gaussian field (NLGP at gain 0.01) and Kur(5) (do not).
/// </summary>
public sealed class Figure3 : IRecipe
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;

    /// <inheritdoc/>
    public string Name => "figure3";

    /// <inheritdoc/>
    public string Title => "Localization follows the amplifier";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        var rows = settings.Rows.Select(row => Compare(row, bench)).ToArray();
        var measurements = new List<Measurement>();
        foreach (var row in rows)
        {
            var (name, what, last) = (RowName.File(row.Settings.Data).Split('-')[0], RowName.Of(row.Settings.Data), row.Snapshots[^1]);
            measurements.Add(Measurement.OverInitialisations($"figure3.{name}.ipr", $"{what}: IPR, trained", FieldPanels.Iprs(row.Simulated[-1]), row.Settings));
            measurements.Add(new($"figure3.{name}.theory", $"{what}: IPR, theory", Statistic.Of(FieldPanels.Iprs(row.Predicted[-1])), "initialisations"));
            measurements.Add(new($"figure3.{name}.peaks", $"{what}: peaks that agree within 1 site", Statistic.Share(last.Agreement.Within1, last.Agreement.Total), "initialisations, same examples"));
        }
        return new RecipeOutcome([("figure3", Draw(rows))], measurements, [.. rows.Select(r => $"{RowName.Of(r.Settings.Data)}: {r.Verdict}")]);
    }

    private static Comparison Compare(RunSettings row, Workbench bench)
    {
        var ensemble = Ensemble.Of(row);
        var schedule = SnapshotSchedule.Even(row.Training.Steps, Snapshots);
        var name = "figure3-" + RowName.File(row.Data);
        var run = bench.Train(name, ensemble, schedule);
        return Comparison.Of(ensemble, run, bench.Predict(name, ensemble, schedule));
    }

    // The first initialisation is drawn; agreement is over all.
    private static Figure Draw(Comparison[] rows)
    {
        using var scope = torch.NewDisposeScope();
        var panels = new List<Panel?>();
        foreach (var row in rows)
        {
            using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "figure 3"));
            var model = row.Task.Classes[1];
            long[] steps = [.. row.Snapshots.Select(s => s.Step)];
            var (simulated, predicted) = (row.Simulated.select(1, 0).squeeze(1), row.Predicted.select(1, 0).squeeze(1));
            double reach = Math.Max(simulated.abs().max().item<float>(), predicted.abs().max().item<double>());
            panels.Add(MarginalPanel.Of(model, row.Task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(AmplifierPanel.Of(model.Marginal, "Amplifier"));
            panels.Add(EvolutionPanel.Of(steps, simulated, "Receptive field, trained", reach));
            panels.Add(EvolutionPanel.Of(steps, predicted, "Receptive field, theory", reach));
        }
        return new Figure("Localization follows the amplifier", panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => RowName.Of(r.Settings.Data))],
            Caption = string.Join("; ", rows.Select(Outcome)) + string.Create(CultureInfo.InvariantCulture,
                $". {rows[0].Settings.Training.Inits} initialisations, of which the first is drawn; seed {rows[0].Settings.Training.Seed}. {FieldPanels.IprInWords}"),
        };
    }

    // Where nothing localizes, peaks are of no interest.
    private static string Outcome(Comparison row)
    {
        var last = row.Snapshots[^1];
        string peaks = row.Verdict!.Observed ? $", {last.Agreement.Within1} of {last.Agreement.Total} peaks within one site" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{RowName.Of(row.Settings.Data)}: IPR {last.SimulatedIpr.Mean:0.000} (theory {last.PredictedIpr.Mean:0.000}){peaks}");
    }
}
