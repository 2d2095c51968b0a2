using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>A Gaussian field: the law that any other is held against.</summary>
public sealed class Gaussian : NormalToAnything
{
    /// <param name="kernel">Its covariance, 1 on the diagonal.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 4 sites.</exception>
    public Gaussian(IStationaryCovariance kernel, string kernelDescription)
        : base(kernel, new NormalMarginal(), "Gaussian, " + kernelDescription)
    {
    }

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public Gaussian(int sites, double lengthscale)
        : this(Circulant.Gaussian(sites, lengthscale), FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }
}
