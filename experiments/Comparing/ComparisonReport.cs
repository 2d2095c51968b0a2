
namespace TorchRf.Experiments.Comparing;

/// <summary>A comparison as JSON and as tensors: what is printed for programs and kept in the run's folder.</summary>
public static class ComparisonReport
{
    public static JsonObject Json(Comparison comparison) => new()
    {
        ["settings"] = comparison.Settings.ToJson(),
        ["theory"] = Word(comparison.Settings.Theory),
        ["gradient"] = comparison.Gradient,
        ["classes"] = Classes(comparison.Task),
        ["excess_kurtosis"] = double.IsFinite(comparison.Task.Classes[1].Marginal.ExcessKurtosis)
            ? JsonValue.Create(comparison.Task.Classes[1].Marginal.ExcessKurtosis) : JsonValue.Create("infinite"),
        ["snapshots"] = new JsonArray([.. comparison.Snapshots.Select(Json)]),
        ["verdict"] = comparison.Verdict is null ? null : Json(comparison.Verdict),
        ["summary"] = comparison.Verdict?.ToString() ?? $"{LocalizedFraction.Among(comparison.Trained[-1])} localized.",
    };

    /// <summary>What the settings call a theory.</summary>
    public static string Word(EffectiveTheory theory) => (string)new RunSettings { Theory = theory }.ToJson()["theory"]!;

    public static JsonArray Classes(ClassificationTask task) => new([.. task.Classes.Select(c => (JsonNode)JsonValue.Create(c.Description))]);

    public static JsonObject Json(Statistic statistic) => new() { ["mean"] = Finite(statistic.Mean), ["std"] = Finite(statistic.Spread) };

    // JSON has no word for what is not finite; null says that there is no number.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    public static JsonObject Json(Verdict verdict) => new()
    {
        ["excess_kurtosis"] = double.IsFinite(verdict.ExcessKurtosis) ? JsonValue.Create(verdict.ExcessKurtosis) : JsonValue.Create("infinite"),
        ["instability"] = verdict.Instability is double growth && double.IsFinite(growth) ? growth : null,
        ["expected_to_localize"] = verdict.Expected,
        ["localized"] = verdict.Observed,
        ["localized_count"] = verdict.Localized.Count,
        ["of"] = verdict.Localized.Total,
        ["threshold"] = verdict.Localized.Threshold,
        ["mean_ipr"] = Finite(verdict.MeanIpr),
        ["text"] = verdict.ToString(),
    };

    /// <summary>
    /// "trained" (Float32) and "theory" (Float64), shape (snapshots, inits, units, N), and "amplifier" of class 1, shape (2 or 3, 201): a, φ(a) and its third order where it has one.
    /// </summary>
    public static IReadOnlyDictionary<string, Tensor> Weights(Comparison comparison) => new Dictionary<string, Tensor>
    {
        ["trained"] = comparison.Trained,
        ["theory"] = comparison.Theory,
        ["amplifier"] = LawPanels.Amplifiers(comparison.Task.Classes[1].Marginal),
    };

    private static JsonObject Json(ComparedSnapshot snapshot) => new()
    {
        ["step"] = snapshot.Step,
        ["loss"] = snapshot.Loss,
        ["accuracy"] = snapshot.Accuracy,
        ["cosine"] = Finite(snapshot.Cosine.Mean),
        ["cosine_std"] = Finite(snapshot.Cosine.Spread),
        ["norm_ratio"] = Finite(snapshot.NormRatio.Mean),
        ["norm_ratio_std"] = Finite(snapshot.NormRatio.Spread),
        ["ipr"] = new JsonObject { ["trained"] = Json(snapshot.TrainedIpr), ["theory"] = Json(snapshot.TheoryIpr) },
        ["agreement"] = new JsonObject
        {
            ["exact"] = snapshot.Agreement.Exact,
            ["within1"] = snapshot.Agreement.Within1,
            ["within2"] = snapshot.Agreement.Within2,
            ["of"] = snapshot.Agreement.Total,
        },
    };
}
