using System.Globalization;
using TorchRf.Data;
using TorchRf.Plots;
using TorchRf.Measures;

namespace TorchRf.Experiments.Panels;

/// <summary>Receptive fields of many units: some of them drawn, and how localized all of them are.</summary>
internal static class FieldPanels
{
    private const int Bins = 25;

    /// <summary>Fields on a ring as traces above each other, each scaled to its own largest weight, which points upwards.</summary>
    /// <param name="w">Shape (fields, N).</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Traces(Tensor w, string title)
    {
        double[] site = [.. Enumerable.Range(0, (int)w.shape[1]).Select(i => (double)i)];
        return new Panel(title, new Axis("site"), new Axis("unit") { Ticks = [], Minimum = -1, Maximum = (2 * ((int)w.shape[0] - 1)) + 1.2 })
        {
            Series = [.. Scaled(w).Select((values, i) => new LineSeries(site, [.. values.Select(v => v + (2 * i))]) { Style = 0, Dash = Dash.Solid })],
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
        Legend = LegendPlacement.None,
    };

    /// <summary>A histogram of the IPR of all fields, with the threshold above which they count as localized.</summary>
    /// <param name="ipr">One a field.</param>
    /// <param name="sites">N.</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Ipr(IReadOnlyList<double> ipr, int sites, string title)
    {
        double threshold = InverseParticipationRatio.LocalizedAbove(sites);
        double reach = Math.Min(1, 1.1 * Math.Max(2 * threshold, ipr.Where(double.IsFinite).DefaultIfEmpty(0).Max())), width = reach / Bins;
        var counts = new double[Bins];
        foreach (double v in ipr.Where(double.IsFinite))
            counts[Math.Clamp((int)(v / width), 0, Bins - 1)] += 100.0 / ipr.Count;
        return new Panel(title, new Axis("IPR") { Minimum = 0, Maximum = reach }, new Axis("% of units") { Minimum = 0 })
        {
            Series = [new StepSeries([.. Enumerable.Range(0, Bins + 1).Select(i => i * width)], counts) { Filled = true, Opacity = 0.5, Style = 0 }],
            ReferenceLines = [ReferenceLine.Vertical(threshold, "localized")],
            Legend = LegendPlacement.None,
        };
    }

    /// <summary>The IPR of each field, in the order of the tensor; shape (..., N) to a list.</summary>
    internal static double[] Iprs(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return InverseParticipationRatio.Of(w.to(ScalarType.Float64)).flatten().cpu().data<double>().ToArray();
    }

    /// <summary>Each network's share of localized units, shape (inits, units, N).</summary>
    internal static double[] LocalizedShares(Tensor w) =>
        [.. Enumerable.Range(0, (int)w.shape[0]).Select(init => LocalizedFraction.Among(w[init]).Fraction)];

    /// <summary>How the share of localized units spreads over networks, as a sentence.</summary>
    internal static string Sentence(string what, double[] shares, int units, int sites) => string.Create(CultureInfo.InvariantCulture,
        $"{what}: {100 * shares.Average():0.0} % of {units} units localized, over {shares.Length} runs ({string.Join(", ", shares.Order().Select(s => $"{100 * s:0}"))} %), by IPR above {InverseParticipationRatio.LocalizedAbove(sites):0.000}: three standard deviations over white Gaussian weights, 3/N = {3.0 / sites:0.000}.");

    private static IEnumerable<double[]> Scaled(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var values = w.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return [.. values.Chunk((int)w.shape[1]).Select(field =>
        {
            double reach = field.MaxBy(Math.Abs);
            return Array.ConvertAll(field, v => reach == 0 ? 0 : v / reach);
        })];
    }
}
