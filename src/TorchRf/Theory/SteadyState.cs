namespace TorchRf.Theory;

/// <summary>Where an integration of the effective equation came to rest, or did not.</summary>
/// <param name="Weights">w at the end, Float64, in the shape of the initial weights.</param>
/// <param name="Residual">|dw/dt| / |w| there, in 1 / time, of each receptive field; Float64, without the last axis.</param>
/// <param name="Time">How long was integrated.</param>
/// <param name="Converged">
/// Whether every residual is within the tolerance. That is a rest, not yet where the flow ends: a saddle that is left slowly passes too, such as an unstable
/// constant field with little noise on it, and where modes compete slowly an error of about the residual over the slowest rate is left in w.
/// </param>
public sealed record SteadyState(Tensor Weights, Tensor Residual, double Time, bool Converged)
{
    // The first stretch of time to integrate, and the factor from one to the next.
    private const double FirstStretch = 10, Growth = 1.25;

    internal static SteadyState Of(Func<Tensor, Tensor> velocity, Tensor initial, double tolerance, double longest, CancellationToken cancellation)
    {
        if (!(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "a tolerance is a number above 0");
        if (!(longest > 0) || double.IsInfinity(longest))
            throw new ArgumentOutOfRangeException(nameof(longest), longest, "the longest time is a finite number above 0");
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The integrator's own errors keep dw/dt about this large, so they must lie below the tolerance.
        double relative = Math.Min(1e-6, tolerance / 100);
        var w = initial;
        double time = 0, stretch = FirstStretch;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = torch.NewDisposeScope();
            bool last = time + stretch >= longest;
            double duration = last ? longest - time : stretch;
            var next = DormandPrince.Integrate(velocity, w, [duration], relative, relative * 1e-4)[0];
            time = last ? longest : time + duration;
            stretch *= Growth;
            var residual = torch.linalg.norm(velocity(next), [-1]) / torch.linalg.norm(next, [-1]);
            bool converged = residual.max().item<double>() <= tolerance;
            if (converged || last)
                return new SteadyState(scope.MoveToOuter(inner.MoveToOuter(next)), scope.MoveToOuter(inner.MoveToOuter(residual)), time, converged);
            if (!ReferenceEquals(w, initial))
                w.Dispose();
            w = inner.MoveToOuter(next);
        }
    }
}
