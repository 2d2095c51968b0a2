using TorchRf.Experiments.Recipes;
using TorchRf.IO;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows the pieces of a recipe's work, one bar after the other.</summary>
internal static class RecipeProgress
{
    /// <summary>A bench whose pieces are kept in a folder, in which nobody else works now, and shown while they are done.</summary>
    internal static Workbench Bench(string folder, CancellationToken cancellation)
    {
        if (Directory.Exists(folder))
            AtomicFile.RemoveLeftovers(folder);
        return new Workbench(folder, (name, work) => TrainingBar.Show(name, work), cancellation);
    }
}
