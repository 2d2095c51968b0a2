using MathNet.Numerics.Integration;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>Quadrature that owes nothing to the library's: many more nodes, on panels of its own.</summary>
internal static class DirectQuadrature
{
    private const int Panels = 300;
    private const int Order = 20;

    private static readonly (double Z, double Weight)[] Normal = [.. Edges().SelectMany(e => Panel(e.From, e.To))
        .Select(n => (n.Z, n.Weight * Math.Exp(-n.Z * n.Z / 2) / Math.Sqrt(2 * Math.PI)))];

    /// <summary>Nodes on (0, 37] with the normal density in their weights; panels grow with the cube of their number.</summary>
    internal static IReadOnlyList<(double Z, double Weight)> HalfLine() => Normal;

    /// <summary>Nodes on (0, x) for a function that may steepen towards <paramref name="bound"/> >= x.</summary>
    internal static IEnumerable<(double Z, double Weight)> Towards(double x, double bound)
    {
        double from = 0;
        for (int i = 1; from < x; i++)
        {
            double to = Math.Min(x, bound * (1 - Math.Pow(2, -i / 2.0)));
            if (i > 120)
                to = x;
            foreach (var node in Panel(from, to))
                yield return node;
            from = to;
        }
    }

    /// <summary>Nodes on (0, 1) for a function of x in (0, 1) and 1/x beyond: two sums make an integral over (0, infinity).</summary>
    internal static IEnumerable<(double Z, double Weight)> Unit()
    {
        for (int i = 0; i < 200; i++)
            foreach (var node in Panel(Math.Pow(i / 200.0, 8), Math.Pow((i + 1) / 200.0, 8)))
                yield return node;
    }

    internal static IEnumerable<(double Z, double Weight)> Panel(double from, double to)
    {
        var rule = new GaussLegendreRule(from, to, Order);
        for (int i = 0; i < Order; i++)
            yield return (rule.GetAbscissa(i), rule.GetWeight(i));
    }

    private static IEnumerable<(double From, double To)> Edges() =>
        Enumerable.Range(0, Panels).Select(i => (37 * Math.Pow((double)i / Panels, 3), 37 * Math.Pow((i + 1.0) / Panels, 3)));
}
