using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Recipes;

namespace TorchRf.Cli;

/// <summary>What a recipe found, for people and for programs.</summary>
internal static class RecipeReport
{
    internal static JsonObject Json(Recipe recipe, RecipeOutcome outcome) => new()
    {
        ["name"] = recipe.Name,
        ["title"] = recipe.Title,
        ["measurements"] = new JsonArray([.. outcome.Measurements.Select(m => m.Json())]),
        ["findings"] = new JsonArray([.. outcome.Findings.Select(f => (JsonNode)JsonValue.Create(f))]),
    };

    internal static void Print(RecipeOutcome outcome)
    {
        static string F(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "infinite";
        Report.Table(["measured", "mean", "± error", "std", "n"], outcome.Measurements.Select(m => new[]
        {
            m.Id, F(m.Value.Mean), m.Value.StandardError is double error ? F(error) : "", m.Value.Std is double std ? F(std) : "", m.Value.Count.ToString(CultureInfo.InvariantCulture),
        }));
        foreach (var finding in outcome.Findings)
            Report.Paragraph(finding);
    }
}
