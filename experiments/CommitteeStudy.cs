namespace TorchRf.Experiments;

/// <summary>
/// Soft committees against their theory (<see cref="GradientFlow"/>), unit by unit: how alike trained and theory's receptive fields are in shape and
/// size after so many steps, and how many peaks agree.
/// </summary>
internal static class CommitteeStudy
{
    // The unit drawn.
    private const int Drawn = 0;
    private static readonly long[] Reported = [20, 50, 100, 200, 500];

    // Of one network each, the mean over its units: units of one network are not independent of each other.
    private sealed record Moment(long Step, double[] Cosine, double[] NormRatio, double[] Peaks, double[] Trained, double[] Predicted);

    private sealed record Compared(StudiedRow Row, Tensor Predicted, Moment[] Moments);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("committee", settings, bench, row => Invariant($"{RowName.Of(row.Data)}, {row.Model.Units} units"), SnapshotSchedule.OneTwoFive, predicts: true).Select(row => Compare(row, bench)).ToArray();
        var measurements = new List<Measurement>();
        foreach (var (row, _, moments) in rows)
            foreach (var at in moments.Where(m => Reported.Contains(m.Step) || m == moments[^1]))
            {
                // The last step has a name of its own, so that it keeps it where trainings are shorter.
                string tag = at == moments[^1] ? "last" : Invariant($"{at.Step}");
                void Add(string id, string quantity, double[] values) => measurements.Add(row.Measured($"{id}-{tag}", Invariant($"{quantity} after {at.Step} steps"), values));
                Add("cosine", "cosine between theory's and trained units", at.Cosine);
                Add("norm", "|theory| / |trained| of a unit", at.NormRatio);
                Add("peaks", "peaks that agree within 1 site", at.Peaks);
            }
        return new RecipeOutcome([("committee", Draw(rows))], measurements, [.. rows.Select(Sentence)]);
    }

    private static Compared Compare(StudiedRow row, Workbench bench)
    {
        var predicted = row.Predict(bench);
        return new Compared(row, predicted, [.. row.Run.Steps.Select((step, i) =>
        {
            var (p, w) = (predicted[i], row.Run.Weights[i].to(ScalarType.Float64));
            double[] Mean(Tensor units) => units.mean([-1]).ToArray<double>();
            double[] peaks = [.. Enumerable.Range(0, (int)w.shape[0]).Select(init => PeakAgreement.Between(p[init], w[init], row.Ensemble.Task.Lattice.Side)).Select(a => (double)a.Within1 / a.Total)];
            return new Moment(step, Mean(Similarity.Cosine(p, w)), Mean(Similarity.NormRatio(p, w)), peaks,
                Mean(InverseParticipationRatio.Of(w)), Mean(InverseParticipationRatio.Of(p)));
        })]);
    }

    private static string Sentence(Compared row)
    {
        Moment? At(long step) => row.Moments.FirstOrDefault(m => m.Step == step);
        var end = row.Moments[^1];
        var times = ((Moment?[])[At(20), At(100), end]).OfType<Moment>().Distinct().ToArray();
        string Each(Func<Moment, FormattableString> told) => string.Join(", ", times.Select(m => Invariant(told(m))));
        return Invariant(
            $"{row.Row.What}: cosine {Each(m => $"{m.Cosine.Average():0.00}")} and norm ratio {Each(m => $"{m.NormRatio.Average():0.00}")} after {Each(m => $"{m.Step}")} steps; at the end {100 * end.Peaks.Average():0} % of the units' peaks agree within a site, and their mean IPR is {end.Trained.Average():0.00} where theory has {end.Predicted.Average():0.00}.");
    }

    private static Figure Draw(Compared[] rows)
    {
        var settings = rows[0].Row.Settings;
        var training = settings.Training;
        return new Figure("Units of a committee, theory against trained",
        [
            Curves(rows, "Shape", new Axis("cosine") { Minimum = 0, Maximum = 1 }, m => m.Cosine, LegendPlacement.BottomLeft),
            Curves(rows, "Size", new Axis("|theory| / |trained|") { Minimum = 0 }, m => m.NormRatio, LegendPlacement.None, 1),
            Curves(rows, "Peaks", new Axis("% of units within 1 site") { Minimum = 0, Maximum = 100 }, m => [.. m.Peaks.Select(p => 100 * p)], LegendPlacement.None),
            .. rows.Where((_, i) => i % 2 == 1).Select(Fields),
            Ipr(rows),
        ])
        {
            Columns = 3,
            Caption = Invariant($"ReLU units without bias, N = {settings.Data.Sites}; {training.Inits} seeds, each on examples of its own (means over units, bands: standard error), batch {training.Batch}, lr {training.Lr / settings.Model.Units} a unit. D, E: one unit of the first seed after {training.Steps} steps; F: all units, colours as in A. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Curves(Compared[] rows, string title, Axis y, Func<Moment, double[]> values, LegendPlacement legend, double? equal = null) => new(title, new Axis("step") { Log = true }, y)
    {
        Series =
        [
            .. rows.Select((row, i) =>
            {
                var moments = row.Moments.Where(m => m.Step > 0).ToArray();
                return FieldPanels.Banded(moments.Select(m => (double)m.Step), [.. moments.Select(m => Statistic.Of(values(m)))], row.Row.What, i, Dash.ByStyle, s => s.StandardError ?? 0);
            }),
        ],
        ReferenceLines = equal is double value ? [ReferenceLine.Horizontal(value, "equal")] : [],
        Legend = legend,
    };

    private static Panel Fields(Compared row) => FieldPanels.Pair(row.Row.Trained[0][Drawn], row.Predicted[-1][0][Drawn], row.Row.What, LegendPlacement.Best);

    private static Panel Ipr(Compared[] rows) => new("Localization at the end", new Axis("IPR, theory") { Minimum = 0, Maximum = 1 }, new Axis("IPR, trained") { Minimum = 0, Maximum = 1 })
    {
        Series =
        [
            new LineSeries([0, 1], [0, 1]) { Style = 6, Dash = Dash.Dotted },
            .. rows.Select((row, i) => new PointSeries(InverseParticipationRatio.Each(row.Predicted[-1]), row.Row.Ipr) { Style = i, Size = 2 }),
        ],
    };
}
