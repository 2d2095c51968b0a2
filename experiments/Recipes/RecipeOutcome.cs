using TorchRf.Plots;

namespace TorchRf.Experiments.Recipes;

/// <summary>What a recipe found.</summary>
/// <param name="Pictures">Figures by the name of their file.</param>
/// <param name="Measurements">Numbers, to be held against those of the paper.</param>
/// <param name="Findings">What a reader should know beside them, a sentence or two each.</param>
public sealed record RecipeOutcome(
    IReadOnlyList<(string Name, Figure Figure)> Pictures, IReadOnlyList<Measurement> Measurements, IReadOnlyList<string> Findings);
