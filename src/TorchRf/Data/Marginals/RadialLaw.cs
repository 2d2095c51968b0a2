using MathNet.Numerics;
using StudentTLaw = MathNet.Numerics.Distributions.StudentT;

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
        static (double, double) Panel(int k) => (Math.Pow(2, -k - 1), Math.Pow(2, -k));
        var (low, first) = PanelQuadrature.Of([(0, Math.Pow(2, -Halvings)), .. Enumerable.Range(1, Halvings - 1).Reverse().Select(Panel)], Order);
        // Towards 1 it is 1 - u that halves.
        var (high, second) = PanelQuadrature.Of(Enumerable.Range(1, Halvings - 1).Select(Panel), Order);
        return ([.. low, .. high.Select(v => 1 - v)], [.. first, .. second]);
    }
}

/// <summary>
/// One site of the elliptical law x = c r Lambda u, u uniform on the sphere in N dimensions: a row of Lambda has length 1, so X = c r u_1, whatever
/// Lambda's rank. u_1 has the density proportional to (1 - t^2)^((N-3)/2), E u_1^2 = 1/N and E u_1^4 = 3/(N (N+2)), so c^2 = N / E r^2 gives unit variance.
/// </summary>
public sealed class EllipticalMarginal : Marginal
{
    private readonly RadialLaw law;
    private readonly int dimensions;
    private readonly double peak;

    /// <param name="law">The law of r.</param>
    /// <param name="dimensions">N &gt;= 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is less.</exception>
    public EllipticalMarginal(RadialLaw law, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 3);
        (this.law, this.dimensions) = (law, dimensions);
        double n = dimensions, second = law.Moment(2);
        Scale = Math.Sqrt(n / second);
        ExcessKurtosis = (3 * n / (n + 2) * law.Moment(4) / (second * second)) - 3;
        // Gamma(n/2) / (sqrt(pi) Gamma((n-1)/2)), u_1's density at 0; E|u_1| is twice that over n - 1.
        peak = Math.Exp(SpecialFunctions.GammaLn(n / 2) - SpecialFunctions.GammaLn((n - 1) / 2)) / Math.Sqrt(Math.PI);
        MeanMagnitude = Scale * law.Moment(1) * 2 * peak / (n - 1);
    }

    /// <summary>c, by which r is multiplied.</summary>
    public double Scale { get; }

    /// <summary>3 (N/(N+2)) E r^4 / (E r^2)^2 - 3.</summary>
    public override double ExcessKurtosis { get; }

    /// <summary>E|X|.</summary>
    public double MeanMagnitude { get; }

    /// <inheritdoc/>
    public override double Bound => Scale * law.Largest;

    /// <inheritdoc/>
    public override double Density(double x) => law.Mean(r =>
    {
        double t = x / (Scale * r);
        return Math.Abs(t) < 1 ? peak * Math.Pow((1 - t) * (1 + t), (dimensions - 3) / 2.0) / (Scale * r) : 0;
    });

    /// <inheritdoc/>
    public override bool IsLinearlyAmplified => true;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Linear(MeanMagnitude);
}

/// <summary>Student's t with nu degrees of freedom, scaled by sqrt((nu - 2)/nu) to unit variance.</summary>
public sealed class StudentTMarginal : Marginal
{
    private readonly double nu;
    private readonly double scale;

    /// <param name="nu">nu &gt; 2, so that the variance exists.</param>
    /// <exception cref="ArgumentOutOfRangeException">nu is not a finite number above 2.</exception>
    public StudentTMarginal(double nu)
    {
        if (!(nu > 2) || double.IsInfinity(nu))
            throw new ArgumentOutOfRangeException(nameof(nu), nu, "nu is a finite number above 2");
        (this.nu, scale) = (nu, Math.Sqrt((nu - 2) / nu));
    }

    /// <summary>6/(nu - 4), or infinite for nu &lt;= 4.</summary>
    public override double ExcessKurtosis => nu > 4 ? 6 / (nu - 4) : double.PositiveInfinity;

    /// <summary>E|X| = 2 sqrt((nu - 2)/pi) Gamma((nu+1)/2) / ((nu - 1) Gamma(nu/2)).</summary>
    public double MeanMagnitude =>
        2 * Math.Sqrt((nu - 2) / Math.PI) / (nu - 1) * Math.Exp(SpecialFunctions.GammaLn((nu + 1) / 2) - SpecialFunctions.GammaLn(nu / 2));

    /// <inheritdoc/>
    public override double Density(double x) => StudentTLaw.PDF(0, scale, nu, x);

    /// <inheritdoc/>
    public override bool IsLinearlyAmplified => true;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Linear(MeanMagnitude);
}
