using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>A law's transform h as a vector function, fitted to it in Float64.</summary>
internal static class FittedTransform
{
    // A field is beyond this with a probability of 1e-15.
    private const double Reach = 8;

    // The error that is allowed, relative to |h| + 0.001: nearer to 0 laws are computed with rounding errors of their own. Float32 itself resolves 6e-8; most laws are fitted to that.
    private const double Allowed = 1e-6;
    private const double Small = 1e-3;

    /// <summary>The function, to within 1e-6 (|h| + 0.001) up to |z| = 8 and constant beyond; null where a law is too steep for that.</summary>
    /// <param name="transform">h in Float64, element by element.</param>
    internal static OddFunction? Of(Func<double[], double[]> transform)
    {
        var fitted = new OddFunction(z => [.. transform(z).Zip(z, (h, at) => h / at)], Limit(transform));
        return Error(fitted, transform) <= Allowed ? fitted : null;
    }

    /// <summary>The largest error, relative to |h| + 0.001, on a dense grid, half of it logarithmic, so that steep laws are seen too.</summary>
    internal static double Error(OddFunction fitted, Func<double[], double[]> transform)
    {
        const int points = 20_000;
        float[] at = [.. Enumerable.Range(1, points).SelectMany(i => new[] { (float)(Reach * i / points), (float)(Reach * Math.Pow(1e-12, (double)i / points)) })];
        var exact = transform([.. at.Select(z => (double)z)]);
        fitted.Apply(at);
        double worst = 0;
        for (int i = 0; i < at.Length; i++)
        {
            double error = Math.Abs(at[i] - exact[i]) / (Math.Abs(exact[i]) + Small);
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }
        return worst;
    }

    // Where h has reached h(8) to within what Float32 can tell: pieces are not wasted on a plateau.
    private static double Limit(Func<double[], double[]> transform)
    {
        double[] at = [.. Enumerable.Range(0, 2000).Select(i => Reach * Math.Pow(1e-12, i / 2000.0))];
        var h = transform(at);
        int last = Array.FindIndex(h, value => value < h[0] * (1 - 1e-9));
        return last > 0 ? at[last - 1] : Reach;
    }
}
