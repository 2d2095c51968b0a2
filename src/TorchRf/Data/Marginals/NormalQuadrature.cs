using MathNet.Numerics.Integration;

namespace TorchRf.Data.Marginals;

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
        var edges = new List<double> { 0 };
        for (int i = Halvings; i > 0; i--)
            edges.Add(Math.Pow(2, -i));
        for (int i = 1; i <= Reach; i++)
            edges.Add(i);
        var nodes = new double[(edges.Count - 1) * Order];
        var weights = new double[nodes.Length];
        for (int panel = 0, n = 0; panel < edges.Count - 1; panel++)
        {
            var rule = new GaussLegendreRule(edges[panel], edges[panel + 1], Order);
            for (int i = 0; i < Order; i++, n++)
            {
                nodes[n] = rule.GetAbscissa(i);
                weights[n] = rule.GetWeight(i) * 2 * Math.Exp(-nodes[n] * nodes[n] / 2) / Math.Sqrt(2 * Math.PI);
            }
        }
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
