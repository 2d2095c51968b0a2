using TorchRf.Experiments.Comparing;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Experiments.Recipes;

/// <summary>A number that a recipe measured.</summary>
/// <param name="Id">Its name in paper.json ("figure4.surface.misfit"); a recipe's name comes first.</param>
/// <param name="Quantity">What it is, in words.</param>
/// <param name="Value">Mean, spread and count.</param>
/// <param name="Over">What the count is of ("seeds").</param>
public sealed record Measurement(string Id, string Quantity, Statistic Value, string Over)
{
    /// <summary>The mean over a training's initialisations.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="quantity">What it is.</param>
    /// <param name="values">One an initialisation.</param>
    /// <param name="row">The settings it was trained with.</param>
    public static Measurement OverInitialisations(string id, string quantity, IReadOnlyCollection<double> values, RunSettings row) =>
        new(id, quantity, Statistic.Of(values, row.Training.Streams), row.Training.Streams == ExampleStreams.Own ? "seeds" : "initialisations, same examples");
}
