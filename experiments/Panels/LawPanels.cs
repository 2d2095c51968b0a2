using System.Globalization;
using TorchRf.Data.Marginals;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments.Panels;

/// <summary>Laws of data: what they are, and beside it what drawn examples show.</summary>
internal static class LawPanels
{
    private const int Bins = 48;
    private const double Reach = 4;

    /// <summary>The law of one site: its density or its atoms.</summary>
    /// <param name="examples">Examples drawn from it, shape (examples, N); null to show the law alone.</param>
    internal static Panel Marginal(IDataModel model, Tensor? examples, string title)
    {
        var drawn = examples?.ToArray<double>() ?? [];
        var marginal = model.Marginal;
        if (marginal.Atoms.Count > 0)
        {
            var x = marginal.Atoms.Select(a => a.X).ToArray();
            double end = Math.Max(2, 1.2 * marginal.Bound);
            return new Panel(title, new Axis("x") { Minimum = -end, Maximum = end }, new Axis("probability") { Minimum = 0, Maximum = 1 })
            {
                Series =
                [
                    .. examples is null ? (Series[])[] : [new BarSeries(x, [.. x.Select(v => drawn.Count(d => Math.Abs(d - v) < 1e-3) / (double)drawn.Length)]) { Label = "drawn", Width = 0.4, Opacity = 0.4, Style = 0 }],
                    new PointSeries(x, [.. marginal.Atoms.Select(a => a.Probability)]) { Label = examples is null ? null : "exact", Style = 1 },
                ],
            };
        }
        double reach = Math.Min(Reach, Math.Max(2, 1.1 * marginal.Bound));
        double[] dense = [.. Enumerable.Range(0, 401).Select(i => (i / 200.0 * reach) - reach)];
        return new Panel(title, new Axis("x") { Minimum = -reach, Maximum = reach }, new Axis("density") { Minimum = 0 })
        {
            Series =
            [
                .. examples is null ? (Series[])[] : [Histogram(drawn, reach, Bins) with { Label = "drawn" }],
                new LineSeries(dense, [.. dense.Select(marginal.Density)]) { Label = examples is null ? null : "exact", Style = 1, Dash = Dash.Solid },
            ],
        };
    }

    /// <summary>The density of values from -reach to reach, of all of them.</summary>
    internal static StepSeries Histogram(double[] values, double reach, int bins)
    {
        double width = 2 * reach / bins;
        var counts = new double[bins];
        foreach (double v in values)
            if (Math.Abs(v) < reach)
                counts[(int)((v + reach) / width)]++;
        return new StepSeries([.. Enumerable.Range(0, bins + 1).Select(i => (i * width) - reach)], [.. counts.Select(c => c / (values.Length * width))]) { Filled = true, Opacity = 0.4, Style = 0 };
    }

    /// <summary>What classes' covariances are at distances 0 to reach, along a row.</summary>
    internal static IEnumerable<LineSeries> Covariances(IEnumerable<IDataModel> classes, int reach, Func<int, string> label) =>
        classes.Select((c, i) => new LineSeries(LinearRange(0, reach), c.Covariance.FirstRow.ToArray<double>()[..(reach + 1)]) { Label = label(i), Style = i });

    /// <summary>phi(a), its third-order series where there is one, and the line sqrt(2/pi) a that a Gaussian has.</summary>
    internal static Panel Amplification(Marginal marginal, string title)
    {
        using var amplifier = Amplifiers(marginal);
        return Amplification(amplifier, marginal.ExcessKurtosis, title);
    }

    /// <summary>The same of numbers that were kept.</summary>
    /// <param name="amplifier">As <see cref="Amplifiers"/> gives them.</param>
    /// <param name="excessKurtosis">Of the law; no finite number where it has none.</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Amplification(Tensor amplifier, double excessKurtosis, string title)
    {
        using var scope = torch.NewDisposeScope();
        var a = amplifier[0].ToArray<double>();
        LineSeries Row(int row, string label, int style, Dash dash) => new(a, amplifier[row].ToArray<double>()) { Label = label, Style = style, Dash = dash };
        var series = new List<Series> { Amplified(Amplifier.Normal(), "Gaussian", 2, Dash.Dotted), Row(1, "φ", 0, Dash.Solid) };
        if (amplifier.shape[0] > 2)
            series.Add(Row(2, "third order", 1, Dash.Dashed));
        string kurtosis = double.IsFinite(excessKurtosis) ? excessKurtosis.ToString("0.00;−0.00;0.00", CultureInfo.InvariantCulture) : "∞";
        // The curve is odd and rises; below it there is room for the legend, above it for the words.
        double reach = series.Max(line => line.Y.Max());
        return new Panel(title, new Axis("a") { Minimum = -1, Maximum = 1 }, new Axis("φ(a)") { Minimum = -3.2 * reach, Maximum = 2.5 * reach })
        {
            Series = series,
            Legend = LegendPlacement.BottomRight,
            Inset = new Inset($"excess kurtosis {kurtosis}", Corner.TopLeft),
        };
    }

    /// <summary>a from -1 to 1, phi(a), and its third-order series where there is one: shape (2 or 3, 201), in no scope.</summary>
    internal static Tensor Amplifiers(Marginal marginal)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.linspace(-1, 1, 201, ScalarType.Float64);
        List<Tensor> rows = [a, marginal.FullAmplifier().Of(a)];
        if (double.IsFinite(marginal.ExcessKurtosis))
            rows.Add(Amplifier.ThirdOrder(marginal).Of(a));
        return torch.stack(rows).MoveToOuterDisposeScope();
    }

    /// <summary>One amplifier as a curve from -1 to 1.</summary>
    internal static LineSeries Amplified(Amplifier phi, string label, int style, Dash dash)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.linspace(-1, 1, 201, ScalarType.Float64);
        return new LineSeries(a.ToArray<double>(), phi.Of(a).ToArray<double>()) { Label = label, Style = style, Dash = dash };
    }
}
