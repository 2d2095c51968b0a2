namespace TorchRf.Training;

/// <summary>Where a training's examples come from.</summary>
public interface IBatches
{
    /// <summary>The next batch.</summary>
    /// <param name="generator">The only source of randomness; its device is where the batch is made.</param>
    /// <returns>
    /// x and y as model and objective take them: x of shape (batch, N), or (inits, batch, N) for models of many initialisations that are each shown their own. Tensors that are made
    /// anew belong to the caller's scope; those that are filled anew each time belong to no scope.
    /// </returns>
    (Tensor X, Tensor Y) Next(Generator generator);
}
