using System.Globalization;
using TorchRf.Data;
using TorchRf.Experiments.Panels;
using TorchRf.Plots;
using TorchRf.Runs;

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
        var fields = study.Solution.Unmixing;
        // Where all sites are alike, a peak may stand anywhere: in the middle its shape is seen best.
        bool centred = study.Task.Classes.All(c => c.Covariance is IStationaryCovariance);
        var panels = new List<Panel?>();
        for (int i = 0; i < Math.Min(Shown, study.Ipr.Count); i++)
        {
            // w and -w are one component; the larger side is drawn upwards.
            var w = fields[i].ToArray<double>();
            double reach = w.MaxBy(Math.Abs);
            panels.Add(Field(string.Create(CultureInfo.InvariantCulture, $"{i + 1}: IPR {study.Ipr[i]:0.00}"), [.. w.Select(v => v / reach)], lattice, centred));
        }
        double[] sorted = [.. study.Ipr.OrderDescending()];
        panels.Add(new Panel("Localization", new Axis("component, by IPR"), new Axis("IPR") { Minimum = 0, Maximum = Math.Min(1, 1.15 * Math.Max(sorted[0], study.Threshold)) })
        {
            Series = [new PointSeries([.. Enumerable.Range(1, sorted.Length).Select(i => (double)i)], sorted)],
            ReferenceLines = [ReferenceLine.Horizontal(study.Threshold, "localized")],
        });
        string of = settings.Class is int one ? study.Task.Classes[one].Description : string.Join(" and ", study.Task.Classes.Select(c => c.Description));
        return new Figure("Independent components: " + of, panels)
        {
            Columns = Math.Min(Columns, panels.Count),
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"N = {lattice}; {(lattice.Dimensions == 1 ? "" : "weights from minus the largest (blue) over 0 (white) to the largest (red); ")}{(centred ? "each field is turned around to have its peak in the middle; " : "")}{study.Ipr.Count} components of {settings.Examples} examples, seed {settings.Run.Training.Seed}; {Way(settings)}; {study.Localized} of {study.Ipr.Count} above an IPR of {study.Threshold:0.000}; {(study.Solution.Converged ? "converged" : "not converged")} after {study.Solution.Iterations} iterations. {FieldPanels.IprInWords}"),
        };
    }

    /// <summary>"FastICA, parallel, logcosh".</summary>
    public static string Way(IcaSettings settings) =>
        $"{(settings.Method == IcaMethod.FixedPoint ? "FastICA" : "autograd")}, {settings.Options.Algorithm.ToString().ToLowerInvariant()}, {settings.Options.Contrast}";

    private static Panel Field(string title, double[] w, Lattice lattice, bool centred)
    {
        int side = lattice.Side, middle = side / 2, peak = Array.IndexOf(w, w.Max());
        if (lattice.Dimensions == 1)
        {
            double[] site = [.. Enumerable.Range(0, side).Select(i => (double)(centred ? i - middle : i))];
            return new Panel(title, new Axis(centred ? "sites from the peak" : "site"), new Axis("weight (largest = 1)") { Maximum = 1 })
            {
                Series = [new LineSeries(site, [.. Enumerable.Range(0, side).Select(i => w[centred ? (i - middle + peak + side) % side : i])]) { Style = 0, Dash = Dash.Solid }],
            };
        }
        var (row, column) = (peak / side, peak % side);
        int Around(int i, int at) => centred ? (i - middle + at + side) % side : i;
        return new Panel(title, new Axis("") { Ticks = [] }, new Axis("") { Ticks = [] })
        {
            HeatMap = new HeatMap([.. Enumerable.Range(0, side).Select(i => Enumerable.Range(0, side).Select(j => w[(Around(i, row) * side) + Around(j, column)]).ToArray())])
            {
                IsImage = true,
                ColorMap = ColorMap.BlueWhiteRed,
                Minimum = -1,
                Maximum = 1,
                HasColorBar = false,
            },
        };
    }
}
