using MathNet.Numerics;

namespace TorchRf.Data.Marginals;

/// <summary>
/// A fair coin X = +-1 whose quantile function, a step, is smoothed to erf(s (p - 1/2)) (LSG's BernoulliQDF, with s = 100) and scaled to unit
/// variance: with p = Phi(Z), X = erf(s/2 erf(Z / sqrt(2))) / sigma. It goes from the uniform law (s -&gt; 0) to the coin (s -&gt; infinity).
/// </summary>
public sealed class SmoothedBernoulliMarginal : TransformedNormal
{
    private readonly double slope;
    private readonly Lazy<double> excessKurtosis;

    /// <param name="steepness">s, from 1e-3 to 1e4.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steepness is outside these.</exception>
    public SmoothedBernoulliMarginal(double steepness)
    {
        if (!(steepness >= 1e-3 && steepness <= 1e4))
            throw new ArgumentOutOfRangeException(nameof(steepness), steepness, "a steepness lies between 0.001 and 10000");
        slope = steepness / 2;
        StandardDeviation = Math.Sqrt(NormalQuadrature.Mean(z => Step(z).square()));
        excessKurtosis = new Lazy<double>(() => NormalQuadrature.Mean(z => Transform(z).pow(4)) - 3);
    }

    /// <summary>sigma: with a = s/2, sigma^2 = erf(a)^2 + (2 exp(-a^2) erf(a) / sqrt(pi) - sqrt(2/pi) erf(sqrt(2) a)) / a; by quadrature, for at small a this cancels.</summary>
    public double StandardDeviation { get; }

    /// <inheritdoc/>
    public override double ExcessKurtosis => excessKurtosis.Value;

    /// <inheritdoc/>
    public override double Bound => SpecialFunctions.Erf(slope) / StandardDeviation;

    /// <summary>sigma sqrt(pi) / (2 s) exp(y^2), y = erfinv(sigma x); 0 beyond the bound. At high s it is finite as far as doubles can tell x from the bound.</summary>
    public override double Density(double x)
    {
        double step = Math.Abs(x) * StandardDeviation;
        if (Math.Abs(x) > Bound || step >= 1)
            return 0;
        double y = SpecialFunctions.ErfInv(step);
        return StandardDeviation * Math.Sqrt(Math.PI) / (4 * slope) * Math.Exp(y * y);
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        return Step(z).mul_(1 / StandardDeviation).MoveToOuterDisposeScope();
    }

    private Tensor Step(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        return (z * Math.Sqrt(0.5)).erf_().mul_(slope).erf_().MoveToOuterDisposeScope();
    }
}
