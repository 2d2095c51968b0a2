using System.Globalization;
using TorchRf.Data;
using TorchRf.Plots;
using TorchRf.Measures;

namespace TorchRf.Experiments.Panels;

/// <summary>Receptive fields of many units: some of them drawn, and how localized all of them are.</summary>
internal static class FieldPanels
{
    private const int Bins = 25;

    /// <summary>Said once in each figure that shows it.</summary>
    internal const string IprInWords = "IPR: inverse participation ratio.";

    /// <summary>Fields on a ring as traces above each other, each scaled to its own largest weight, which points upwards.</summary>
    /// <param name="w">Shape (fields, N).</param>
    /// <param name="title">The panel's title.</param>
    /// <param name="each">What a trace is.</param>
    internal static Panel Traces(Tensor w, string title, string each = "unit")
    {
        double[] site = [.. Enumerable.Range(0, (int)w.shape[1]).Select(i => (double)i)];
        return new Panel(title, new Axis("site"), new Axis(each) { Ticks = [], Minimum = -1, Maximum = (2 * ((int)w.shape[0] - 1)) + 1.2 })
        {
            Series = [.. Scaled(w).Select((values, i) => new LineSeries(site, [.. values.Select(v => v + (2 * i))]) { Style = 0, Dash = Dash.Solid })],
            Legend = LegendPlacement.None,
        };
    }

    /// <summary>One field as theory and training have it, drawn with the sign that makes the trained one's largest weight positive: of data that are symmetric, w and -w learn alike.</summary>
    /// <param name="trained">Shape (N), on a ring.</param>
    /// <param name="theory">The same.</param>
    /// <param name="title">The panel's title.</param>
    /// <param name="legend">Where the legend goes.</param>
    /// <param name="theoryName">What theory's line is called.</param>
    internal static Panel Pair(Tensor trained, Tensor theory, string title, LegendPlacement legend = LegendPlacement.None, string theoryName = "theory")
    {
        double[] w = trained.ToArray<double>(), predicted = theory.ToArray<double>(), site = [.. Enumerable.Range(0, w.Length).Select(i => (double)i)];
        double sign = w.MaxBy(Math.Abs) < 0 ? -1 : 1;
        return new Panel(title, new Axis("site"), new Axis("weight"))
        {
            Series =
            [
                new LineSeries(site, [.. w.Select(v => sign * v)]) { Label = "trained", Style = 0, Dash = Dash.Solid },
                new LineSeries(site, [.. predicted.Select(v => sign * v)]) { Label = theoryName, Style = 1, Dash = Dash.Dashed },
            ],
            Legend = legend,
        };
    }

    /// <summary>One field that does not lie on a torus as a line, scaled to its largest weight, which is positive.</summary>
    /// <param name="w">Shape (N).</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Line(Tensor w, string title)
    {
        double[] scaled = Scaled(w.unsqueeze(0)).Single();
        return new Panel(title, new Axis("site"), new Axis("weight (largest = 1)") { Maximum = 1 })
        {
            Series = [new LineSeries([.. Enumerable.Range(0, scaled.Length).Select(i => (double)i)], scaled) { Style = 0, Dash = Dash.Solid }],
            Legend = LegendPlacement.None,
        };
    }

    /// <summary>One field on a torus as a map, scaled to its largest weight, which is positive.</summary>
    /// <param name="w">Shape (N).</param>
    /// <param name="lattice">The torus.</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Map(Tensor w, Lattice lattice, string title) => new(title, new Axis("") { Ticks = [] }, new Axis("") { Ticks = [] })
    {
        HeatMap = new HeatMap([.. Scaled(w.unsqueeze(0)).Single().Chunk(lattice.Side)]) { IsImage = true, ColorMap = ColorMap.BlueWhiteRed, Minimum = -1, Maximum = 1, HasColorBar = false },
    };

    /// <summary>A histogram of the IPR of all fields, with the threshold above which they count as localized.</summary>
    /// <param name="ipr">One a field.</param>
    /// <param name="sites">N.</param>
    /// <param name="title">The panel's title.</param>
    /// <param name="reach">The axis' end, where panels are to be compared; to fit without.</param>
    internal static Panel Ipr(IReadOnlyList<double> ipr, int sites, string title, double? reach = null)
    {
        double threshold = InverseParticipationRatio.LocalizedAbove(sites);
        double end = reach ?? IprReach(ipr, sites), width = end / Bins;
        var counts = new double[Bins];
        foreach (double v in ipr.Where(double.IsFinite))
            counts[Math.Clamp((int)(v / width), 0, Bins - 1)] += 100.0 / ipr.Count;
        return new Panel(title, new Axis("IPR") { Minimum = 0, Maximum = end }, new Axis("% of fields") { Minimum = 0 })
        {
            Series = [new StepSeries([.. Enumerable.Range(0, Bins + 1).Select(i => i * width)], counts) { Filled = true, Opacity = 0.5, Style = 0 }],
            ReferenceLines = [ReferenceLine.Vertical(threshold, "localized")],
        };
    }

    /// <summary>How far an axis of IPRs has to go.</summary>
    internal static double IprReach(IReadOnlyList<double> ipr, int sites) =>
        Math.Min(1, 1.1 * Math.Max(2 * InverseParticipationRatio.LocalizedAbove(sites), ipr.Where(double.IsFinite).DefaultIfEmpty(0).Max()));

    /// <summary>The IPR of each field, in the order of the tensor; shape (..., N) to a list.</summary>
    internal static double[] Iprs(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return InverseParticipationRatio.Of(w.to(ScalarType.Float64)).ToArray<double>();
    }

    /// <summary>Each network's share of localized units, shape (inits, units, N).</summary>
    internal static double[] LocalizedShares(Tensor w) =>
        [.. Enumerable.Range(0, (int)w.shape[0]).Select(init => LocalizedFraction.Among(w[init]).Fraction)];

    /// <summary>How the share of localized units spreads over networks, as a sentence.</summary>
    internal static string Sentence(string what, double[] shares, int units, int sites) => string.Create(CultureInfo.InvariantCulture,
        $"{what}: {100 * shares.Average():0.0} % of {units} units localized, over {shares.Length} runs ({string.Join(", ", shares.Order().Select(s => $"{100 * s:0}"))} %), by IPR above {InverseParticipationRatio.LocalizedAbove(sites):0.000}: three standard deviations over white Gaussian weights, 3/N = {3.0 / sites:0.000}.");

    private static IEnumerable<double[]> Scaled(Tensor w)
    {
        return [.. w.ToArray<double>().Chunk((int)w.shape[1]).Select(field =>
        {
            double reach = field.MaxBy(Math.Abs);
            return Array.ConvertAll(field, v => reach == 0 ? 0 : v / reach);
        })];
    }
}
