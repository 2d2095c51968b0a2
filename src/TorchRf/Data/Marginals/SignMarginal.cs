namespace TorchRf.Data.Marginals;

/// <summary>X = +1 or -1, equally likely: one spin.</summary>
public sealed class SignMarginal : Marginal
{
    /// <inheritdoc/>
    public override double ExcessKurtosis => -2;

    /// <inheritdoc/>
    public override double Density(double x) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<(double X, double Probability)> Atoms => [(-1, 0.5), (1, 0.5)];

    /// <inheritdoc/>
    public override double Bound => 1;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Sign();
}
