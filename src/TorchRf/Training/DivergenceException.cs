namespace TorchRf.Training;

/// <summary>The loss or a weight stopped being finite. Checkpoints written before are kept.</summary>
/// <param name="step">The step whose loss was not finite.</param>
/// <param name="lr">The learning rate it was trained with.</param>
public sealed class DivergenceException(long step, double lr) : Exception(FormattableString.Invariant(
    $"The loss or a weight stopped being finite at step {step}. A smaller learning rate than {lr} (--lr), a larger batch or a smaller initialisation usually helps."))
{
    /// <summary>The step whose loss was not finite.</summary>
    public long Step { get; } = step;
}
