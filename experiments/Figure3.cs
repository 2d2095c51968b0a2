using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Figures;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 3: marginal, amplifier with its third-order series, and how a receptive field grows in simulation and in theory, for the Ising
/// ring (localizes), a Gaussian field (NLGP at gain 0.01) and Kur(5) (do not).
/// </summary>
/// <param name="Rows">The comparison behind each row.</param>
public sealed record Figure3(IReadOnlyList<Comparison> Rows)
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;

    /// <summary>The paper's settings, a row of the figure each.</summary>
    public static IReadOnlyList<RunSettings> Settings => FigureSettings.Read("figure3");

    /// <summary>The steps at which a row keeps receptive fields.</summary>
    public static IReadOnlyList<long> Schedule(RunSettings row) => SnapshotSchedule.Even(row.Training.Steps, Snapshots);

    /// <summary>Describes the figure. The first initialisation is drawn; agreement is over all.</summary>
    public Figure Draw()
    {
        using var scope = torch.NewDisposeScope();
        var panels = new List<Panel?>();
        foreach (var row in Rows)
        {
            using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "figure 3"));
            var model = row.Task.Classes[1];
            long[] steps = [.. row.Snapshots.Select(s => s.Step)];
            var (simulated, predicted) = (row.Simulated.select(1, 0).squeeze(1), row.Predicted.select(1, 0).squeeze(1));
            double reach = Math.Max(simulated.abs().max().item<float>(), predicted.abs().max().item<double>());
            panels.Add(MarginalPanel.Of(model, model.Sample(Drawn, generator), "Marginal"));
            panels.Add(AmplifierPanel.Of(model.Marginal, "Amplifier"));
            panels.Add(EvolutionPanel.Of(steps, simulated, "Simulated receptive field", reach));
            panels.Add(EvolutionPanel.Of(steps, predicted, "Integrated receptive field", reach));
        }
        return new Figure("Localization follows the amplifier", panels)
        {
            Columns = 4,
            RowLabels = [.. Rows.Select(r => RowName.Of(r.Settings.Data))],
            Caption = string.Join("; ", Rows.Select(Outcome)) + string.Create(CultureInfo.InvariantCulture,
                $". {Rows[0].Settings.Training.Inits} initialisations, of which the first is drawn; seed {Rows[0].Settings.Training.Seed}."),
        };
    }

    /// <summary>What each row shows, as numbers.</summary>
    public JsonArray Json() => new([.. Rows.Select(row => new JsonObject
    {
        ["settings"] = row.Settings.ToJson(),
        ["last"] = ComparisonReport.Json(row)["snapshots"]!.AsArray()[^1]!.DeepClone(),
        ["verdict"] = ComparisonReport.Json(row.Verdict),
    })]);

    // Where nothing localizes, peaks are of no interest.
    private static string Outcome(Comparison row)
    {
        var last = row.Snapshots[^1];
        string peaks = row.Verdict.Observed ? $", {last.Agreement.Within1} of {last.Agreement.Of} peaks within one site" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{RowName.Of(row.Settings.Data)}: IPR {last.SimulatedIpr.Mean:0.000} (theory {last.PredictedIpr.Mean:0.000}){peaks}");
    }
}
