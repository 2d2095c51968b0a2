using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>NLGP(g): x = erf(g z) / Z(g) of a Gaussian field z with kernel exp(-d^2 / xi^2) (LSG eq. 3, after IG).</summary>
public sealed class NonlinearGaussianProcess : IDataModel
{
    private readonly GaussianField field;
    private readonly ErfMarginal marginal;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0 of the Gaussian field, in sites.</param>
    /// <param name="gain">g &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public NonlinearGaussianProcess(int sites, double lengthscale, double gain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        (Lengthscale, Gain) = (lengthscale, gain);
        marginal = new ErfMarginal(gain);
        var kernel = Circulant.Gaussian(sites, lengthscale);
        field = new GaussianField(kernel);
        using var scope = torch.NewDisposeScope();
        Covariance = new Circulant(marginal.Correlation(kernel.FirstRow));
    }

    /// <summary>xi.</summary>
    public double Lengthscale { get; }

    /// <summary>g.</summary>
    public double Gain { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"NLGP, g = {Gain}, ξ = {Lengthscale}");

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal => marginal;

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        return marginal.Transform(field.Draw(examples, generator, dtype)).MoveToOuterDisposeScope();
    }
}
