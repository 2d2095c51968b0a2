using MathNet.Numerics.Integration;

namespace TorchRf.Data.Marginals;

/// <summary>Gauss-Legendre quadrature on several panels, for functions that change on scales too different for one.</summary>
internal static class PanelQuadrature
{
    /// <summary>The nodes of one panel after the other, increasing within each, and their weights.</summary>
    /// <param name="panels">Where each begins and ends.</param>
    /// <param name="order">Nodes a panel.</param>
    internal static (double[] Nodes, double[] Weights) Of(IEnumerable<(double From, double To)> panels, int order)
    {
        var rules = panels.Select(panel => new GaussLegendreRule(panel.From, panel.To, order)).ToArray();
        return ([.. rules.SelectMany(rule => rule.Abscissas)], [.. rules.SelectMany(rule => rule.Weights)]);
    }

    /// <summary>On panels that halve from 1 towards 0, the last of them reaching to it, and are 1 wide beyond.</summary>
    /// <param name="halvings">How often they halve.</param>
    /// <param name="reach">Where the last panel ends, a whole number.</param>
    /// <param name="order">Nodes a panel.</param>
    internal static (double[] Nodes, double[] Weights) Halving(int halvings, int reach, int order)
    {
        double[] edges = [0, .. Enumerable.Range(-halvings, halvings).Select(k => Math.Pow(2, k)), .. Enumerable.Range(1, reach).Select(z => (double)z)];
        return Of(edges.Zip(edges.Skip(1)), order);
    }
}

/// <summary>
/// Expectations over a standard normal Z of even functions, to near machine precision also where the function changes
/// on scales from 1e-6 (high gains) or grows almost as fast as the density falls (heavy tails): Gauss-Legendre on panels
/// that halve towards 0 and reach to z = 37, where the density is 1e-298. (Second moments of Kur(k) with k below 2.05 have weight beyond that.)
/// </summary>
public static class NormalQuadrature
{
    private const int Halvings = 20;
    private const int Reach = 37;
    private const int Order = 16;

    /// <summary>Nodes z &gt; 0 and weights with sum_i w_i f(z_i) = E[f(Z)] for even f; each shape (M), Float64 on the CPU.</summary>
    public static (Tensor Nodes, Tensor Weights) HalfLine()
    {
        var (nodes, weights) = PanelQuadrature.Halving(Halvings, Reach, Order);
        for (int i = 0; i < nodes.Length; i++)
            weights[i] = weights[i] * 2 * Math.Exp(-nodes[i] * nodes[i] / 2) / Math.Sqrt(2 * Math.PI);
        return (torch.tensor(nodes), torch.tensor(weights));
    }

    /// <summary>E[f(Z)] for an even function, given elementwise on tensors.</summary>
    public static double Mean(Func<Tensor, Tensor> f)
    {
        using var scope = torch.NewDisposeScope();
        var (nodes, weights) = HalfLine();
        return (f(nodes) * weights).sum().item<double>();
    }
}

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
        var (radii, weights) = PanelQuadrature.Halving(Halvings, Reach, Order);
        for (int i = 0; i < radii.Length; i++)
            weights[i] = weights[i] * radii[i] * Math.Exp(-radii[i] * radii[i] / 2);
        return (torch.tensor(radii, [radii.Length, 1]), torch.tensor(weights, [weights.Length, 1]));
    }
}
