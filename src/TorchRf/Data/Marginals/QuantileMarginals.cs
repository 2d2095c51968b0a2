using MathNet.Numerics;

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

/// <summary>The uniform law on [-sqrt(3), sqrt(3)]: X = sqrt(3) erf(Z / sqrt(2)) (LSG's UniformQDF); NLGP's marginal at gain 1/sqrt(2).</summary>
public sealed class UniformMarginal : TransformedNormal
{
    /// <inheritdoc/>
    public override double ExcessKurtosis => -1.2;

    /// <inheritdoc/>
    public override double Bound => Math.Sqrt(3);

    /// <inheritdoc/>
    public override double Density(double x) => Math.Abs(x) <= Bound ? 1 / (2 * Bound) : 0;

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        return (z * Math.Sqrt(0.5)).erf_().mul_(Bound).MoveToOuterDisposeScope();
    }

    /// <summary>E[X X'] = 6/pi asin(rho / 2) (Pearson's relation between a normal and its ranks), elementwise.</summary>
    public override Tensor Correlation(Tensor rho)
    {
        using var scope = torch.NewDisposeScope();
        return ((rho * 0.5).asin() * (6 / Math.PI)).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// The Laplace law, density exp(-sqrt(2) |x|) / sqrt(2). Its quantiles are |X| = -log(v) / sqrt(2) with v = P(|Z'| &gt; |Z|) = erfc(|Z| / sqrt(2)). (LSG's
/// LaplaceQDF has the opposite sign, which makes it fall; the law is the same.)
/// </summary>
public sealed class LaplaceMarginal : TransformedNormal
{
    /// <inheritdoc/>
    public override double ExcessKurtosis => 3;

    /// <inheritdoc/>
    public override double Density(double x) => Math.Exp(-Math.Sqrt(2) * Math.Abs(x)) / Math.Sqrt(2);

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        var t = z.abs() * Math.Sqrt(0.5);
        // Near 0 log(v) loses its digits, far out log1p(-erf) does. Beyond the last v above 0 (|z| = 13 in Float32, 37 in Float64), v stays there.
        double smallest = z.dtype == ScalarType.Float64 ? 2.3e-308 : 1.2e-38;
        var tail = torch.special.erfc(t).clamp(min: smallest).log();
        var middle = (-t.clamp(max: 1.0).erf()).log1p();
        return (torch.where(t.lt(0.5), middle, tail) * (z.sign() * -Math.Sqrt(0.5))).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Kur(k): X = q(Phi(Z)) / sigma with the algebraic quantile function q(p) = u / (1 - |u|^k)^(1/k), u = 2p - 1 (LSG
/// appendix on Kur). Moments of order k and above are infinite; the excess kurtosis crosses 0 at k = 5.890.
/// </summary>
public sealed class AlgebraicMarginal : TransformedNormal
{
    private readonly double k;

    /// <param name="k">k &gt; 2, so that the variance exists.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not a finite number above 2.</exception>
    public AlgebraicMarginal(double k)
    {
        if (!(k > 2) || double.IsInfinity(k))
            throw new ArgumentOutOfRangeException(nameof(k), k, "k is a finite number above 2");
        this.k = k;
        StandardDeviation = Math.Sqrt(SpecialFunctions.Beta(3 / k, 1 - (2 / k)) / k);
    }

    /// <summary>sigma(k), the standard deviation of q(U): sigma^2 = B(3/k, 1 - 2/k) / k.</summary>
    public double StandardDeviation { get; }

    /// <inheritdoc/>
    public override double ExcessKurtosis =>
        k > 4 ? (SpecialFunctions.Beta(5 / k, 1 - (4 / k)) / (k * Math.Pow(StandardDeviation, 4))) - 3 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double Density(double x) =>
        StandardDeviation / 2 * Math.Pow(1 + Math.Pow(Math.Abs(StandardDeviation * x), k), -1 - (1 / k));

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        // 1 - |u|^k cancels in the tails; with v = 1 - |u| = erfc(|z| / sqrt(2)) it is -expm1(k log1p(-v)), exact in Float32 too.
        var v = torch.special.erfc(z.abs() * Math.Sqrt(0.5));
        var root = (-(-v).log1p().mul_(k).expm1()).pow(1 / k);
        return ((1 - v) / root * (z.sign() / StandardDeviation)).MoveToOuterDisposeScope();
    }
}

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

/// <summary>X = erf(g Z) / Z(g), the marginal of the nonlinear Gaussian process (LSG eq. 3; IG's gain is sqrt(2) g).</summary>
public sealed class ErfMarginal : TransformedNormal
{
    // Below this the relative difference between X and Z is under 1e-16.
    private const double Linear = 1e-8;

    private readonly double gain;
    private readonly double reach;
    private readonly Lazy<double> excessKurtosis;

    /// <param name="gain">g &gt; 0: from g -&gt; 0 (normal) to g -&gt; infinity (a sign).</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not a finite number above 0.</exception>
    public ErfMarginal(double gain)
    {
        if (!(gain > 0) || double.IsInfinity(gain))
            throw new ArgumentOutOfRangeException(nameof(gain), gain, "a gain is a finite number above 0");
        this.gain = gain;
        double square = 2 * gain * gain;
        reach = double.IsInfinity(square) ? 1 : square / (1 + square);
        Normalisation = Math.Sqrt(2 / Math.PI * Math.Asin(reach));
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
        // g z, whose square is finite however large g is.
        double argument = SpecialFunctions.ErfInv(x * Normalisation), z = argument / gain;
        double slope = 2 / Math.Sqrt(Math.PI) * gain * Math.Exp(-argument * argument) / Normalisation;
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
        return ((rho * reach).asin() / Math.Asin(reach)).MoveToOuterDisposeScope();
    }
}
