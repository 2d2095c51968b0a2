using TorchRf.Data.Marginals;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments.Analyzing;

/// <summary>An analysis as JSON.</summary>
public static class AnalysisReport
{
    private const int AmplifierPoints = 41;

    /// <summary>Verdict, reasons, warnings, and the numbers of each class.</summary>
    public static JsonObject Json(Analysis analysis)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.linspace(-1, 1, AmplifierPoints, ScalarType.Float64);
        return new JsonObject
        {
            ["prediction"] = analysis.Prediction.Word,
            ["verdict"] = analysis.Verdict,
            ["reasons"] = Array(analysis.Reasons),
            ["warnings"] = Array(analysis.Warnings),
            ["notes"] = Array(analysis.Notes),
            ["flow"] = Json(analysis.Prediction.Fields),
            ["gaussian_flow"] = Json(analysis.Prediction.Gaussian),
            ["ellipticity"] = analysis.Prediction.Law is Ellipticity law ? new JsonObject { ["shape"] = law.Shape.ToString(), ["ratio"] = Json(law.Ratio.Mean, law.Ratio.Error), ["departure"] = Json(law.Departure.Mean, law.Departure.Error) } : null,
            ["instability"] = analysis.Growth is Statistic growth ? Json(growth.Mean, growth.Error) : null,
            ["classes"] = new JsonArray([.. analysis.Classes.Select(Json)]),
            ["amplifier"] = new JsonObject { ["a"] = Array(a.ToArray<double>()), ["phi"] = Array(analysis.Amplifier.Of(a).ToArray<double>()) },
        };
    }

    private static JsonObject Json(ClassStatistics c) => new()
    {
        ["name"] = c.Name,
        ["examples"] = c.Examples,
        ["of_examples"] = c.Count,
        ["sites"] = c.Sites,
        ["dimensions"] = c.Lattice.Dimensions,
        ["independent_units"] = c.Kurtosis.Units,
        ["excess_kurtosis"] = c.Kurtosis.LooksInfinite ? JsonValue.Create("infinite") : JsonValue.Create(c.Kurtosis.ExcessKurtosis),
        ["excess_kurtosis_error"] = c.Kurtosis.LooksInfinite || !c.Kurtosis.ErrorIsKnown ? null : c.Kurtosis.StandardError,
        ["sample_excess_kurtosis"] = c.Kurtosis.ExcessKurtosis,
        ["skewness"] = Json(c.Kurtosis.Skewness, c.Kurtosis.SkewnessError),
        ["tail_index"] = double.IsFinite(c.Kurtosis.TailIndex) ? Json(c.Kurtosis.TailIndex, c.Kurtosis.TailError) : null,
        ["lengthscale"] = c.Lengthscale,
        ["kernel_misfit"] = c.KernelMisfit,
        ["falls_to_1_over_e_at"] = Finite(c.FallsBelow),
        ["super_linearity"] = Json(c.SuperLinearity.Mean, c.SuperLinearity.Error),
        ["off_ring"] = c.OffRing,
        ["off_line"] = c.OffLine,
        ["covariance_noise"] = c.CovarianceNoise,
        ["outer_sites"] = new JsonObject { ["sites"] = c.OuterSites.Count, ["share_of_sites"] = (double)c.OuterSites.Count / c.Sites, ["share_of_variance"] = c.OuterShare },
        ["site_variance"] = new JsonObject { ["spread"] = c.VarianceSpread, ["values"] = Array(c.SiteVariance) },
        ["distance"] = (c.Lattice.Dimensions, c.IsRing) switch { (1, true) => "ring", (1, false) => "line", (_, true) => "torus", _ => "plane" },
        ["distances"] = Array(c.Distances),
        ["covariance"] = Array(c.ByDistance),
    };

    private static JsonObject? Json(SettledFields? fields) => fields is null ? null
        : new JsonObject { ["ipr"] = Json(fields.Ipr.Mean, fields.Ipr.Error), ["localized"] = fields.Localized.Count, ["of"] = fields.Localized.Total, ["threshold"] = fields.Localized.Threshold };

    private static JsonObject Json(double value, double error) => new() { ["value"] = Finite(value), ["error"] = Finite(error) };

    // JSON has no word for what is not finite; null says that there is no number.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static JsonArray Array<T>(IEnumerable<T> values) => new([.. values.Select(v => (JsonNode?)JsonValue.Create(v))]);
}

