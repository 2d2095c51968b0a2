using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class EmpiricalMarginalTests
{
    private static readonly double[] Some = [-1.5, 0.1, 0.7, -0.2, 1.2, 0.9, -1.1, 1];

    [Test]
    public void Magnitudes_are_sorted() =>
        Assert.That(new EmpiricalMarginal(Some).Magnitudes.ToArray(), Is.EqualTo(new[] { 0.1, 0.2, 0.7, 0.9, 1, 1.1, 1.2, 1.5 }));

    [Test]
    public void Excess_kurtosis_is_about_0()
    {
        double second = Some.Average(x => x * x), fourth = Some.Average(x => x * x * x * x);
        Assert.That(new EmpiricalMarginal(Some).ExcessKurtosis, Is.EqualTo((fourth / (second * second)) - 3).Within(1e-14));
    }

    [Test]
    public void Density_is_a_symmetric_histogram_of_mass_1_and_variance_1()
    {
        // Uniform magnitudes: density 1 / (2 sqrt 3) on [-sqrt 3, sqrt 3].
        var values = Enumerable.Range(0, 10_000).Select(i => Math.Sqrt(3) * (i + 0.5) / 10_000).ToArray();
        var marginal = new EmpiricalMarginal(values);
        Assert.That(marginal.Bound, Is.EqualTo(values[^1]));
        const int Points = 20_000;
        double step = 4.0 / Points, mass = 0, variance = 0;
        for (int i = 0; i < Points; i++)
        {
            double x = -2 + ((i + 0.5) * step), p = marginal.Density(x) * step;
            mass += p;
            variance += p * x * x;
        }
        Assert.That(mass, Is.EqualTo(1).Within(1e-3));
        Assert.That(variance, Is.EqualTo(1).Within(2e-3));
        Assert.That(marginal.Density(0.5), Is.EqualTo(1 / (2 * Math.Sqrt(3))).Within(1e-3));
        Assert.That(marginal.Density(-0.5), Is.EqualTo(marginal.Density(0.5)));
        Assert.That(marginal.Density(1.8), Is.Zero);
    }

    [Test]
    public void Too_few_or_useless_values_are_refused()
    {
        Assert.That(() => new EmpiricalMarginal([1]), Throws.ArgumentException);
        Assert.That(() => new EmpiricalMarginal([0, 0]), Throws.ArgumentException);
        Assert.That(() => new EmpiricalMarginal([1, double.NaN]), Throws.ArgumentException);
    }
}
