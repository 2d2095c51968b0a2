using TorchRf.Experiments.Recipes;

namespace TorchRf.Experiments.Reproduction;

/// <summary>A recipe that was run for the report, or was to be.</summary>
/// <param name="Recipe">Which.</param>
/// <param name="Settings">With which settings.</param>
/// <param name="Outcome">What it found; nothing where it failed.</param>
/// <param name="Seconds">What its pieces took, in this run or an earlier one.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
public sealed record ReproducedRecipe(IRecipe Recipe, RecipeSettings Settings, RecipeOutcome Outcome, double Seconds, string? Failure = null)
{
    /// <summary>One that failed.</summary>
    public static ReproducedRecipe Failed(IRecipe recipe, RecipeSettings settings, double seconds, string why) =>
        new(recipe, settings, new RecipeOutcome([], [], []), seconds, why);

    /// <summary>Its measurements, each with the number that it is held against where there is one.</summary>
    public IEnumerable<(Measurement Measured, PaperNumber? Paper)> Judged(IReadOnlyList<PaperNumber> paper) =>
        Outcome.Measurements.Select(m => (m, paper.FirstOrDefault(p => p.Id == m.Id)));

    /// <summary>The numbers that it should have measured and did not.</summary>
    public IEnumerable<PaperNumber> Missed(IReadOnlyList<PaperNumber> paper) =>
        paper.Where(p => p.Id.StartsWith(Recipe.Name + ".", StringComparison.Ordinal)).ExceptBy(Outcome.Measurements.Select(m => m.Id), p => p.Id);
}
