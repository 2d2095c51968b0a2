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
public sealed class GradientFlow(ICovariance first, ICovariance second, Amplifier amplifier)
{
    /// <summary>The flow of a task of two classes with the full amplifier, or with the third-order one.</summary>
    /// <exception cref="NotSupportedException">The task has more than two classes, the lemma does not cover class 1, or the amplifier does not exist.</exception>
    public static GradientFlow Of(LengthscaleTask task, bool thirdOrder = false)
    {
        if (task.Classes.Count != 2)
            throw new NotSupportedException($"The lemma covers two classes; this task has {task.Classes.Count}.");
        // Of class 0 the flow takes the covariance only, for any symmetric law.
        if (task.Classes[1].OutsideTheLemma is string why)
            throw new NotSupportedException($"The theory does not cover these data: the lemma takes w.x for Gaussian; {why}.");
        var marginal = task.Classes[1].Marginal;
        return new GradientFlow(task.Classes[0].Covariance, task.Classes[1].Covariance,
            thirdOrder ? Amplifier.ThirdOrder(marginal) : Amplifier.Full(marginal));
    }

    /// <summary>dw/dt.</summary>
    /// <param name="w">Receptive fields, shape (..., N), not zero; Float64.</param>
    /// <returns>Shape (..., N).</returns>
    public Tensor Velocity(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var pulled = second.Times(w);
        var a = pulled / (w * pulled).sum(-1, keepdim: true).sqrt();
        return ((amplifier.Of(a) - pulled - first.Times(w)) * 0.5).MoveToOuterDisposeScope();
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
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        if (snapshots.Count == 0)
            throw new ArgumentException("At least one snapshot is needed.", nameof(snapshots));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var w = initial.detach().to(ScalarType.Float64).clone();
        var kept = new List<Tensor>();
        long step = 0;
        foreach (var snapshot in snapshots)
        {
            if (snapshot < step || (kept.Count > 0 && snapshot == step))
                throw new ArgumentException($"Snapshots increase from 0; {snapshot} follows {step}.", nameof(snapshots));
            for (; step < snapshot; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = torch.NewDisposeScope();
                w.add_(Velocity(w), stepSize);
                progress?.Report(step + 1);
            }
            if (!w.isfinite().all().item<bool>())
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The theory stopped being finite by step {step}. A smaller learning rate than {stepSize} (--lr) or an initialisation that is not tiny (--init-scale) usually helps."));
            kept.Add(w.clone());
        }
        return torch.stack(kept).MoveToOuterDisposeScope();
    }

    /// <summary>Integrates with the adaptive Dormand-Prince 5(4) pair, to the tolerances given.</summary>
    /// <param name="initial">w at time 0, shape (..., N); taken to Float64.</param>
    /// <param name="times">Increasing times &gt;= 0 at which w is kept.</param>
    /// <param name="relative">Tolerance relative to the largest coordinate of each receptive field.</param>
    /// <param name="absolute">Tolerance beside it.</param>
    /// <returns>Shape (times, ..., N), Float64, on the device of <paramref name="initial"/>.</returns>
    /// <exception cref="ArgumentException">There are no times, or they do not increase.</exception>
    public Tensor Adaptive(Tensor initial, IReadOnlyList<double> times, double relative = 1e-8, double absolute = 1e-12) =>
        DormandPrince.Integrate(Velocity, initial, times, relative, absolute);
}
