namespace TorchRf.Data.Marginals;

/// <summary>X = h(Z) with Z standard normal and h odd and increasing: a law given by its quantiles.</summary>
public abstract class TransformedNormal : Marginal
{
    /// <summary>h, element by element, on the device and in the dtype of <paramref name="z"/>; any shape.</summary>
    public abstract Tensor Transform(Tensor z);

    /// <summary>E[X X'] of two sites whose Gaussians have correlation <paramref name="rho"/>, elementwise; by quadrature where a law has no closed form.</summary>
    /// <param name="rho">Correlations in [-1, 1], shape (N), Float64 on the CPU.</param>
    /// <returns>Shape (N).</returns>
    public virtual Tensor Correlation(Tensor rho) => PostCorrelation.Of(this, rho);

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Quadrature(this);
}
