using TorchRf.Experiments.Recipes;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows the pieces of a recipe's work, one bar after the other.</summary>
internal static class RecipeProgress
{
    /// <summary>A bench whose pieces are kept in a folder and shown while they are done.</summary>
    internal static Workbench Bench(string folder, CancellationToken cancellation) =>
        new(folder, (name, work) => TrainingBar.Show(name, work), cancellation);
}
