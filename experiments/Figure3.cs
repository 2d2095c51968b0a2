namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 3: marginal, amplifier with its third-order series, and how a receptive field grows in training and in theory, for the Ising
/// ring (localizes), a Gaussian field (NLGP at gain 0.01) and Kur(5) (do not).
/// </summary>
internal static class Figure3
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var trained = StudiedRow.Each("figure3", settings, bench, row => RowName.Of(row.Data), steps => SnapshotSchedule.Even(steps, Snapshots), predicts: true, row => RowName.File(row.Data));
        var (rows, measurements) = (new List<Comparison>(), new List<Measurement>());
        foreach (var row in trained.Select(row => row with { Id = "figure3." + RowName.File(row.Settings.Data).Split('-')[0] }))
        {
            var compared = Comparison.Of(row.Ensemble, row.Run, row.Predict(bench));
            var peaks = compared.Snapshots[^1].Agreement;
            rows.Add(compared);
            measurements.Add(row.Measured("ipr", "IPR, trained", row.Ipr));
            measurements.Add(new($"{row.Id}.theory", $"{row.What}: IPR, theory", Statistic.Of(InverseParticipationRatio.Each(compared.Theory[-1])), "initialisations"));
            measurements.Add(new($"{row.Id}.peaks", $"{row.What}: peaks that agree within 1 site", Statistic.Share(peaks.Within1, peaks.Total), "initialisations, same examples"));
        }
        return new RecipeOutcome([("figure3", Draw(rows))], measurements, [.. rows.Select(r => $"{RowName.Of(r.Settings.Data)}: {r.Verdict}")]);
    }

    // The first initialisation is drawn; agreement is over all.
    private static Figure Draw(List<Comparison> rows)
    {
        var panels = new List<Panel?>();
        foreach (var row in rows)
        {
            using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "figure 3"));
            var model = row.Task.Classes[1];
            long[] steps = [.. row.Snapshots.Select(s => s.Step)];
            var (simulated, predicted) = (row.Trained.select(1, 0).squeeze(1), row.Theory.select(1, 0).squeeze(1));
            double reach = Math.Max(simulated.abs().max().item<float>(), predicted.abs().max().item<double>());
            panels.Add(LawPanels.Marginal(model, row.Task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(LawPanels.Amplification(model.Marginal, "Amplifier"));
            panels.Add(FieldPanels.Evolution(steps, simulated, "Receptive field, trained", reach));
            panels.Add(FieldPanels.Evolution(steps, predicted, "Receptive field, theory", reach));
        }
        return new Figure("Localization follows the amplifier", panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => RowName.Of(r.Settings.Data))],
            Caption = string.Join("; ", rows.Select(Outcome))
                + Invariant($". {rows[0].Settings.Training.Inits} initialisations, of which the first is drawn; seed {rows[0].Settings.Training.Seed}. {FieldPanels.IprInWords}"),
        };
    }

    // Where nothing localizes, peaks are of no interest.
    private static string Outcome(Comparison row)
    {
        var last = row.Snapshots[^1];
        string peaks = row.Verdict!.Observed ? Invariant($", {last.Agreement.Within1} of {last.Agreement.Total} peaks within one site") : "";
        return Invariant($"{RowName.Of(row.Settings.Data)}: IPR {last.TrainedIpr.Mean:0.000} (theory {last.TheoryIpr.Mean:0.000}){peaks}");
    }
}
