using TorchRf.Benchmarks.Growth;

namespace TorchRf.Tests.Benchmarks;

public class GrowthCurveTests
{
    [Test]
    public void The_exponent_is_that_of_the_large_end()
    {
        // A cost that is there at any size, and one that grows as the square.
        var curve = new GrowthCurve("x", "x", "N", [.. new[] { 1, 10, 100, 1000, 10_000 }.Select(n => ((double)n, n < 1000 ? 1.0 : 1e-6 * n * n))], 1000, n => n * n, "N²");
        Assert.That(curve.Fitted, Has.Count.EqualTo(2));
        Assert.That(curve.Exponent, Is.EqualTo(2).Within(1e-12));
        Assert.That(curve.ExpectedExponent, Is.EqualTo(2).Within(1e-12));
    }

    [Test]
    public void A_law_with_a_logarithm_has_an_exponent_over_a_range()
    {
        var curve = new GrowthCurve("x", "x", "N", [(1024, 1), (65_536, 2)], 1, n => n * Math.Log(n), "N log N");
        // ln(64 * 16/10) / ln 64.
        Assert.That(curve.ExpectedExponent, Is.EqualTo(1 + (Math.Log(1.6) / Math.Log(64))).Within(1e-12));
    }

    [Test]
    public void A_slope_needs_two_points() => Assert.That(() => GrowthCurve.Slope([(1, 1)]), Throws.ArgumentException);
}
