using MathNet.Numerics;
using TorchRf.Tests.Data.Marginals;

namespace TorchRf.Tests.Theory;

/// <summary>phi by its definition, E[X erf(X/sqrt(2) a/sqrt(1 - a^2))] with X = h(Z), one a at a time on many nodes.</summary>
internal static class DirectAmplifier
{
    internal static double Erf(double a, double gain) => Of(a, z => Quantiles.Erf(z, gain));

    internal static double Algebraic(double a, double k) => Of(a, z => Quantiles.Algebraic(z, k));

    private static double Of(double a, Func<double, double> h)
    {
        double slope = a / Math.Sqrt(2 * (1 - a) * (1 + a)), sum = 0;
        foreach (var (z, weight) in DirectQuadrature.HalfLine())
        {
            double x = h(z);
            sum += 2 * weight * x * SpecialFunctions.Erf(x * slope);
        }
        return sum;
    }
}
