namespace TorchRf.Models;

/// <summary>w.x for every unit of every initialisation.</summary>
internal static class WeightedSums
{
    /// <param name="weight">Shape (inits, units, N).</param>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, units, batch).</returns>
    internal static Tensor Of(Tensor weight, Tensor input) => input.dim() == 2
        // One product of two matrices, however many initialisations there are.
        ? weight.view(-1, weight.shape[2]).matmul(input.mT).view(weight.shape[0], weight.shape[1], -1)
        : weight.matmul(input.mT);
}
