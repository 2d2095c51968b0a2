namespace TorchRf.Data.Marginals;

/// <summary>The standard normal law.</summary>
public sealed class NormalMarginal : TransformedNormal
{
    /// <inheritdoc/>
    public override double ExcessKurtosis => 0;

    /// <inheritdoc/>
    public override double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z) => z;

    /// <inheritdoc/>
    public override Tensor Correlation(Tensor rho) => rho;

    /// <inheritdoc/>
    public override bool IsLinearlyAmplified => true;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Normal();
}
