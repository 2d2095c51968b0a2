using TorchRf.Experiments.Measuring;

namespace TorchRf.Experiments.Atlas;

/// <summary>All methods on one page: three fields of each, how localized all are, where they lie among Gabor waves, and the rulers side by side.</summary>
public static class AtlasFigure
{
    private const int Columns = 5;

    // Of both axes of Ringach's plane.
    private const double Reach = 1;

    /// <summary>The picture.</summary>
    public static Figure Of(AtlasOutcome outcome)
    {
        using var scope = torch.NewDisposeScope();
        var rows = outcome.Rows;
        double reach = rows.Max(r => FieldPanels.IprReach([.. Column(r, "ipr")], outcome.Lattice.Sites));
        return new Figure(outcome.Title,
        [
            .. rows.SelectMany((row, i) => Panels(row, outcome.Lattice, reach, i == 0)),
            Compared(rows, "Localized", "% of fields", ("by IPR", r => Found(r, r.ByIpr)), ("by surrogates", r => Found(r, r.BySurrogates))),
            outcome.Lattice.Dimensions == 2
                ? Compared(rows, "Covered", "%", ("sites", r => r.Of("coverage")), ("orientations", r => r.Covered("orientation").Share), ("phases", r => r.Covered("phase").Share))
                : Compared(rows, "Covered", "%", ("sites", r => r.Of("coverage")), ("phases", r => r.Covered("phase").Share)),
        ])
        {
            Columns = Columns,
            RowLabels = [.. rows.Select(r => r.Method.Title)],
            Caption = Invariant($"{outcome.Lattice} sites, {outcome.Settings.Examples} examples a seed, whitened by the classes' mean covariance, {outcome.Settings.Seeds} seeds. Of all seeds' fields the most localized, the median and the least, by IPR, each scaled to its largest weight. ")
                + $"{(outcome.Lattice.Dimensions == 2 ? "Ringach's plane: cycles within an envelope's width along and across the wave" : "Shape: cycles within a width, and the width")}, of fields that are nearly Gabor waves. Bars: standard errors over seeds; of fields that are small or sparse by construction no share is shown as localized. {FieldPanels.IprInWords}",
        };
    }

    // What is so by construction is not shown beside what was found.
    private static Statistic Found(AtlasRow row, Statistic share) => row.Method.IsFree ? share : new Statistic(double.NaN, null, null, 0);

    private static IEnumerable<double> Column(AtlasRow row, string name) => row.Seeds.SelectMany(s => s.Columns[name]);

    private static IEnumerable<Panel?> Panels(AtlasRow row, Lattice lattice, double reach, bool isFirst)
    {
        var all = row.Seeds.SelectMany(s => s.Columns["ipr"].Select((ipr, i) => (Ipr: ipr, Field: s.Of.Fields[i]))).Where(f => double.IsFinite(f.Ipr)).OrderByDescending(f => f.Ipr).ToArray();
        foreach (var (place, words) in ((int, string)[])[(0, "most"), (all.Length / 2, "median"), (all.Length - 1, "least")])
            yield return all.Length == 0 ? null : FieldPanels.Field(all[place].Field, lattice, Invariant($"{words}: {all[place].Ipr:0.00}"));
        string title = !isFirst ? "" : lattice.Dimensions == 2 ? "Ringach's plane" : "Shape";
        double[] Fitted(string name) => [.. row.Seeds.SelectMany(s => s.Columns[name].Where((_, i) => s.Columns["misfit"][i] < FieldMeasures.FittedBelow))];
        yield return lattice.Dimensions == 2 ? MeasuredFigure.Points(title, "n_x", "n_y", Fitted("n_x"), Fitted("n_y"), Reach) : MeasuredFigure.Points(title, "cycles", "width (sites)", Fitted("n_x"), Fitted("width_along"));
        yield return FieldPanels.Ipr([.. Column(row, "ipr")], lattice.Sites, isFirst ? "IPR" : "", reach);
    }

    private static Panel Compared(IReadOnlyList<AtlasRow> rows, string title, string axis, params (string Words, Func<AtlasRow, Statistic> Of)[] rulers) =>
        new(title, new Axis("") { Minimum = -0.5, Maximum = rows.Count - 0.5, Ticks = [.. rows.Select((r, i) => new Tick(i, r.Method.Short))] }, new Axis(axis) { Minimum = -5, Ticks = [.. Enumerable.Range(0, 6).Select(i => new Tick(20 * i, $"{20 * i}"))] })
        {
            ColumnSpan = Columns,
            Legend = LegendPlacement.Best,
            Series =
            [
                .. rulers.Select((ruler, at) => (Values: rows.Select(ruler.Of).Index().Where(v => double.IsFinite(v.Item.Mean)).ToArray(), ruler.Words, at)).Where(r => r.Values.Length > 0).Select(r =>
                    new PointSeries([.. r.Values.Select(v => v.Index + (0.16 * (r.at - ((rulers.Length - 1) / 2.0))))], [.. r.Values.Select(v => 100 * v.Item.Mean)])
                    {
                        Label = r.Words, Style = r.at, YError = [.. r.Values.Select(v => 100 * v.Item.Error)],
                    }),
            ],
        };
}
