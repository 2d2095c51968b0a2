using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>NLGP(g): x = erf(g z) / Z(g) of a Gaussian field z (LSG eq. 3, after IG).</summary>
public sealed class NonlinearGaussianProcess : NormalToAnything
{
    /// <param name="kernel">Covariance of the Gaussian field.</param>
    /// <param name="gain">g &gt; 0.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not above 0, or there are fewer than 4 sites.</exception>
    public NonlinearGaussianProcess(IStationaryCovariance kernel, double gain, string kernelDescription)
        : base(kernel, new ErfMarginal(gain), FormattableString.Invariant($"NLGP, g = {gain}, {kernelDescription}")) =>
        Gain = gain;

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="gain">g &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public NonlinearGaussianProcess(int sites, double lengthscale, double gain)
        : this(Circulant.Gaussian(sites, lengthscale), gain, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>g.</summary>
    public double Gain { get; }
}
