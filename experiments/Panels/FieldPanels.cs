using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments.Panels;

/// <summary>Receptive fields of many units: some of them drawn, how they grow, and how localized all of them are.</summary>
internal static class FieldPanels
{
    private const int Bins = 25;

    private const int Moments = 10;

    /// <summary>Said once in each figure that shows it.</summary>
    internal const string IprInWords = "IPR: inverse participation ratio.";

    /// <summary>The whole range of inverse participation ratios.</summary>
    internal static Axis IprAxis => new("IPR") { Minimum = 0, Maximum = 1 };

    /// <summary>The IPR above which fields count as localized, across a panel.</summary>
    internal static ReferenceLine Localized(int sites, string? label = "localized") => ReferenceLine.Horizontal(InverseParticipationRatio.LocalizedAbove(sites), label);

    /// <summary>From none to all, in percent.</summary>
    internal static Axis PercentAxis(string label) => new(label) { Minimum = -2, Maximum = 102, Ticks = [.. Enumerable.Range(0, 6).Select(i => new Tick(20 * i, $"{20 * i}"))] };

    /// <summary>Means of shares as points in percent, bars reaching a standard deviation to both sides, but not below none or above all.</summary>
    /// <param name="shares">From 0 to 1.</param>
    /// <param name="along">Whether percents are along x.</param>
    internal static IEnumerable<Series> Percents(IReadOnlyList<Statistic> shares, double[] at, int style, string? label, bool along)
    {
        foreach (var (share, place) in shares.Zip(at))
        {
            double[] ends = [Math.Max(0, 100 * (share.Mean - share.Spread)), Math.Min(100, 100 * (share.Mean + share.Spread))];
            yield return new LineSeries(along ? ends : [place, place], along ? [place, place] : ends) { Style = style, Dash = Dash.Solid };
        }
        double[] mean = [.. shares.Select(s => 100 * s.Mean)];
        yield return new PointSeries(along ? mean : at, along ? at : mean) { Label = label, Style = style };
    }

    /// <summary>Means as a line in a band of their standard deviations, or another spread.</summary>
    internal static LineSeries Banded(IEnumerable<double> x, IReadOnlyCollection<Statistic> values, string? label = null, int style = 0, Dash dash = Dash.Solid, Func<Statistic, double>? spread = null)
    {
        spread ??= s => s.Spread;
        return new LineSeries([.. x], [.. values.Select(v => v.Mean)])
        {
            Label = label,
            Style = style,
            Dash = dash,
            Band = new Band([.. values.Select(v => v.Mean - spread(v))], [.. values.Select(v => v.Mean + spread(v))]),
        };
    }

    /// <summary>Points at one place, moved apart by up to a distance so that more of them are seen.</summary>
    internal static double[] Apart(IReadOnlyCollection<double> values, double at, double distance) => [.. values.Select((_, i) => at + (distance * ((i % 7) - 3) / 3))];

    /// <summary>Fields on a ring as traces above each other, each scaled to its own largest weight, which points upwards.</summary>
    /// <param name="w">Shape (fields, N).</param>
    internal static Panel Traces(Tensor w, string title, string each = "unit", int most = int.MaxValue)
    {
        int shown = (int)Math.Min(most, w.shape[0]);
        double[] site = LinearRange(0, (int)w.shape[1] - 1);
        return new Panel(title, new Axis("site"), new Axis(each) { Ticks = [], Minimum = -1, Maximum = (2 * (shown - 1)) + 1.2 })
        {
            Series = [.. Scaled(w.narrow(0, 0, shown)).Select((values, i) => new LineSeries(site, [.. values.Select(v => v + (2 * i))]) { Style = 0, Dash = Dash.Solid })],
        };
    }

    /// <summary>One field as theory and training have it, drawn with the sign that makes the trained one's largest weight positive: of data that are symmetric, w and -w learn alike.</summary>
    /// <param name="trained">Shape (N), on a ring.</param>
    internal static Panel Pair(Tensor trained, Tensor theory, string title, LegendPlacement legend = LegendPlacement.None, string theoryName = "theory")
    {
        double[] w = trained.ToArray<double>(), site = LinearRange(0, w.Length - 1);
        double sign = w.MaxBy(Math.Abs) < 0 ? -1 : 1;
        return new Panel(title, new Axis("site"), new Axis("weight"))
        {
            Series =
            [
                new LineSeries(site, [.. w.Select(v => sign * v)]) { Label = "trained", Style = 0, Dash = Dash.Solid },
                new LineSeries(site, [.. theory.ToArray<double>().Select(v => sign * v)]) { Label = theoryName, Style = 1, Dash = Dash.Dashed },
            ],
            Legend = legend,
        };
    }

