using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>Kur(k): a Gaussian field whose marginals are bent to the algebraic quantile function (LSG).</summary>
public sealed class AlgebraicQuantileProcess : NormalToAnything
{
    /// <param name="kernel">Covariance of the Gaussian field.</param>
    /// <param name="k">k &gt; 2; the excess kurtosis is infinite up to 4, positive up to 5.890, then negative.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not above 2, or there are fewer than 4 sites.</exception>
    public AlgebraicQuantileProcess(IStationaryCovariance kernel, double k, string kernelDescription)
        : base(kernel, new AlgebraicMarginal(k), FormattableString.Invariant($"Kur, k = {k}, {kernelDescription}")) =>
        K = k;

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="k">k &gt; 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public AlgebraicQuantileProcess(int sites, double lengthscale, double k)
        : this(Circulant.Gaussian(sites, lengthscale), k, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>k.</summary>
    public double K { get; }
}
