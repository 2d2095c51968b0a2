using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>A Gaussian field on a ring with kernel exp(-d^2 / xi^2): the law that any other is held against.</summary>
public sealed class Gaussian : IDataModel
{
    private readonly GaussianField field;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public Gaussian(int sites, double lengthscale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        Lengthscale = lengthscale;
        Covariance = Circulant.Gaussian(sites, lengthscale);
        field = new GaussianField(Covariance);
    }

    /// <summary>xi.</summary>
    public double Lengthscale { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"Gaussian, ξ = {Lengthscale}");

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; } = new NormalMarginal();

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32) =>
        field.Draw(examples, generator, dtype);
}
