using MathNet.Numerics.Integration;

namespace TorchRf.Data.Marginals;

/// <summary>
/// E[h(Z) h(Z')] for standard normals of correlation rho: what a pointwise function makes of a Gaussian covariance.
/// In polar coordinates, Z = r cos t and Z' = r cos(t - acos rho); the trapezoidal rule in t converges fast (geometrically where h is analytic) and
/// Gauss-Legendre in r reaches as far as heavy tails need.
/// </summary>
internal static class PostCorrelation
{
    private const int Angles = 512;
    private const int Reach = 37;
    private const int Order = 8;

    /// <param name="marginal">h, with E[h(Z)^2] = 1.</param>
    /// <param name="rho">Correlations in [-1, 1], shape (N), Float64 on the CPU.</param>
    /// <returns>Shape (N).</returns>
    internal static Tensor Of(TransformedNormal marginal, Tensor rho)
    {
        using var scope = torch.NewDisposeScope();
        var (radii, weights) = Radii();
        var angles = torch.arange(0, Angles, ScalarType.Float64) * (2 * Math.PI / Angles);
        var first = marginal.Transform(radii * angles.cos());
        var known = new Dictionary<double, double>();
        double At(double r)
        {
            if (Math.Abs(r) < 1e-16)
                return 0;
            if (Math.Abs(r) >= 1 - 1e-15)
                return Math.Sign(r);
            if (!known.TryGetValue(r, out var value))
            {
                using var inner = torch.NewDisposeScope();
                var second = marginal.Transform(radii * (angles - Math.Acos(r)).cos());
                known[r] = value = ((first * second).mean([1], keepdim: true) * weights).sum().item<double>();
            }
            return value;
        }
        return torch.tensor(Array.ConvertAll(rho.data<double>().ToArray(), At)).MoveToOuterDisposeScope();
    }

    // r e^(-r^2 / 2) dr on unit panels; columns, shape (M, 1).
    private static (Tensor Radii, Tensor Weights) Radii()
    {
        var radii = new double[Reach * Order];
        var weights = new double[radii.Length];
        for (int panel = 0, n = 0; panel < Reach; panel++)
        {
            var rule = new GaussLegendreRule(panel, panel + 1, Order);
            for (int i = 0; i < Order; i++, n++)
            {
                radii[n] = rule.GetAbscissa(i);
                weights[n] = rule.GetWeight(i) * radii[n] * Math.Exp(-radii[n] * radii[n] / 2);
            }
        }
        return (torch.tensor(radii, [radii.Length, 1]), torch.tensor(weights, [weights.Length, 1]));
    }
}
