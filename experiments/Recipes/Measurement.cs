namespace TorchRf.Experiments.Recipes;

/// <summary>A number that a recipe measured.</summary>
/// <param name="Id">Its name in paper.json ("4.surface.misfit"); a recipe's name comes first.</param>
/// <param name="Quantity">What it is, in words.</param>
/// <param name="Value">Mean, spread and count.</param>
/// <param name="Over">What the count is of ("initialisations", "seeds").</param>
public sealed record Measurement(string Id, string Quantity, Statistic Value, string Over);
