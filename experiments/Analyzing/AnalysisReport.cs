using System.Text.Json.Nodes;
using TorchRf.Data.Marginals;

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
            ["prediction"] = analysis.Prediction switch
            {
                Prediction.Localization => "localization",
                Prediction.NoLocalization => "no localization",
                _ => "cannot tell",
            },
            ["verdict"] = analysis.Verdict,
            ["reasons"] = Strings(analysis.Reasons),
            ["warnings"] = Strings(analysis.Warnings),
            ["instability"] = analysis.Growth is Estimate growth ? Json(growth) : null,
            ["classes"] = new JsonArray([.. analysis.Classes.Select(Json)]),
            ["amplifier"] = new JsonObject { ["a"] = Numbers(a.ToArray<double>()), ["phi"] = Numbers(analysis.Amplifier.Of(a).ToArray<double>()) },
        };
    }

    private static JsonObject Json(ClassStatistics c) => new()
    {
        ["name"] = c.Name,
        ["examples"] = c.Examples,
        ["sites"] = c.Sites,
        ["independent_units"] = c.Kurtosis.Units,
        ["excess_kurtosis"] = c.Kurtosis.LooksInfinite ? JsonValue.Create("infinite") : JsonValue.Create(c.Kurtosis.ExcessKurtosis),
        ["excess_kurtosis_error"] = c.Kurtosis.LooksInfinite ? null : c.Kurtosis.StandardError,
        ["sample_excess_kurtosis"] = c.Kurtosis.ExcessKurtosis,
        ["skewness"] = Json(new Estimate(c.Kurtosis.Skewness, c.Kurtosis.SkewnessError)),
        ["tail_index"] = double.IsFinite(c.Kurtosis.TailIndex) ? Json(new Estimate(c.Kurtosis.TailIndex, c.Kurtosis.TailError)) : null,
        ["lengthscale"] = c.Lengthscale,
        ["kernel_misfit"] = c.KernelMisfit,
        ["falls_to_1_over_e_at"] = Finite(c.FallsBelow),
        ["super_linearity"] = Json(c.SuperLinearity),
        ["off_ring"] = c.OffRing,
        ["off_line"] = c.OffLine,
        ["covariance_noise"] = c.CovarianceNoise,
        ["distance"] = c.IsRing ? "ring" : "line",
        ["covariance"] = Numbers(c.ByDistance),
    };

    private static JsonObject Json(Estimate estimate) => new() { ["value"] = Finite(estimate.Value), ["error"] = Finite(estimate.Error) };

    // JSON has no word for what is not finite; null says that there is no number.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
