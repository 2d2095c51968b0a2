namespace TorchRf.Data.Marginals;

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
