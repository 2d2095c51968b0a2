namespace TorchRf.Experiments.Analyzing;

/// <summary>An analysis as JSON.</summary>
public static class AnalysisReport
{
    private const int AmplifierPoints = 201, Bins = 60;

    // Of the histogram, in standard deviations.
    private const double Reach = 4;

    /// <summary>Verdict, reasons, warnings, and the numbers of each class: all that <see cref="AnalysisFigure"/> draws. Marginal and amplifier are those of the class that is "answered".</summary>
    public static JsonObject Json(Analysis analysis)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.linspace(-1, 1, AmplifierPoints, ScalarType.Float64);
        var marginal = LawPanels.Histogram(analysis.Answered.Values(), Reach, Bins);
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
            ["answered"] = analysis.Classes.Index().First(c => c.Item == analysis.Answered).Index,
            ["marginal"] = new JsonObject { ["edges"] = Array(marginal.X), ["density"] = Array(marginal.Y) },
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
