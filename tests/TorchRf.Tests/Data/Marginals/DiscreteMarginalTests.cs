using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class DiscreteMarginalTests
{
    [Test]
    public void It_knows_its_moments_and_order()
    {
        var marginal = new DiscreteMarginal([(2, 0.125), (0, 0.75), (-2, 0.125)]);
        Assert.That(marginal.Atoms, Is.EqualTo(new[] { (-2.0, 0.125), (0, 0.75), (2, 0.125) }));
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(1).Within(1e-12));
        Assert.That(marginal.Bound, Is.EqualTo(2));
        Assert.That(marginal.Density(2), Is.Zero);
    }

    private static readonly double[] Some = [-1.5, 0.1, 0.7, -0.2, 1.2, 0.9, -1.1, 1];

    [Test]
    public void Measured_magnitudes_are_sorted_and_their_kurtosis_is_about_0()
    {
        double second = Some.Average(x => x * x), fourth = Some.Average(x => x * x * x * x);
        Assert.That(new EmpiricalMarginal(Some).Magnitudes.ToArray(), Is.EqualTo(new[] { 0.1, 0.2, 0.7, 0.9, 1, 1.1, 1.2, 1.5 }));
        Assert.That(new EmpiricalMarginal(Some).ExcessKurtosis, Is.EqualTo((fourth / (second * second)) - 3).Within(1e-14));
    }

    [Test]
    public void A_measured_density_is_a_symmetric_histogram_of_mass_1_and_variance_1()
    {
        // Uniform magnitudes: density 1 / (2 sqrt 3) on [-sqrt 3, sqrt 3].
        var values = Enumerable.Range(0, 10_000).Select(i => Math.Sqrt(3) * (i + 0.5) / 10_000).ToArray();
        var marginal = new EmpiricalMarginal(values);
        Assert.That(marginal.Bound, Is.EqualTo(values[^1]));
        double Moment(int power) => Enumerable.Range(0, 20_000).Select(i => -2 + ((i + 0.5) * 2e-4)).Sum(x => marginal.Density(x) * Math.Pow(x, power) * 2e-4);
        Assert.That(Moment(0), Is.EqualTo(1).Within(1e-3));
        Assert.That(Moment(2), Is.EqualTo(1).Within(2e-3));
        Assert.That(marginal.Density(0.5), Is.EqualTo(1 / (2 * Math.Sqrt(3))).Within(1e-3));
        Assert.That(marginal.Density(-0.5), Is.EqualTo(marginal.Density(0.5)));
        Assert.That(marginal.Density(1.8), Is.Zero);
    }
}