/// <summary>An analysis as a picture: the marginal beside a Gaussian, the covariance beside the nearest kernel, the amplifier beside its tangent.</summary>
public static class AnalysisFigure
{
    private const int Bins = 60;
    private const double Reach = 4;

    public static Figure Of(Analysis analysis)
    {
        using var scope = torch.NewDisposeScope();
        var answered = analysis.Answered;
        return new Figure(analysis.Verdict.TrimEnd('.'), [Marginal(answered), Covariance(analysis), Phi(analysis)])
        {
            Columns = 3,
            Caption = Invariant($"{string.Join(" and ", analysis.Classes.Select(c => $"{c.Name} ({c.Examples} examples)"))}; N = {answered.Lattice}. ")
                + (analysis.Classes.Count > 1 ? $"Marginal and amplifier are those of {analysis.AnsweredName}." : ""),
        };
    }

    private static Panel Marginal(ClassStatistics c)
    {
        var measured = LawPanels.Histogram(c.Values(), Reach, Bins) with { Label = "measured" };
        double[] x = [.. Enumerable.Range(0, 201).Select(i => (i / 100.0 * Reach) - Reach)];
        // Room above for what is written there.
        double highest = 1.3 * Math.Max(measured.Y.Max(), 1 / Math.Sqrt(2 * Math.PI));
        string kurtosis = c.Kurtosis.LooksInfinite ? "∞" : Invariant($"{c.Kurtosis.ExcessKurtosis:0.00;−0.00;0.00} ± {c.Kurtosis.StandardError:0.00}");
        return new Panel("Marginal", new Axis("x (standard deviations)") { Minimum = -Reach, Maximum = Reach }, new Axis("density") { Minimum = 0, Maximum = highest })
        {
            Series = [measured, new LineSeries(x, [.. x.Select(new NormalMarginal().Density)]) { Label = "Gaussian", Style = 2, Dash = Dash.Dotted }],
            Legend = LegendPlacement.TopRight,
            Inset = new Inset($"excess kurtosis\n{kurtosis}", Corner.TopLeft),
        };
    }

    private static Panel Covariance(Analysis analysis)
    {
        var series = new List<Series>();
        foreach (var (label, c) in analysis.Classes.Index())
        {
            double[] distance = [.. c.Distances];
            double[] fine = [.. Enumerable.Range(0, 201).Select(i => distance[^1] * i / 200)];
            string name = analysis.Classes.Count > 1 ? $"class {label}" : "measured";
            series.Add(new PointSeries(distance, [.. c.ByDistance]) { Label = name, Style = label });
            series.Add(new LineSeries(fine, [.. fine.Select(d => c.ByDistance[0] * Math.Exp(-d * d / (c.Lengthscale * c.Lengthscale)))])
                { Label = Invariant($"exp(-d²/ξ²), ξ = {c.Lengthscale:0.0#}"), Style = label, Dash = label == 0 ? Dash.Dashed : Dash.Solid });
        }
        return new Panel("Covariance", new Axis("distance d (sites)") { Minimum = 0 }, new Axis("E[x x']")) { Series = series };
    }

    private static Panel Phi(Analysis analysis)
    {
        var s = analysis.Answered.SuperLinearity;
        return new Panel("Amplifier", new Axis("a") { Minimum = -1, Maximum = 1 }, new Axis("φ(a)"))
        {
            Series = [LawPanels.Amplified(Amplifier.Normal(), "Gaussian", 2, Dash.Dotted), LawPanels.Amplified(analysis.Amplifier, "φ, measured", 0, Dash.Solid)],
            Legend = LegendPlacement.TopLeft,
            Inset = new Inset(Invariant($"φ(1): {100 * s.Mean:+0.0;−0.0;0.0} ± {100 * s.Error:0.0} %"), Corner.BottomRight),
        };
    }
}
