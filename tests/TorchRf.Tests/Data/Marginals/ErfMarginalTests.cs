using MathNet.Numerics;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class ErfMarginalTests : TensorScope
{
    [TestCase(0.1, -0.076202)]
    [TestCase(1, -1.440161)]
    [TestCase(3, -1.834011)]
    [TestCase(100, -1.995515)]
    public void Excess_kurtosis(double gain, double expected) =>
        Assert.That(new ErfMarginal(gain).ExcessKurtosis, Is.EqualTo(expected).Within(1e-6));

    [Test]
    public void Excess_kurtosis_falls_from_0_to_that_of_a_sign()
    {
        var excess = new[] { 1e-9, 1e-3, 0.1, 0.3, 1, 3, 10, 100, 1e4 }.Select(g => new ErfMarginal(g).ExcessKurtosis).ToArray();
        Assert.That(excess[0], Is.EqualTo(0).Within(1e-9));
        Assert.That(excess[1..], Is.Ordered.Descending);
        Assert.That(excess[^1], Is.EqualTo(-2).Within(1e-3));
    }

    [TestCase(0.1)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(100)]
    public void Normalisation_makes_the_variance_1(double gain)
    {
        var marginal = new ErfMarginal(gain);
        double g2 = gain * gain;
        Assert.That(marginal.Normalisation, Is.EqualTo(Math.Sqrt(2 / Math.PI * Math.Asin(2 * g2 / (1 + (2 * g2))))).Within(1e-14));
        double variance = 2 * DirectQuadrature.HalfLine().Sum(n => n.Weight * Math.Pow(SpecialFunctions.Erf(gain * n.Z) / marginal.Normalisation, 2));
        Assert.That(variance, Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Transform_is_the_error_function([Values(0.1, 1, 100)] double gain)
    {
        var z = torch.linspace(-4, 4, 81, ScalarType.Float64);
        Assert.That(Values(new ErfMarginal(gain).Transform(z)), Is.EqualTo(Array.ConvertAll(Values(z), v => Quantiles.Erf(v, gain))).Within(1e-12));
        Assert.That(new ErfMarginal(gain).Transform(z).abs().max().item<double>(), Is.LessThanOrEqualTo(new ErfMarginal(gain).Bound));
    }

    [Test]
    public void Transform_leaves_its_argument_as_it_was()
    {
        var z = torch.linspace(-4, 4, 9, ScalarType.Float64);
        new ErfMarginal(2).Transform(z);
        Assert.That(Values(z), Is.EqualTo(new double[] { -4, -3, -2, -1, 0, 1, 2, 3, 4 }));
    }

    // P(|X| <= x) at x = erf(g z) / Z(g) is P(|Z| <= z).
    [Test]
    public void Density_integrates_to_the_normal_law_inside([Values(0.1, 1, 3, 100)] double gain, [Values(0.2, 1, 2)] double z)
    {
        // Closer to the bound than this the density of a high gain is steeper than doubles resolve.
        z = Math.Min(z, 3.5 / gain);
        var marginal = new ErfMarginal(gain);
        double x = Quantiles.Erf(z, gain);
        double mass = 2 * DirectQuadrature.Towards(x, marginal.Bound).Sum(n => n.Weight * marginal.Density(n.Z));
        Assert.That(mass, Is.EqualTo(SpecialFunctions.Erf(z / Math.Sqrt(2))).Within(1e-9));
        Assert.That(marginal.Density(-x), Is.EqualTo(marginal.Density(x)));
        Assert.That(marginal.Density(marginal.Bound * 1.001), Is.Zero);
    }

    [Test]
    public void The_arcsine_law_fixes_0_and_1_and_is_odd([Values(1e-9, 0.1, 1, 100, 1e308)] double gain)
    {
        var rho = torch.linspace(-1, 1, 21, ScalarType.Float64);
        var law = Values(new ErfMarginal(gain).Correlation(rho));
        Assert.That(law, Is.EqualTo(law.Reverse().Select(c => -c)).Within(1e-14));
        Assert.That(law[^1], Is.EqualTo(1).Within(1e-14));
    }
}
