using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>Kur(k): a Gaussian field with kernel exp(-d^2 / xi^2) whose marginals are bent to the algebraic quantile function (LSG).</summary>
public sealed class AlgebraicQuantileProcess : IDataModel
{
    private readonly GaussianField field;
    private readonly AlgebraicMarginal marginal;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0 of the Gaussian field, in sites.</param>
    /// <param name="k">k &gt; 2; the excess kurtosis is infinite up to 4, positive up to 5.890, then negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public AlgebraicQuantileProcess(int sites, double lengthscale, double k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        (Lengthscale, K) = (lengthscale, k);
        marginal = new AlgebraicMarginal(k);
        var kernel = Circulant.Gaussian(sites, lengthscale);
        field = new GaussianField(kernel);
        using var scope = torch.NewDisposeScope();
        Covariance = new Circulant(PostCorrelation.Of(marginal, kernel.FirstRow));
    }

    /// <summary>xi.</summary>
    public double Lengthscale { get; }

    /// <summary>k.</summary>
    public double K { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"Kur, k = {K}, ξ = {Lengthscale}");

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
