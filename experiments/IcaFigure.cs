using System.Globalization;
using TorchRf.Data;
using TorchRf.Plots;

namespace TorchRf.Experiments;

/// <summary>The first receptive fields of an ICA, as lines over a ring or as maps of a torus, and how localized all of them are.</summary>
public static class IcaFigure
{
    private const int Columns = 4;
    private const int Shown = 11;

    /// <summary>Three rows: receptive fields, then the IPR of all, the largest first.</summary>
    public static Figure Of(IcaStudy study)
    {
        using var scope = torch.NewDisposeScope();
        var settings = study.Settings;
        var lattice = study.Task.Lattice;
        var fields = study.Solution.Unmixing.to(ScalarType.Float64).cpu();
        var panels = new List<Panel?>();
        for (int i = 0; i < Math.Min(Shown, study.Ipr.Count); i++)
        {
            var w = fields[i].data<double>().ToArray();
            // w and -w are one component; the larger side is drawn upwards.
            double reach = w.MaxBy(Math.Abs);
            panels.Add(Field(string.Create(CultureInfo.InvariantCulture, $"Component {i + 1}, IPR {study.Ipr[i]:0.00}"), [.. w.Select(v => v / reach)], lattice));
        }
        double[] sorted = [.. study.Ipr.OrderDescending()];
        panels.Add(new Panel("Localization", new Axis("component, by IPR"), new Axis("IPR") { Minimum = 0, Maximum = Math.Min(1, 1.15 * Math.Max(sorted[0], study.Threshold)) })
        {
            Series = [new PointSeries([.. Enumerable.Range(1, sorted.Length).Select(i => (double)i)], sorted)],
            ReferenceLines = [ReferenceLine.Horizontal(study.Threshold, "localized")],
            Legend = LegendPlacement.None,
        });
        string of = settings.Class is int one ? study.Task.Classes[one].Description : string.Join(" and ", study.Task.Classes.Select(c => c.Description));
        return new Figure("Independent components: " + of, panels)
        {
            Columns = Math.Min(Columns, panels.Count),
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"N = {lattice}; {study.Ipr.Count} components of {settings.Examples} examples, seed {settings.Run.Training.Seed}; {Way(settings)}; {study.Localized} of {study.Ipr.Count} above an IPR of {study.Threshold:0.000}; {(study.Solution.Converged ? "converged" : "not converged")} after {study.Solution.Iterations} iterations."),
        };
    }

    /// <summary>"FastICA, parallel, logcosh".</summary>
    public static string Way(IcaSettings settings) =>
        $"{(settings.Method == IcaMethod.FixedPoint ? "FastICA" : "autograd")}, {settings.Options.Algorithm.ToString().ToLowerInvariant()}, {settings.Options.Contrast}";

    private static Panel Field(string title, double[] w, Lattice lattice)
    {
        int side = lattice.Side;
        if (lattice.Dimensions == 1)
            return new Panel(title, new Axis("site"), new Axis("weight (largest = 1)"))
            {
                Series = [new LineSeries([.. Enumerable.Range(0, side).Select(i => (double)i)], w) { Style = 0, Dash = Dash.Solid }],
                Legend = LegendPlacement.None,
            };
        return new Panel(title, new Axis("column"), new Axis("row"))
        {
            HeatMap = new HeatMap([.. w.Chunk(side)]) { IsImage = true, ColorMap = ColorMap.BlueWhiteRed, Minimum = -1, Maximum = 1, HasColorBar = false },
            Legend = LegendPlacement.None,
        };
    }
}
