namespace TorchRf.Experiments.Recipes;

/// <summary>A figure or study that can be run: settings in, numbers and pictures out. Its settings lie beside it as JSON.</summary>
public interface IRecipe
{
    /// <summary>Its name and that of its settings, pictures and pieces ("figure5", "agreement").</summary>
    string Name { get; }

    /// <summary>What it shows, in one line.</summary>
    string Title { get; }

    /// <summary>Whether it trains something, so that settings of training mean anything to it.</summary>
    bool Trains => true;

    /// <summary>Runs it.</summary>
    /// <param name="settings">Its settings, as <see cref="RecipeSettings.Of"/> reads them, perhaps with a user's own put in.</param>
    /// <param name="bench">Where its pieces of work are done and kept.</param>
    RecipeOutcome Run(RecipeSettings settings, Workbench bench);
}
