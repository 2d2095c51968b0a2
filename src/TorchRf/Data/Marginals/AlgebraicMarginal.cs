using MathNet.Numerics;

namespace TorchRf.Data.Marginals;

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
