using MathNet.Numerics;

namespace TorchRf.Data.Marginals;

/// <summary>X = erf(g Z) / Z(g), the marginal of the nonlinear Gaussian process (LSG eq. 3; IG's gain is sqrt(2) g).</summary>
public sealed class ErfMarginal : TransformedNormal
{
    // Below this the relative difference between X and Z is under 1e-16.
    private const double Linear = 1e-8;

    private readonly double gain;
    private readonly Lazy<double> excessKurtosis;

    /// <param name="gain">g &gt; 0: from g -&gt; 0 (normal) to g -&gt; infinity (a sign).</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not a finite number above 0.</exception>
    public ErfMarginal(double gain)
    {
        if (!(gain > 0) || double.IsInfinity(gain))
            throw new ArgumentOutOfRangeException(nameof(gain), gain, "a gain is a finite number above 0");
        this.gain = gain;
        Normalisation = Math.Sqrt(2 / Math.PI * Math.Asin(2 * gain * gain / (1 + (2 * gain * gain))));
        excessKurtosis = new Lazy<double>(() => NormalQuadrature.Mean(z => Transform(z).pow(4)) - 3);
    }

    /// <summary>Z(g), the standard deviation of erf(g Z): Z^2 = (2/pi) asin(2 g^2 / (1 + 2 g^2)).</summary>
    public double Normalisation { get; }

    /// <inheritdoc/>
    public override double ExcessKurtosis => excessKurtosis.Value;

    /// <inheritdoc/>
    public override double Bound => 1 / Normalisation;

    /// <inheritdoc/>
    public override double Density(double x)
    {
        if (gain < Linear)
            return new NormalMarginal().Density(x);
        if (Math.Abs(x) >= Bound)
            return 0;
        double z = SpecialFunctions.ErfInv(x * Normalisation) / gain;
        double slope = 2 / Math.Sqrt(Math.PI) * gain * Math.Exp(-gain * gain * z * z) / Normalisation;
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) / slope;
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        if (gain < Linear)
            return z;
        using var scope = torch.NewDisposeScope();
        return (z * gain).erf_().mul_(1 / Normalisation).MoveToOuterDisposeScope();
    }

    /// <summary>E[X X'] of two sites whose Gaussians have correlation <paramref name="rho"/> (Williams' arcsine law), elementwise.</summary>
    public override Tensor Correlation(Tensor rho)
    {
        if (gain < Linear)
            return rho;
        using var scope = torch.NewDisposeScope();
        double reach = 2 * gain * gain / (1 + (2 * gain * gain));
        return ((rho * reach).asin() / Math.Asin(reach)).MoveToOuterDisposeScope();
    }
}
