using MathNet.Numerics;
using StudentTLaw = MathNet.Numerics.Distributions.StudentT;

namespace TorchRf.Data.Marginals;

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
    public override Amplifier FullAmplifier() => Amplifier.Linear(MeanMagnitude, "elliptical");
}
