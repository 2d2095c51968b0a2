using MathNet.Numerics.Integration;

namespace TorchRf.Data.Marginals;

/// <summary>
/// The law of the radius of an elliptical law, r(U) with U uniform on (0, 1). Its moments are taken by Gauss-Legendre quadrature on panels that halve
/// towards both ends; what lies beyond the last panel is extrapolated geometrically, which is exact for power-law tails.
/// </summary>
public sealed class RadialLaw
{
    // At u = 1 - 2^-36 the distance to 1 still has five digits.
    private const int Halvings = 36;
    private const int Order = 16;

    // Contributions of panels that fall more slowly than this sum to infinity, as far as can be told.
    private const double Diverging = 0.995;

    private readonly Func<Tensor, Tensor> radius;

    // Order nodes a panel; towards 0 first, the last panel reaching to it, then towards 1.
    private readonly double[] radii;
    private readonly double[] weights;

    /// <param name="name">The law in words ("outer shell").</param>
    /// <param name="radius">r(u) elementwise, on the device and in the dtype of u; at least 0, and a second moment must exist.</param>
    /// <param name="largest">The largest radius; infinity where there is none.</param>
    /// <exception cref="ArgumentException">A radius is negative or not a number, all are 0, or the second moment is infinite.</exception>
    public RadialLaw(string name, Func<Tensor, Tensor> radius, double largest = double.PositiveInfinity)
    {
        (Name, Largest, this.radius) = (name, largest, radius);
        var (nodes, panelWeights) = Nodes();
        using var scope = torch.NewDisposeScope();
        radii = Radius(torch.tensor(nodes)).ToArray<double>();
        weights = panelWeights;
        if (radii.Any(r => !(r >= 0) || double.IsInfinity(r)) || radii.All(r => r == 0))
            throw new ArgumentException($"The radial law {name} gives radii that are negative, not finite, or all 0.", nameof(radius));
        if (double.IsInfinity(Moment(2)))
            throw new ArgumentException($"The radial law {name} has no second moment.", nameof(radius));
    }

    /// <summary>r = 1: the surface of the ellipsoid.</summary>
    public static RadialLaw Surface => new("surface", u => u * 0 + 1, 1);

    /// <summary>r(u) = 2 - ln(2/(u + 1) - 1)/2 = 2 + artanh u: outside the ellipsoid of radius 2 (LSG section 3.3 and its code).</summary>
    public static RadialLaw OuterShell => new("outer shell", u => ((u.log1p() - (-u).log1p()) * 0.5) + 2);

    /// <summary>The law of that name, "surface" or "shell".</summary>
    /// <exception cref="InvalidSettingException">There is none.</exception>
    internal static RadialLaw Named(string name) => name switch
    {
        "surface" => Surface,
        "shell" => OuterShell,
        _ => throw new InvalidSettingException("radial", name, "surface or shell"),
    };

    /// <summary>The law in words.</summary>
    public string Name { get; }

    /// <summary>The largest radius; infinity where there is none.</summary>
    public double Largest { get; }

    /// <summary>r(u), elementwise.</summary>
    public Tensor Radius(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        return radius(u).MoveToOuterDisposeScope();
    }

    /// <summary>E[r^power]; positive infinity where it does not exist.</summary>
    public double Moment(double power)
    {
        double sum = 0, before = 0, last = 0;
        for (int panel = 0; panel < radii.Length / Order; panel++)
        {
            (before, last) = (last, 0);
            for (int i = panel * Order; i < (panel + 1) * Order; i++)
                last += weights[i] * Math.Pow(radii[i], power);
            sum += last;
        }
        if (last == 0)
            return sum;
        double ratio = last / before;
        return ratio < Diverging ? sum + (last * ratio / (1 - ratio)) : double.PositiveInfinity;
    }

    /// <summary>E[f(r)] without what lies beyond the last panel, whose probability is 1e-11.</summary>
    internal double Mean(Func<double, double> f)
    {
        double sum = 0;
        for (int i = 0; i < radii.Length; i++)
            sum += weights[i] * f(radii[i]);
        return sum;
    }

    private static (double[] Nodes, double[] Weights) Nodes()
    {
        var (nodes, weights) = (new List<double>(), new List<double>());
        void Panel(double from, double to, Func<double, double> place)
        {
            var rule = new GaussLegendreRule(from, to, Order);
            for (int i = 0; i < Order; i++)
            {
                nodes.Add(place(rule.GetAbscissa(i)));
                weights.Add(rule.GetWeight(i));
            }
        }
        Panel(0, Math.Pow(2, -Halvings), u => u);
        for (int k = Halvings; k > 1; k--)
            Panel(Math.Pow(2, -k), Math.Pow(2, 1 - k), u => u);
        for (int k = 1; k < Halvings; k++)
            Panel(Math.Pow(2, -k - 1), Math.Pow(2, -k), v => 1 - v);
        return ([.. nodes], [.. weights]);
    }
}