    /// <summary>One field, scaled to its largest weight, which is positive: a line on a ring, a map of a torus.</summary>
    /// <param name="w">Shape (N).</param>
    internal static Panel Field(Tensor w, Lattice lattice, string title)
    {
        double[] scaled = Scaled(w.unsqueeze(0)).Single();
        return lattice.Dimensions == 2 ? Map(scaled.Chunk(lattice.Side), title) : Line(LinearRange(0, scaled.Length - 1), scaled, title, "site");
    }

    /// <summary>A field over sites that has 1 for its largest weight.</summary>
    internal static Panel Line(double[] sites, double[] scaled, string title, string axis) => new(title, new Axis(axis), new Axis("weight (largest = 1)") { Maximum = 1 })
    {
        Series = [new LineSeries(sites, scaled) { Style = 0, Dash = Dash.Solid }],
    };

    /// <summary>A field on a torus, from -1 to 1, row by row.</summary>
    internal static Panel Map(IEnumerable<double[]> scaled, string title) => new(title, new Axis("") { Ticks = [] }, new Axis("") { Ticks = [] })
    {
        HeatMap = new HeatMap([.. scaled]) { IsImage = true, ColorMap = ColorMap.BlueWhiteRed, Minimum = -1, Maximum = 1, HasColorBar = false },
    };

    /// <summary>How one field grows: weight over site and step.</summary>
    /// <param name="steps">Steps of the snapshots; the axis is logarithmic unless they are evenly spaced.</param>
    /// <param name="w">Shape (snapshots, N).</param>
    /// <param name="reach">The largest |w| of the colour scale; to fit without.</param>
    internal static Panel Evolution(IReadOnlyList<long> steps, Tensor w, string title, double? reach = null)
    {
        using var scope = torch.NewDisposeScope();
        long[] apart = [.. steps.Zip(steps.Skip(1), (before, after) => after - before)];
        // As evenly as whole numbers allow.
        bool even = apart.Length < 2 || apart.Max() - apart.Min() <= 1;
        // A logarithmic axis has no place for step 0.
        if (!even && steps[0] == 0)
            (steps, w) = ([.. steps.Skip(1)], w[1..]);
        return new Panel(title, new Axis("step") { Log = !even }, new Axis("site"))
        {
            HeatMap = new HeatMap([.. w.mT.ToArray<double>().Chunk(steps.Count)])
            {
                X = [.. steps.Select(s => (double)s)],
                ColorMap = ColorMap.BlueWhiteRed,
                ColorBarLabel = "weight",
                Minimum = reach is null ? null : -reach,
                Maximum = reach,
            },
        };
    }

    /// <summary>How one field grows: a line for each of some moments, the later the darker and the farther apart, for most happens early.</summary>
    /// <param name="w">Shape (snapshots, N).</param>
    internal static Panel Growth(Tensor w, string title)
    {
        int last = (int)w.shape[0] - 1;
        int[] moments = [.. Enumerable.Range(1, Moments).Select(i => (int)Math.Round(Math.Pow(last, (double)i / Moments))).Distinct()];
        double[] site = LinearRange(0, (int)w.shape[1] - 1);
        return new Panel(title, new Axis("site"), new Axis("weight"))
        {
            Series = [.. moments.Select((at, i) => new LineSeries(site, w[at].ToArray<double>()) { Style = 0, Dash = Dash.Solid, Opacity = 0.1 + (0.9 * (i + 1) / moments.Length) })],
        };
    }

    /// <summary>A histogram of the IPR of all fields, with the threshold above which they count as localized.</summary>
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

    /// <summary>How the share of localized units spreads over networks, as a sentence.</summary>
    internal static string Sentence(string what, double[] shares, int units, int sites) => Invariant(
        $"{what}: {100 * shares.Average():0.0} % of {units} units localized, over {shares.Length} runs ({string.Join(", ", shares.Order().Select(s => $"{100 * s:0}"))} %), by IPR above {InverseParticipationRatio.LocalizedAbove(sites):0.000}: three standard deviations over white Gaussian weights, 3/N = {3.0 / sites:0.000}.");

    private static double[][] Scaled(Tensor w) => [.. w.ToArray<double>().Chunk((int)w.shape[1]).Select(field =>
    {
        double reach = field.MaxBy(Math.Abs);
        return Array.ConvertAll(field, v => reach == 0 ? 0 : v / reach);
    })];
}
