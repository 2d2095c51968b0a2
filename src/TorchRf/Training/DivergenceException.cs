namespace TorchRf.Training;

/// <summary>The loss or a weight stopped being finite. Checkpoints written before are kept.</summary>
/// <param name="step">The step whose loss was not finite.</param>
/// <param name="optimizer">The optimiser and its learning rate.</param>
public sealed class DivergenceException(long step, string optimizer) : Exception(FormattableString.Invariant(
    $"The loss or a weight stopped being finite at step {step} ({optimizer}). A smaller learning rate, a larger batch or a smaller initialisation usually helps."))
{
    /// <summary>The step whose loss was not finite.</summary>
    public long Step { get; } = step;
}
