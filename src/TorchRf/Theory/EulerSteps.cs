namespace TorchRf.Theory;

/// <summary>Euler's method with steps of one size: the deterministic twin of gradient descent.</summary>
internal static class EulerSteps
{
    /// <param name="velocity">dw/dt of an autonomous system, shape kept.</param>
    /// <param name="initial">w at step 0, any shape; taken to Float64.</param>
    /// <param name="stepSize">The time of a step.</param>
    /// <param name="snapshots">Step numbers, increasing from 0 or above, at which w is kept.</param>
    /// <param name="progress">Told the steps done.</param>
    /// <param name="cancellation">Ends the integration after a step.</param>
    internal static Tensor Integrate(Func<Tensor, Tensor> velocity, Tensor initial, double stepSize, IReadOnlyList<long> snapshots,
        IProgress<long>? progress, CancellationToken cancellation)
    {
        if (snapshots.Count == 0)
            throw new ArgumentException("At least one snapshot is needed.", nameof(snapshots));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var w = initial.detach().to(ScalarType.Float64).clone();
        using Scalar time = stepSize;
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
                w.add_(velocity(w), time);
                progress?.Report(step + 1);
            }
            if (!w.isfinite().all().item<bool>())
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The theory stopped being finite by step {step}. Steps shorter than {stepSize} (a smaller --lr) or an initialisation that is not tiny (--init-scale) usually help."));
            kept.Add(w.clone());
        }
        return torch.stack(kept).MoveToOuterDisposeScope();
    }
}
