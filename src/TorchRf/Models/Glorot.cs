namespace TorchRf.Models;

/// <summary>Glorot's initialisation.</summary>
public static class Glorot
{
    /// <summary>
    /// Normal numbers with standard deviation sqrt(2 / (N + units)) times sqrt(scale) (Glorot and Bengio 2010; LSG appendix).
    /// </summary>
    /// <param name="inits">How many initialisations.</param>
    /// <param name="sites">N.</param>
    /// <param name="scale">Factor on the variance; LSG's small initialisation has 0.001.</param>
    /// <param name="generator">The stream of randomness; its device is where the weights are made.</param>
    /// <param name="units">Units a network has; 1 for a single neuron.</param>
    /// <returns>Float32, shape (inits, units, N).</returns>
    public static Tensor Normal(int inits, int sites, double scale, Generator generator, int units = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        return torch.randn([inits, units, sites], device: generator.device, generator: generator).mul_(Math.Sqrt(2.0 / (sites + units) * scale));
    }
}
