using MathNet.Numerics.Integration;

namespace TorchRf.Data.Marginals;

/// <summary>
/// E[h(Z) h(Z')] for standard normals of correlation rho: what a pointwise function makes of a Gaussian covariance. For small rho it is the
/// Hermite series sum_n c_n^2 rho^n (Mehler), whose rest is below rho^n. For large rho it is a double integral in polar coordinates, Z = r cos t and
/// Z' = r cos(t - acos rho): the trapezoidal rule in t converges fast (geometrically where h is analytic), with as many angles as that takes,
/// and Gauss-Legendre in r reaches as far as heavy tails need.
/// </summary>
internal static class PostCorrelation
{
    private const double Small = 0.5;
    private const int Terms = 55;
    private const int FewestAngles = 512;
    private const int MostAngles = 8192;
    private const int Halvings = 14;
    private const int Reach = 37;
    private const int Order = 8;

    /// <param name="marginal">h, with E[h(Z)^2] = 1.</param>
    /// <param name="rho">Correlations in [-1, 1], shape (N), Float64 on the CPU.</param>
    /// <returns>Shape (N).</returns>
    internal static Tensor Of(TransformedNormal marginal, Tensor rho)
    {
        using var scope = torch.NewDisposeScope();
        var squares = HermiteSquares(marginal);
        // Sites at one distance have correlations that are equal up to rounding, and share one integral.
        var known = new Dictionary<double, double>();
        double At(double r)
        {
            if (Math.Abs(r) >= 1 - 1e-15)
                return Math.Sign(r);
            if (Math.Abs(r) <= Small)
                return Sum(squares, r);
            double rounded = Math.Round(r, 14);
            return known.TryGetValue(rounded, out var value) ? value : known[rounded] = Integral(marginal, rounded);
        }
        return torch.tensor(Array.ConvertAll(rho.ToArray<double>(), At)).MoveToOuterDisposeScope();
    }

    // c_n^2 with c_n = E[h(Z) He_n(Z)] / sqrt(n!).
    private static double[] HermiteSquares(TransformedNormal marginal)
    {
        using var scope = torch.NewDisposeScope();
        var (z, weights) = NormalQuadrature.HalfLine();
        var weighted = marginal.Transform(z) * weights;
        var squares = new double[Terms];
        var (before, now) = (z * 0, (z * 0) + 1);
        for (int n = 0; n < Terms; n++)
        {
            if (n % 2 == 1)
                squares[n] = Math.Pow((weighted * now).sum().item<double>(), 2);
            (before, now) = (now, ((z * now) - (before * Math.Sqrt(n))) / Math.Sqrt(n + 1));
        }
        return squares;
    }

    private static double Sum(double[] squares, double r)
    {
        double sum = 0;
        for (int n = squares.Length - 1; n >= 0; n--)
            sum = (sum * r) + squares[n];
        return sum;
    }

    private static double Integral(TransformedNormal marginal, double r)
    {
        double coarse = Integral(marginal, r, FewestAngles);
        for (int angles = 2 * FewestAngles; angles <= MostAngles; angles *= 2)
        {
            double fine = Integral(marginal, r, angles);
            if (Math.Abs(fine - coarse) < 1e-10)
                return fine;
            coarse = fine;
        }
        return coarse;
    }

    private static double Integral(TransformedNormal marginal, double r, int count)
    {
        using var scope = torch.NewDisposeScope();
        var (radii, weights) = Radii();
        // Half a turn is enough: h is odd, and both factors change their sign together.
        var angles = torch.arange(0, count / 2, ScalarType.Float64) * (2 * Math.PI / count);
        var product = marginal.Transform(radii * angles.cos()) * marginal.Transform(radii * (angles - Math.Acos(r)).cos());
        return (product.mean([1], keepdim: true) * weights).sum().item<double>();
    }

    // r e^(-r^2 / 2) dr on panels that halve towards 0, where a steep h changes, and are 1 wide from 1 on; columns, shape (M, 1).
    private static (Tensor Radii, Tensor Weights) Radii()
    {
        var radii = new double[(Halvings + Reach) * Order];
        var weights = new double[radii.Length];
        for (int panel = -Halvings, n = 0; panel < Reach; panel++)
        {
            double from = panel > 0 ? panel : panel == -Halvings ? 0 : Math.Pow(2, panel - 1), to = panel > 0 ? panel + 1 : Math.Pow(2, panel);
            var rule = new GaussLegendreRule(from, to, Order);
            for (int i = 0; i < Order; i++, n++)
            {
                radii[n] = rule.GetAbscissa(i);
                weights[n] = rule.GetWeight(i) * radii[n] * Math.Exp(-radii[n] * radii[n] / 2);
            }
        }
        return (torch.tensor(radii, [radii.Length, 1]), torch.tensor(weights, [weights.Length, 1]));
    }
}
