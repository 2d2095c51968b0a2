namespace TorchRf.Theory;

/// <summary>Where a flow comes to rest.</summary>
/// <remarks>
/// A rest is not yet where the flow ends: a saddle that is left slowly passes too, such as an unstable constant field with little noise on it, and where modes compete
/// slowly an error of about the residual over the slowest rate is left in w.
/// </remarks>
public static class SteadyState
{
    /// <summary>Integrates adaptively until the flow rests or the time is up, which the solution's ending says.</summary>
    /// <param name="flow">dw/dt.</param>
    /// <param name="initial">w at time 0, shape (..., units, N); taken to Float64.</param>
    /// <param name="tolerance">|dw/dt| / |w| of every receptive field at rest, in 1 / time.</param>
    /// <param name="longest">The time after which to give up; near a transition the last of the competition takes thousands.</param>
    /// <param name="cancellation">Ends the integration after a step.</param>
    /// <returns>One state, shape (1, ..., units, N): the one at rest, or the last.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance or the time is not above 0.</exception>
    public static Solution Of(IFlow flow, Tensor initial, double tolerance = 1e-6, double longest = 10_000, CancellationToken cancellation = default)
    {
        if (!(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "a tolerance is a number above 0");
        if (!(longest > 0) || double.IsInfinity(longest))
            throw new ArgumentOutOfRangeException(nameof(longest), longest, "the longest time is a finite number above 0");
        // The integrator's own errors keep dw/dt about this large, so they must lie below the tolerance.
        double relative = Math.Min(1e-6, tolerance / 100);
        return new DormandPrince(relative, relative * 1e-4) { Rest = tolerance }.Solve(flow, initial, [longest], cancellation: cancellation);
    }

    /// <summary>The largest |dw/dt| / |w| of all receptive fields.</summary>
    internal static double Residual(Tensor w, Tensor velocity)
    {
        using var scope = torch.NewDisposeScope();
        return (torch.linalg.norm(velocity, [-1]) / torch.linalg.norm(w, [-1])).max().item<double>();
    }
}
