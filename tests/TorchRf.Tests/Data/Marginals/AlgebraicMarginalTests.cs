using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class AlgebraicMarginalTests : TensorScope
{
    [TestCase(3, 1)]
    [TestCase(5, 0.483069)]
    public void Variance_of_the_quantile_function(double k, double expected) =>
        Assert.That(Math.Pow(new AlgebraicMarginal(k).StandardDeviation, 2), Is.EqualTo(expected).Within(1e-6));

    [TestCase(2.1)]
    [TestCase(3)]
    [TestCase(4)]
    public void Excess_kurtosis_is_infinite_up_to_4(double k) =>
        Assert.That(new AlgebraicMarginal(k).ExcessKurtosis, Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Excess_kurtosis_crosses_0_at_5_890()
    {
        var (low, high) = (4.5, 10.0);
        while (high - low > 1e-9)
        {
            double k = (low + high) / 2;
            (low, high) = new AlgebraicMarginal(k).ExcessKurtosis > 0 ? (k, high) : (low, k);
        }
        Assert.That(low, Is.EqualTo(5.890).Within(5e-4));
    }

    [TestCase(5)]
    [TestCase(6)]
    [TestCase(8)]
    [TestCase(10)]
    [TestCase(50)]
    public void Excess_kurtosis_is_the_fourth_moment_of_the_density(double k) =>
        Assert.That(new AlgebraicMarginal(k).ExcessKurtosis, Is.EqualTo(Moment(k, 4) - 3).Within(1e-9));

    [Test]
    public void Excess_kurtosis_tends_to_that_of_a_uniform_law() =>
        Assert.That(new AlgebraicMarginal(1e4).ExcessKurtosis, Is.EqualTo(-1.2).Within(1e-3));

    [TestCase(2.5)]
    [TestCase(3)]
    [TestCase(4.1)]
    [TestCase(10)]
    [TestCase(50)]
    public void Density_has_mass_1_and_variance_1(double k)
    {
        Assert.That(Moment(k, 0), Is.EqualTo(1).Within(1e-10));
        Assert.That(Moment(k, 2), Is.EqualTo(1).Within(k < 3 ? 1e-6 : 1e-9));
    }

    [TestCase(2.1)]
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(50)]
    public void Transform_is_the_quantile_function(double k)
    {
        var z = torch.linspace(-12, 12, 241, ScalarType.Float64);
        var x = Values(new AlgebraicMarginal(k).Transform(z));
        var expected = Array.ConvertAll(Values(z), v => Quantiles.Algebraic(v, k));
        for (int i = 0; i < x.Length; i++)
            Assert.That(x[i], Is.EqualTo(expected[i]).Within(1e-11 * (1 + Math.Abs(expected[i]))), $"z = {Values(z)[i]}");
        Assert.That(x, Is.Ordered);
    }

    // The closed CDF (1 + y / (1 + |y|^k)^(1/k)) / 2 of y = sigma x, which the quantile function undoes.
    [TestCase(3)]
    [TestCase(10)]
    public void Transform_undoes_the_distribution_function(double k)
    {
        var marginal = new AlgebraicMarginal(k);
        foreach (double z in (double[])[-3, -1, -0.1, 0.1, 0.5, 2, 4])
        {
            double y = marginal.Transform(torch.tensor(new[] { z })).item<double>() * marginal.StandardDeviation;
            double p = (1 + (y / Math.Pow(1 + Math.Pow(Math.Abs(y), k), 1 / k))) / 2;
            Assert.That(p, Is.EqualTo(MathNet.Numerics.Distributions.Normal.CDF(0, 1, z)).Within(1e-12));
        }
    }

    [TestCase(2.1)]
    [TestCase(4)]
    [TestCase(50)]
    public void Transform_is_as_good_in_Float32(double k)
    {
        var z = torch.linspace(-8, 8, 1601, ScalarType.Float64);
        var marginal = new AlgebraicMarginal(k);
        var exact = marginal.Transform(z);
        var rounded = marginal.Transform(z.to(ScalarType.Float32)).to(ScalarType.Float64);
        // The quantile function turns an error of z into z / k times as large a one of x.
        Assert.That(((rounded - exact).abs() / (exact.abs() + 1e-3)).max().item<double>(), Is.LessThan(5e-5));
    }

    private static double Moment(double k, int power)
    {
        var marginal = new AlgebraicMarginal(k);
        return 2 * DirectQuadrature.Unit().Sum(n =>
            n.Weight * ((marginal.Density(n.Z) * Math.Pow(n.Z, power)) + (marginal.Density(1 / n.Z) * Math.Pow(n.Z, -power - 2))));
    }
}
