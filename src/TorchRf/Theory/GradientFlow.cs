using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// The effective dynamics of one ReLU neuron trained on two lengthscales with the loss mean (f - y)^2 (LSG Lemma 3.1):
/// <code>dw/dt = 1/2 [ phi(a) - (Sigma_0 + Sigma_1) w ],   a = Sigma_1 w / sqrt(w . Sigma_1 w)</code>
/// A step of gradient descent of size lr is a time lr. Exact for Gaussian and elliptical data; otherwise an early-time law.
/// </summary>
/// <param name="first">Sigma_0, of the class with label 0.</param>
/// <param name="second">Sigma_1, of the class with label 1, which the neuron answers to.</param>
/// <param name="amplifier">phi of class 1's marginal.</param>
public sealed class GradientFlow(ICovariance first, ICovariance second, Amplifier amplifier) : IFlow
{
    private static readonly Scalar Half = 0.5;

    /// <summary>The flow of a task of two classes with the full amplifier, or with the third-order one.</summary>
    /// <exception cref="NotSupportedException">The task has more than two classes, the lemma does not cover class 1, or the amplifier does not exist.</exception>
    public static GradientFlow Of(LengthscaleTask task, bool thirdOrder = false)
    {
        Lemma.Requires(task);
        return new GradientFlow(task.Classes[0].Covariance, task.Classes[1].Covariance, Amplifier.Of(task.Classes[1].Marginal, thirdOrder));
    }

    /// <summary>dw/dt.</summary>
    /// <param name="w">Receptive fields, shape (..., N), not zero; Float64.</param>
    /// <returns>Shape (..., N). Gradients are not tracked.</returns>
    public Tensor Velocity(Tensor w)
    {
        using var noGrad = torch.no_grad();
        using var one = new OneThread(w);
        using var pulled = second.Times(w);
        using var decay = first.Times(w);
        using var a = Lemma.Correlations(w, pulled);
        return amplifier.Of(a).sub_(pulled).sub_(decay).mul_(Half);
    }

    /// <summary>Integrates with Euler steps, the deterministic twin of gradient descent with that learning rate.</summary>
    /// <param name="initial">w at step 0, shape (..., N); taken to Float64.</param>
    /// <param name="stepSize">The time of a step: the learning rate.</param>
    /// <param name="snapshots">Step numbers, increasing from 0 or above, at which w is kept.</param>
    /// <param name="progress">Told the steps done.</param>
    /// <param name="cancellation">Ends the integration after a step.</param>
    /// <returns>Shape (snapshots, ..., N), Float64, on the device of <paramref name="initial"/>.</returns>
    /// <exception cref="ArgumentException">There are no snapshots, or they do not increase.</exception>
    /// <exception cref="ArithmeticException">A receptive field stopped being finite.</exception>
    public Tensor Euler(Tensor initial, double stepSize, IReadOnlyList<long> snapshots,
        IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        EulerSteps.Integrate(Velocity, initial, stepSize, snapshots, progress, cancellation);

    /// <summary>Integrates with the adaptive Dormand-Prince 5(4) pair, to the tolerances given.</summary>
    /// <param name="initial">w at time 0, shape (..., N); taken to Float64.</param>
    /// <param name="times">Increasing times &gt;= 0 at which w is kept.</param>
    /// <param name="relative">Tolerance relative to the largest coordinate of each receptive field.</param>
    /// <param name="absolute">Tolerance beside it.</param>
    /// <returns>Shape (times, ..., N), Float64, on the device of <paramref name="initial"/>.</returns>
    /// <exception cref="ArgumentException">There are no times, or they do not increase.</exception>
    public Tensor Adaptive(Tensor initial, IReadOnlyList<double> times, double relative = 1e-8, double absolute = 1e-12) =>
        DormandPrince.Integrate(Velocity, initial, times, relative, absolute);

    /// <summary>Integrates adaptively until the flow rests or the time is up, which the result says.</summary>
    /// <param name="initial">w at time 0, shape (..., N); taken to Float64.</param>
    /// <param name="tolerance">|dw/dt| / |w| of every receptive field at rest, in 1 / time.</param>
    /// <param name="longest">The time after which to give up; near a transition the last of the competition takes thousands.</param>
    /// <param name="cancellation">Ends the integration after a stretch of time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance or the time is not above 0.</exception>
    /// <exception cref="ArithmeticException">The flow stopped being finite.</exception>
    public SteadyState ToSteadyState(Tensor initial, double tolerance = 1e-6, double longest = 10_000, CancellationToken cancellation = default) =>
        SteadyState.Of(Velocity, initial, tolerance, longest, cancellation);
}
