namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 3: marginal, amplifier with its third-order series, and how a receptive field grows in training and in theory, for the Ising
/// ring (localizes), a Gaussian field (NLGP at gain 0.01) and Kur(5) (do not). The paper's theory is the third-order flow; a second picture sets the full amplifier and the flow
/// without any closure beside it, exact for the Ising ring and on 20 000 examples otherwise.
/// </summary>
internal static class Figure3
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;

    // In the order of the second picture's columns.
    private sealed record Row(StudiedRow Of, Comparison Lemma, Tensor ThirdOrder, Tensor Unclosed);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var trained = StudiedRow.Each("figure3", settings, bench, row => RowName.Of(row.Data), steps => SnapshotSchedule.Even(steps, Snapshots), predicts: true, row => RowName.File(row.Data));
        var (rows, measurements) = (new List<Row>(), new List<Measurement>());
        foreach (var row in trained.Select(row => row with { Id = "figure3." + RowName.File(row.Settings.Data).Split('-')[0] }))
        {
            var lemma = Comparison.Of(row.Ensemble, row.Run, row.Predict(bench));
            var of = new Row(row, lemma, row.Predict(bench, EffectiveTheory.ThirdOrder), row.Predict(bench, Unclosed(row)));
            rows.Add(of);
            measurements.Add(row.Measured("ipr", "IPR, trained", row.Ipr));
            void Add(string id, string words, Tensor theory)
            {
                var peaks = PeakAgreement.Between(theory[-1], row.Trained, row.Ensemble.Task.Lattice.Side);
                measurements.Add(new($"{row.Id}.theory{id}", $"{row.What}: IPR, {words}", Statistic.Of(InverseParticipationRatio.Each(theory[-1])), "initialisations"));
                measurements.Add(new($"{row.Id}.peaks{id}", $"{row.What}: peaks of training and the {words} that agree within 1 site", Statistic.Share(peaks.Within1, peaks.Total), "initialisations, same examples"));
            }
            Add("", "lemma", lemma.Theory);
            Add("-third-order", "third-order flow", of.ThirdOrder);
            Add("-unclosed", Words(row), of.Unclosed);
        }
        return new RecipeOutcome([("figure3", Draw(rows)), ("figure3-theories", DrawTheories(rows))], measurements, [.. rows.Select(r => $"{r.Of.What}: {r.Lemma.Verdict}")])
        {
            New = [.. rows.Where(r => r.Of.Settings.Data is IsingSettings).Select(r => Invariant($"On Ising rings, whose drive is known exactly, the flow without a closure ends at an IPR of {Mean(r.Unclosed):0.000}, where training ends at {r.Of.Ipr.Average():0.000}, the lemma at {Mean(r.Lemma.Theory):0.000} and its third order, which the paper draws, at {Mean(r.ThirdOrder):0.000}."))],
        };
    }

    private static EffectiveTheory Unclosed(StudiedRow row) => row.Settings.Data is IsingSettings ? EffectiveTheory.Exact : EffectiveTheory.Sampled;

    private static string Words(StudiedRow row) => Unclosed(row) == EffectiveTheory.Exact ? "exact flow" : "flow on examples";

    private static double Mean(Tensor fields) => InverseParticipationRatio.Each(fields[-1]).Average();

    // The first initialisation is drawn; agreement is over all.
    private static Figure Draw(List<Row> rows)
    {
        var panels = new List<Panel?>();
        foreach (var row in rows)
        {
            var settings = row.Of.Settings;
            using var generator = new Generator(Seeds.Derive(settings.Training.Seed, "figure 3"));
            var task = row.Of.Ensemble.Task;
            panels.Add(LawPanels.Marginal(task.Classes[1], task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(LawPanels.Amplification(task.Classes[1].Marginal, "Amplifier"));
            panels.Add(Grows(row.Of.Run.Weights, "Receptive field, trained"));
            panels.Add(Grows(row.ThirdOrder, "Receptive field, third order"));
        }
        return new Figure("Localization follows the amplifier", panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => r.Of.What)],
            Caption = string.Join("; ", rows.Select(Outcome))
                + Invariant($". Theory: the third-order flow, as in the paper (whose notebook halves the decay, and so has fields of twice the size, of the same shape). {Starts(rows[0])}"),
        };
    }

    private static Figure DrawTheories(List<Row> rows) => new("The lemma, the law itself, and training",
    [
        .. rows.SelectMany(row => (Panel[])
        [
            Grows(row.Of.Run.Weights, "Trained"),
            Grows(row.Unclosed, row.Of.Settings.Data is IsingSettings ? "Exact flow" : "Flow on examples"),
            Grows(row.Lemma.Theory, "Lemma"),
            Localization(row),
        ]),
    ])
    {
        Columns = 4,
        RowLabels = [.. rows.Select(r => r.Of.What)],
        Caption = Invariant($"From the same starts: training, the flow by the law itself (Ising: transfer matrices; otherwise 20000 examples), the lemma's with the full amplifier, and how localized they become (means; the thin line: what counts as localized; third order as in the paper). {Starts(rows[0])}"),
    };

    private static string Starts(Row row) => Invariant($"{row.Of.Settings.Training.Inits} initialisations, of which the first is drawn (later is darker); seed {row.Of.Settings.Training.Seed}. {FieldPanels.IprInWords}");

    private static Panel Grows(Tensor weights, string title) => FieldPanels.Growth(weights.select(1, 0).squeeze(1), title);

    private static Panel Localization(Row row)
    {
        double[] step = [.. row.Of.Run.Steps.Skip(1).Select(s => (double)s)];
        LineSeries Line(Tensor fields, string label, int style, Dash dash) =>
            new(step, [.. InverseParticipationRatio.Of(fields[1..].to(ScalarType.Float64)).mean([1, 2]).ToArray<double>()]) { Label = label, Style = style, Dash = dash };
        // Above 1 there is room for the legend.
        return new Panel("Localization", new Axis("step") { Log = true }, new Axis("IPR") { Minimum = 0, Maximum = 2.6, Ticks = [.. new[] { 0, 0.5, 1 }.Select(ipr => new Tick(ipr, Invariant($"{ipr:0.0}")))] })
        {
            Series =
            [
                Line(row.Of.Run.Weights, "trained", 0, Dash.Solid),
                Line(row.Unclosed, row.Of.Settings.Data is IsingSettings ? "exact" : "on examples", 6, Dash.Dotted),
                Line(row.Lemma.Theory, "lemma", 1, Dash.Dashed),
                Line(row.ThirdOrder, "third order", 2, Dash.DashDot),
            ],
            ReferenceLines = [FieldPanels.Localized(row.Of.Sites, null)],
            Legend = LegendPlacement.TopLeft,
        };
    }

    // Where nothing localizes, peaks are of no interest.
    private static string Outcome(Row row)
    {
        var last = row.Lemma.Snapshots[^1];
        string peaks = row.Lemma.Verdict!.Observed ? Invariant($", {last.Agreement.Within1} of {last.Agreement.Total} peaks within one site") : "";
        return Invariant($"{row.Of.What}: IPR {last.TrainedIpr.Mean:0.000} (theory {Mean(row.ThirdOrder):0.000}){peaks}");
    }
}
