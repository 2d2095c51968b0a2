namespace TorchRf.Data.Marginals;

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
