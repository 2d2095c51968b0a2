using MathNet.Numerics.Statistics;

namespace TorchRf.Experiments;

/// <summary>
/// Training against the flow of the lemma in time, from the same weights, for a strong and a weak nonlinearity (the authors' scripts for their figures 7 and 8, most likely):
/// fields over time, how localized both are, how far apart, and three moments at which they are close, diverging and done.
/// </summary>
internal static class DynamicsStudy
{
    // A snapshot every 50 of 5000 steps.
    private const int Snapshots = 101;

    // Of the steps: where the authors look at the first of their seeds.
    private static readonly (double Share, string Words)[] Moments = [(0.4, "close"), (0.6, "diverging"), (1, "final")];

    // Where the lemma is at home: before a tenth of the training, for strong gains.
    private const double Early = 0.08;

    private const double Near = 0.1;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("dynamics", settings, bench, row => RowName.Of(row.Data), steps => SnapshotSchedule.Even(steps, Snapshots), predicts: true);
        var (pictures, measurements, findings) = (new List<(string, Figure)>(), new List<Measurement>(), new List<string>());
        foreach (var (row, name) in rows.Zip(settings.Names))
        {
            var predicted = row.Predict(bench);
            var (trained, theory) = (row.Run.Weights.squeeze(2).to(ScalarType.Float64), predicted.squeeze(2));
            int early = row.Run.Steps.TakeWhile(s => s <= Early * row.Run.Steps[^1]).Count();
            double[] cosine = [.. Enumerable.Range(0, early).SelectMany(i => row.Cosine(predicted, i).ToArray<double>())];
            measurements.Add(row.Measured("cosine-early", Invariant($"least cosine between theory's and trained field up to step {row.Run.Steps[early - 1]}"), [.. cosine.Chunk(row.Settings.Training.Inits).Aggregate((a, b) => [.. a.Zip(b, Math.Min)])]));
            measurements.Add(row.Measured("norm-early", Invariant($"|theory| / |trained| at step {row.Run.Steps[early - 1]}"), Similarity.NormRatio(theory[early - 1], trained[early - 1]).ToArray<double>()));
            measurements.Add(row.Measured("ipr", "IPR at the end, trained", row.Ipr));
            measurements.Add(row.Measured("ipr-theory", "IPR at the end, theory", InverseParticipationRatio.Each(predicted[-1])));
            measurements.Add(row.Measured("cosine", "cosine between theory's and trained field at the end", row.Cosine(predicted, row.Run.Steps.Count - 1).ToArray<double>()));
            findings.Add(Invariant($"{row.What}: up to step {row.Run.Steps[early - 1]} the cosine between theory's and trained fields is never below {cosine.Minimum():0.0000}; at the end it is {row.Cosine(predicted, row.Run.Steps.Count - 1).mean().item<double>():0.00}, and the IPR {row.Ipr.Average():0.000} where theory has {InverseParticipationRatio.Each(predicted[-1]).Average():0.000}."));
            pictures.Add(($"dynamics-{name}", Draw(row, trained, theory)));
        }
        return new RecipeOutcome(pictures, measurements, findings);
    }

    private static Figure Draw(StudiedRow row, Tensor trained, Tensor theory)
    {
        var (steps, training) = (row.Run.Steps, row.Settings.Training);
        double[] time = [.. steps.Select(s => s * training.Lr)];
        double[][] Each(Tensor perField) => [.. perField.mT.contiguous().ToArray<double>().Chunk(steps.Count)];
        IEnumerable<LineSeries> Lines(Tensor perField, string? label, int style, Dash dash) =>
            Each(perField).Select((values, i) => new LineSeries(time, values) { Label = i == 0 ? label : null, Style = style, Dash = dash, Opacity = 0.7 });
        Panel Ipr(string title, double? most) => new(title, new Axis("time (steps · lr)"), new Axis("IPR") { Minimum = 0, Maximum = most })
        {
            Series = [.. Lines(InverseParticipationRatio.Of(trained), "trained", 0, Dash.Solid), .. Lines(InverseParticipationRatio.Of(theory), "theory", 1, Dash.Dashed)],
            ReferenceLines = most is null ? [] : [ReferenceLine.Horizontal(3.0 / row.Sites, "3/N")],
            Legend = most is null ? LegendPlacement.TopLeft : LegendPlacement.None,
        };
        int At(double share) => steps.Index().MinBy(s => Math.Abs(s.Item - (share * steps[^1]))).Index;
        return new Figure($"Training and the lemma's flow, {row.What}",
        [
            FieldPanels.Growth(trained.select(1, 0), "Field, trained"),
            FieldPanels.Growth(theory.select(1, 0), "Field, theory"),
            Ipr("Localization", null),
            Ipr("Its beginning", Near),
            new Panel("Distance", new Axis("time (steps · lr)"), new Axis("root mean square") { Minimum = 0 }) { Series = [.. Lines((trained - theory).square().mean([-1]).sqrt(), null, 0, Dash.Solid)] },
            .. Moments.Select((m, i) => FieldPanels.Pair(trained[At(m.Share)][0], theory[At(m.Share)][0], Invariant($"{m.Words}, step {steps[At(m.Share)]}"), i == 0 ? LegendPlacement.Best : LegendPlacement.None)),
        ])
        {
            Columns = 4,
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(row.Settings.Data)}; {training.Inits} starts on the same examples (C to E), of which the first is drawn (A, B, F to H; A, B: later is darker); {steps[^1]} steps, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}. {FieldPanels.IprInWords}"),
        };
    }
}
