using MathNet.Numerics;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>The models' pointwise functions of a standard normal z once more, number by number and from their definitions.</summary>
internal static class Quantiles
{
    internal static double Erf(double z, double gain) =>
        SpecialFunctions.Erf(gain * z) / Math.Sqrt(2 / Math.PI * Math.Asin(2 * gain * gain / (1 + (2 * gain * gain))));

    internal static double Algebraic(double z, double k)
    {
        // u = 2 Phi(z) - 1; far out the series of 1 - (1 - v)^k in v = 1 - |u|.
        double v = SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2)), u = SpecialFunctions.Erf(Math.Abs(z) / Math.Sqrt(2));
        double rest = v > 1e-4
            ? 1 - Math.Pow(u, k)
            : k * v * (1 - ((k - 1) / 2 * v * (1 - ((k - 2) / 3 * v * (1 - ((k - 3) / 4 * v))))));
        double sigma = Math.Sqrt(SpecialFunctions.Beta(3 / k, 1 - (2 / k)) / k);
        return Math.Sign(z) * u / Math.Pow(rest, 1 / k) / sigma;
    }
}
