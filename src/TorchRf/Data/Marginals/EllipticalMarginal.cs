using MathNet.Numerics;

namespace TorchRf.Data.Marginals;

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
    public override Amplifier FullAmplifier() => Amplifier.Linear(MeanMagnitude, "elliptical");
}
