namespace TorchRf.Models;

/// <summary>A model that learns without labels, from a loss of its own.</summary>
public interface IReconstruction
{
    /// <summary>The loss of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits).</returns>
    Tensor Losses(Tensor input);
}
