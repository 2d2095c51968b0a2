using TorchRf.Data;
using TorchRf.Tests.Data.Marginals;

namespace TorchRf.Tests.Data;

public sealed class AlgebraicQuantileProcessTests : TensorScope
{
    [Test]
    public void Covariance_is_that_of_a_Hermite_series([Values(2.5, 3, 4.1, 5, 10, 50)] double k, [Values(12, 13)] int sites)
    {
        var series = new HermiteSeries(z => Quantiles.Algebraic(z, k), 801);
        var row = Values(new AlgebraicQuantileProcess(sites, 3, k).Covariance.FirstRow);
        var field = Values(Circulant.Gaussian(sites, 3).FirstRow);
        Assert.That(row[0], Is.EqualTo(1).Within(1e-12));
        for (int d = 1; d < sites; d++)
            Assert.That(row[d], Is.EqualTo(series.Correlation(field[d])).Within(1e-7), $"distance {d}, correlation {field[d]}");
    }

    // Pairs of one Gaussian shared in part: E[h(z1) h(rho z1 + sqrt(1 - rho^2) z2)], within 5 standard errors.
    [Test]
    public void Covariance_is_that_of_simulated_pairs([Values(5, 10)] double k)
    {
        var process = new AlgebraicQuantileProcess(8, 1.5, k);
        using var generator = new Generator(9);
        for (int d = 1; d <= 2; d++)
        {
            double rho = Math.Exp(-d * d / 2.25);
            var z = torch.randn(200_000, 2, ScalarType.Float64, generator: generator);
            var second = (z.select(1, 0) * rho) + (z.select(1, 1) * Math.Sqrt(1 - (rho * rho)));
            var (x, y) = (Values(z.select(1, 0)), Values(second));
            var products = torch.tensor([.. x.Zip(y, (a, b) => Quantiles.Algebraic(a, k) * Quantiles.Algebraic(b, k))]).unsqueeze(1);
            Assert.That(StandardErrors.Largest(products, process.Covariance.FirstRow.narrow(0, d, 1)), Is.LessThan(5));
        }
    }

    [Test]
    public void An_example_is_the_quantiles_of_the_Gaussian_field([Values(2.1, 3, 10, 50)] double k)
    {
        using var one = new Generator(6);
        using var two = new Generator(6);
        using var three = new Generator(6);
        var process = new AlgebraicQuantileProcess(20, 2, k);
        var expected = Array.ConvertAll(Values(new Gaussian(20, 2).Sample(500, one, ScalarType.Float64)), z => Quantiles.Algebraic(z, k));
        var x = Values(process.Sample(500, two, ScalarType.Float64));
        Assert.That(x.Zip(expected, (a, b) => Math.Abs(a - b) / (1 + Math.Abs(b))).Max(), Is.LessThan(1e-10));
        Assert.That(process.Sample(500, three).isfinite().all().item<bool>(), Is.True);
    }

    [TestCase(8, 1.0, 2.0)]
    [TestCase(8, 1.0, double.NaN)]
    [TestCase(8, 1.0, double.PositiveInfinity)]
    [TestCase(8, -1.0, 5.0)]
    public void Arguments_out_of_range_are_refused(int sites, double lengthscale, double k) =>
        Assert.That(() => new AlgebraicQuantileProcess(sites, lengthscale, k), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
