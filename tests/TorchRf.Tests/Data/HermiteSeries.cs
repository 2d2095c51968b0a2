using MathNet.Numerics.Integration;

namespace TorchRf.Tests.Data;

/// <summary>
/// E[h(Z) h(Z')] = sum_n c_n^2 rho^n with c_n = E[h(Z) He_n(Z)] / sqrt(n!), for odd h and correlation rho (Mehler): another way
/// to what a pointwise function makes of a Gaussian covariance. It converges like rho^n.
/// </summary>
internal sealed class HermiteSeries
{
    private readonly double[] squares;

    internal HermiteSeries(Func<double, double> h, int terms)
    {
        // Gauss-Legendre on (0, 36], each Hermite function carrying half of the weight's exponent so that none overflows.
        const double Panel = 0.05;
        var c = new double[terms];
        for (int panel = 0; panel * Panel < 36; panel++)
        {
            var rule = new GaussLegendreRule(panel * Panel, (panel + 1) * Panel, 10);
            for (int i = 0; i < rule.Order; i++)
            {
                double z = rule.GetAbscissa(i), half = Math.Exp(-z * z / 4);
                double weight = 2 * rule.GetWeight(i) * h(z) * half / Math.Sqrt(2 * Math.PI);
                double before = 0, now = half;
                for (int n = 0; n < terms; n++)
                {
                    if (n % 2 == 1)
                        c[n] += weight * now;
                    (before, now) = (now, ((z * now) - (Math.Sqrt(n) * before)) / Math.Sqrt(n + 1));
                }
            }
        }
        squares = Array.ConvertAll(c, x => x * x);
    }

    internal double Correlation(double rho)
    {
        double sum = 0;
        for (int n = squares.Length - 1; n >= 0; n--)
            sum = (sum * rho) + squares[n];
        return sum;
    }
}
