using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments.Measuring;

/// <summary>Receptive fields, the Gabor waves fitted to them, and where the population lies among waves.</summary>
public static class MeasuredFigure
{
    private const int Columns = 4;
    private const int Traced = 8;

    /// <summary>The picture of a population that was measured.</summary>
    public static Figure Of(FieldMeasures measures)
    {
        using var scope = torch.NewDisposeScope();
        var (lattice, name) = (measures.Of.Lattice, measures.Of.Name);
        double[] Fitted(string column) => [.. measures.Columns[column].Where((_, i) => measures.Columns["misfit"][i] < FieldMeasures.FittedBelow)];
        // The fields that are best told from noise come first.
        long[] shown = [.. measures.Columns["misfit"].Index().Where(m => double.IsFinite(m.Item)).OrderBy(m => m.Item).Select(m => (long)m.Index).Take(lattice.Dimensions == 1 ? Traced : Columns)];
        var panels = new List<Panel?>();
        if (shown.Length > 0)
        {
            var (fields, fits) = (measures.Of.Fields.index_select(0, torch.tensor(shown)), measures.Fits.index_select(0, torch.tensor(shown)));
            if (lattice.Dimensions == 1)
            {
                panels.Add(FieldPanels.Traces(fields, "Receptive fields", "field") with { ColumnSpan = 2 });
                panels.Add(FieldPanels.Traces(fits, "Gabor waves", "field") with { ColumnSpan = 2 });
            }
            else
            {
                foreach (var (what, called) in new[] { (fields, "Field"), (fits, "Fit") })
                    panels.AddRange([.. shown.Select((at, i) => FieldPanels.Field(what[i], lattice, Invariant($"{called} {at + 1}"))), .. Enumerable.Repeat<Panel?>(null, Columns - shown.Length)]);
            }
        }
        var (nx, frequency) = (Fitted("n_x"), Fitted("frequency"));
        if (lattice.Dimensions == 2)
        {
            var (ny, angle) = (Fitted("n_y"), Fitted("orientation"));
            panels.Add(Points("Shape", "n_x: cycles along", "n_y: cycles across", nx, ny));
            // A direction and its opposite are one.
            panels.Add(Points("Frequency and orientation", "cycles/site, x", "cycles/site, y", [.. Polar(frequency, angle, Math.Cos)], [.. Polar(frequency, angle, Math.Sin)], around: true));
        }
        else
        {
            panels.Add(Points("Shape", "cycles within a width", "width (sites)", nx, Fitted("width_along")));
            panels.Add(Histogram(measures.Columns["x"], lattice.Sites, "Position", "site"));
        }
        panels.Add(FieldPanels.Ipr(measures.Columns["ipr"], lattice.Sites, "Localization"));
        panels.Add(Histogram(measures.Columns["misfit"], 1, "Gabor fit", "misfit |w - fit| / |w|"));
        return new Figure($"Receptive fields measured: {name}", panels)
        {
            Columns = Columns,
            Caption = Invariant($"N = {lattice}; {measures.Of.Fields.shape[0]} fields{(measures.Total > measures.Of.Fields.shape[0] ? Invariant($", evenly spread of {measures.Total}") : "")}. Those drawn are the nearest to their Gabor waves, each scaled to its largest weight{(lattice.Dimensions == 2 ? "; y points downwards" : "")}. ")
                + Invariant($"Shape and frequency: of the {nx.Length} whose fit misses less than half of their size. {FieldPanels.IprInWords}"),
        };
    }

    private static IEnumerable<double> Polar(double[] radius, double[] angle, Func<double, double> part) => radius.Zip(angle, (f, t) => f * part(t)).SelectMany(v => (double[])[v, -v]);

    /// <summary>Waves as points.</summary>
    /// <param name="around">Whether their signs count, and y points downwards.</param>
    /// <param name="reach">The end of both axes, where panels are to be compared; to fit without.</param>
    internal static Panel Points(string title, string along, string up, double[] x, double[] y, double? reach = null, bool around = false)
    {
        double Reach(params double[][] values) => 1.1 * values.SelectMany(v => v).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double all = Math.Max(0.01, Reach(x, y));
        Axis Ends(string label, double[] own) => around ? new Axis(label) { Minimum = -all, Maximum = all } : new Axis(label) { Minimum = 0, Maximum = reach ?? Math.Max(0.5, Reach(own)) };
        return new Panel(title, Ends(along, x), Ends(up, y) with { Reversed = around })
        {
            Series = x.Length == 0 ? [] : [new PointSeries(x, y) { Style = 0, Opacity = 0.6 }],
            Inset = x.Length == 0 ? new Inset("no field is a Gabor wave") : null,
        };
    }

    private static Panel Histogram(double[] values, double end, string title, string label)
    {
        const int bins = 20;
        var counts = new double[bins];
        foreach (double v in values.Where(double.IsFinite))
            counts[Math.Clamp((int)(v / end * bins), 0, bins - 1)] += 100.0 / values.Length;
        return new Panel(title, new Axis(label) { Minimum = 0, Maximum = end }, new Axis("% of fields") { Minimum = 0 })
        {
            Series = [new StepSeries(LinearSpaced(bins + 1, 0, end), counts) { Filled = true, Opacity = 0.5, Style = 0 }],
        };
    }
}
