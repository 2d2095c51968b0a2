using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class NonlinearGaussianProcessTests : TensorScope
{
    [Test]
    public void Covariance_follows_the_arcsine_law([Values(0.1, 1, 3, 100)] double gain, [Values(40, 41)] int sites)
    {
        const double Lengthscale = 3;
        double g2 = gain * gain, reach = 2 * g2 / (1 + (2 * g2));
        double normalisation = 2 / Math.PI * Math.Asin(reach);
        var expected = Enumerable.Range(0, sites).Select(i => Math.Min(i, sites - i) / Lengthscale)
            .Select(d => 2 / Math.PI * Math.Asin(reach * Math.Exp(-d * d)) / normalisation).ToArray();
        Assert.That(Values(new NonlinearGaussianProcess(sites, Lengthscale, gain).Covariance.FirstRow), Is.EqualTo(expected).Within(1e-8));
    }

    [Test]
    public void Covariance_is_that_of_a_Hermite_series([Values(0.3, 1, 3)] double gain)
    {
        double normalisation = Math.Sqrt(2 / Math.PI * Math.Asin(2 * gain * gain / (1 + (2 * gain * gain))));
        var series = new HermiteSeries(z => MathNet.Numerics.SpecialFunctions.Erf(gain * z) / normalisation, 601);
        var row = Values(new NonlinearGaussianProcess(12, 1.5, gain).Covariance.FirstRow);
        for (int d = 1; d < 12; d++)
        {
            double distance = Math.Min(d, 12 - d) / 1.5;
            Assert.That(row[d], Is.EqualTo(series.Correlation(Math.Exp(-distance * distance))).Within(1e-8), $"distance {d}");
        }
    }

    [TestCase(1e-3)]
    [TestCase(1e-7)]
    [TestCase(1e-8)]
    [TestCase(1e-12)]
    [TestCase(1e-200)]
    public void A_vanishing_gain_leaves_the_Gaussian_field(double gain)
    {
        using var one = new Generator(6);
        using var two = new Generator(6);
        var x = new NonlinearGaussianProcess(20, 2, gain).Sample(100, one, ScalarType.Float64);
        var z = new Gaussian(20, 2).Sample(100, two, ScalarType.Float64);
        Assert.That(Values(x), Is.EqualTo(Values(z)).Within(1e-4));
        var expected = Values(new Gaussian(20, 2).Covariance.FirstRow);
        Assert.That(Values(new NonlinearGaussianProcess(20, 2, gain).Covariance.FirstRow), Is.EqualTo(expected).Within(1e-5));
    }

    [TestCase(0, 1.0, 1.0)]
    [TestCase(8, 0.0, 1.0)]
    [TestCase(8, 1.0, 0.0)]
    [TestCase(8, 1.0, -1.0)]
    [TestCase(8, 1.0, double.NaN)]
    [TestCase(8, 1.0, double.PositiveInfinity)]
    public void Arguments_out_of_range_are_refused(int sites, double lengthscale, double gain) =>
        Assert.That(() => new NonlinearGaussianProcess(sites, lengthscale, gain), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
