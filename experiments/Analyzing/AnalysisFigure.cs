using System.Globalization;
using TorchRf.Data.Marginals;
using TorchRf.Plots;
using TorchRf.Theory;

namespace TorchRf.Experiments.Analyzing;

/// <summary>An analysis as a picture: the marginal beside a Gaussian, the covariance beside the nearest kernel, the amplifier beside its tangent.</summary>
public static class AnalysisFigure
{
    private const int Bins = 60;
    private const double Reach = 4;

    /// <summary>One row of three panels.</summary>
    public static Figure Of(Analysis analysis)
    {
        using var scope = torch.NewDisposeScope();
        var answered = analysis.Answered;
        return new Figure(analysis.Verdict.TrimEnd('.'), [Marginal(answered), Covariance(analysis), Phi(analysis)])
        {
            Columns = 3,
            Caption = string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", analysis.Classes.Select(c => $"{c.Name} ({c.Examples} examples)"))}; N = {answered.Sites}. ")
                + (analysis.Classes.Count == 2 ? "Marginal and amplifier are those of class 1, the longer lengthscale." : ""),
        };
    }

    private static Panel Marginal(ClassStatistics c)
    {
        var values = c.Values.ToArray<double>();
        double width = 2 * Reach / Bins;
        var counts = new double[Bins];
        foreach (double v in values)
            if (Math.Abs(v) < Reach)
                counts[(int)((v + Reach) / width)]++;
        double[] x = [.. Enumerable.Range(0, 201).Select(i => (i / 100.0 * Reach) - Reach)];
        // Room above for what is written there.
        double highest = 1.3 * Math.Max(counts.Max() / (values.Length * width), 1 / Math.Sqrt(2 * Math.PI));
        string kurtosis = c.Kurtosis.LooksInfinite ? "∞" : string.Create(CultureInfo.InvariantCulture, $"{c.Kurtosis.ExcessKurtosis:0.00;−0.00;0.00} ± {c.Kurtosis.StandardError:0.00}");
        return new Panel("Marginal", new Axis("x (standard deviations)") { Minimum = -Reach, Maximum = Reach }, new Axis("density") { Minimum = 0, Maximum = highest })
        {
            Series =
            [
                new StepSeries([.. Enumerable.Range(0, Bins + 1).Select(i => (i * width) - Reach)], [.. counts.Select(n => n / (values.Length * width))])
                    { Label = "measured", Filled = true, Opacity = 0.4, Style = 0 },
                new LineSeries(x, [.. x.Select(v => Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI))]) { Label = "Gaussian", Style = 2, Dash = Dash.Dotted },
            ],
            Legend = LegendPlacement.TopRight,
            Inset = new Inset($"excess kurtosis\n{kurtosis}", Corner.TopLeft),
        };
    }

    private static Panel Covariance(Analysis analysis)
    {
        var series = new List<Series>();
        foreach (var (c, label) in analysis.Classes.Select((c, i) => (c, i)))
        {
            double[] distance = [.. Enumerable.Range(0, c.ByDistance.Count).Select(d => (double)d)];
            double[] fine = [.. Enumerable.Range(0, 201).Select(i => distance[^1] * i / 200)];
            string name = analysis.Classes.Count == 2 ? $"class {label}" : "measured";
            series.Add(new PointSeries(distance, [.. c.ByDistance]) { Label = name, Style = label });
            series.Add(new LineSeries(fine, [.. fine.Select(d => c.ByDistance[0] * Math.Exp(-d * d / (c.Lengthscale * c.Lengthscale)))])
                { Label = string.Create(CultureInfo.InvariantCulture, $"exp(-d²/ξ²), ξ = {c.Lengthscale:0.0#}"), Style = label, Dash = label == 0 ? Dash.Dashed : Dash.Solid });
        }
        return new Panel("Covariance", new Axis("distance d (sites)") { Minimum = 0 }, new Axis("E[x x']")) { Series = series, Legend = LegendPlacement.TopRight };
    }

    private static Panel Phi(Analysis analysis)
    {
        var a = torch.linspace(-1, 1, 201, ScalarType.Float64);
        double[] Values(Amplifier phi) => phi.Of(a).ToArray<double>();
        var x = a.ToArray<double>();
        var s = analysis.Answered.SuperLinearity;
        return new Panel("Amplifier", new Axis("a") { Minimum = -1, Maximum = 1 }, new Axis("φ(a)"))
        {
            Series =
            [
                new LineSeries(x, Values(Amplifier.Normal())) { Label = "Gaussian", Style = 2, Dash = Dash.Dotted },
                new LineSeries(x, Values(analysis.Amplifier)) { Label = "φ, measured", Style = 0, Dash = Dash.Solid },
            ],
            Legend = LegendPlacement.TopLeft,
            Inset = new Inset(string.Create(CultureInfo.InvariantCulture, $"φ(1): {100 * s.Value:+0.0;−0.0;0.0} ± {100 * s.Error:0.0} %"), Corner.BottomRight),
        };
    }
}
