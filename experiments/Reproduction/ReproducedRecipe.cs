using TorchRf.Experiments.Recipes;

namespace TorchRf.Experiments.Reproduction;

/// <summary>A recipe that was run for the report.</summary>
/// <param name="Recipe">Which.</param>
/// <param name="Settings">With which settings.</param>
/// <param name="Outcome">What it found.</param>
/// <param name="Seconds">What its pieces took, in this run or an earlier one.</param>
public sealed record ReproducedRecipe(IRecipe Recipe, RecipeSettings Settings, RecipeOutcome Outcome, double Seconds)
{
    /// <summary>Its measurements, each with the paper's number where there is one.</summary>
    public IEnumerable<(Measurement Measured, PaperNumber? Paper)> Judged(IReadOnlyList<PaperNumber> paper) =>
        Outcome.Measurements.Select(m => (m, paper.FirstOrDefault(p => p.Id == m.Id)));
}
