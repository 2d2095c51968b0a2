namespace TorchRf.Theory;

/// <summary>Effective dynamics of a network's receptive fields, integrated from where its training starts.</summary>
public interface IFlow
{
    /// <summary>dw/dt.</summary>
    /// <param name="w">Receptive fields, shape (..., units, N), none of them zero; Float64.</param>
    /// <returns>The same shape.</returns>
    Tensor Velocity(Tensor w);

    /// <summary>Integrates with Euler steps, the deterministic twin of gradient descent.</summary>
    /// <param name="initial">w at step 0, shape (..., units, N); taken to Float64.</param>
    /// <param name="stepSize">The time of a step: the learning rate over the number of units.</param>
    /// <param name="snapshots">Step numbers, increasing from 0 or above, at which w is kept.</param>
    /// <param name="progress">Told the steps done.</param>
    /// <param name="cancellation">Ends the integration after a step.</param>
    /// <returns>Shape (snapshots, ..., units, N), Float64, on the device of <paramref name="initial"/>.</returns>
    /// <exception cref="ArgumentException">There are no snapshots, or they do not increase.</exception>
    /// <exception cref="ArithmeticException">A receptive field stopped being finite.</exception>
    Tensor Euler(Tensor initial, double stepSize, IReadOnlyList<long> snapshots, IProgress<long>? progress = null, CancellationToken cancellation = default);
}
