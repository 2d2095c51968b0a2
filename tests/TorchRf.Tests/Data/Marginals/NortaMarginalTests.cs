using MathNet.Numerics;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>Uniform, Laplace and smoothed Bernoulli: their statistics, their quantile functions, and what these make of correlations.</summary>
public sealed class NortaMarginalTests : TensorScope
{
    private static IEnumerable<TestCaseData> Marginals()
    {
        static TestCaseData Case(TransformedNormal marginal, Func<double, double> quantile, string name) => new TestCaseData(marginal, quantile).SetArgDisplayNames(name);

        yield return Case(new UniformMarginal(), p => Math.Sqrt(3) * ((2 * p) - 1), "uniform");
        yield return Case(new LaplaceMarginal(), p => -Math.Sign(p - 0.5) * Math.Log(1 - (2 * Math.Abs(p - 0.5))) / Math.Sqrt(2), "Laplace");
        foreach (double s in new[] { 0.01, 1, 5, 100 })
            yield return Case(new SmoothedBernoulliMarginal(s), p => SpecialFunctions.Erf(s * (p - 0.5)) / Math.Sqrt(BernoulliVariance(s)), $"Bernoulli {s}");
    }

    // The closed form of the integral of erf(a u)^2 over u from 0 to 1, and its series where that cancels.
    private static double BernoulliVariance(double s)
    {
        double a = s / 2, e = SpecialFunctions.Erf(a);
        return a < 0.1
            ? 4 / Math.PI * a * a * ((1 / 3.0) - (2 * a * a / 15) + (28 * Math.Pow(a, 4) / (90 * 7)))
            : (e * e) + (((2 * Math.Exp(-a * a) * e / Math.Sqrt(Math.PI)) - (Math.Sqrt(2 / Math.PI) * SpecialFunctions.Erf(Math.Sqrt(2) * a))) / a);
    }

    [TestCaseSource(nameof(Marginals))]
    public void Transform_is_the_quantile_function(TransformedNormal marginal, Func<double, double> quantile)
    {
        var z = torch.linspace(-5, 5, 101, ScalarType.Float64);
        var expected = Values(z).Select(v => quantile(SpecialFunctions.Erfc(-v / Math.Sqrt(2)) / 2)).ToArray();
        Assert.That(Values(marginal.Transform(z)), Is.EqualTo(expected).Within(1e-8));
        Assert.That(Values(z)[0], Is.EqualTo(-5), "the argument is left as it was");
    }

    [TestCaseSource(nameof(Marginals))]
    public void It_is_standardised_and_its_kurtosis_is_that_of_its_quantiles(TransformedNormal marginal, Func<double, double> quantile)
    {
        var (z, w) = (DirectQuadrature.HalfLine().Select(n => n.Z).ToArray(), DirectQuadrature.HalfLine().Select(n => n.Weight).ToArray());
        var x = Values(marginal.Transform(torch.tensor(z)));
        double Moment(int power) => 2 * x.Zip(w, (v, weight) => weight * Math.Pow(v, power)).Sum();
        Assert.That(Moment(2), Is.EqualTo(1).Within(1e-11));
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(Moment(4) - 3).Within(1e-10));
        Assert.That(x.Max(), Is.LessThanOrEqualTo(marginal.Bound * (1 + 1e-12)));
    }

    // P(|X| <= h(z)) is P(|Z| <= z).
    [TestCaseSource(nameof(Marginals))]
    public void The_density_has_the_mass_of_the_normal_law(TransformedNormal marginal, Func<double, double> quantile)
    {
        foreach (double z in new[] { 0.01, 0.03, 0.5, 1.5, 4 })
        {
            double x = marginal.Transform(torch.tensor(new[] { z })).item<double>();
            // Closer to the bound a steep step's density rises faster than doubles resolve.
            if (x > marginal.Bound * 0.999999)
                continue;
            double end = double.IsFinite(marginal.Bound) ? marginal.Bound : 2 * x;
            double mass = 2 * DirectQuadrature.Towards(x, end).Sum(n => n.Weight * marginal.Density(n.Z));
            Assert.That(mass, Is.EqualTo(SpecialFunctions.Erf(z / Math.Sqrt(2))).Within(1e-9), $"z = {z}");
            Assert.That(marginal.Density(-x), Is.EqualTo(marginal.Density(x)));
        }
        Assert.That(marginal.Density(marginal.Bound * 1.001), Is.Zero);
    }

    [Test]
    public void Densities_that_are_smooth_have_mass_1_and_variance_1()
    {
        foreach (TransformedNormal marginal in new TransformedNormal[] { new UniformMarginal(), new LaplaceMarginal(), new SmoothedBernoulliMarginal(1) })
        {
            double reach = double.IsFinite(marginal.Bound) ? marginal.Bound : 60;
            double Moment(int power) => 2 * Enumerable.Range(0, 60).Sum(i =>
                DirectQuadrature.Panel(reach * i / 60, reach * (i + 1) / 60).Sum(n => n.Weight * marginal.Density(n.Z) * Math.Pow(n.Z, power)));
            Assert.That(Moment(0), Is.EqualTo(1).Within(1e-9));
            Assert.That(Moment(2), Is.EqualTo(1).Within(1e-9));
            Assert.That(Moment(4) - 3, Is.EqualTo(marginal.ExcessKurtosis).Within(1e-8));
        }
    }

    [TestCaseSource(nameof(Marginals))]
    public void Correlations_are_those_of_the_Hermite_series(TransformedNormal marginal, Func<double, double> quantile)
    {
        var series = new HermiteSeries(z => marginal.Transform(torch.tensor(new[] { z })).item<double>(), 301);
        double[] rho = [-0.9, -0.5, -0.3, 0, 1e-6, 0.2, 0.4999, 0.5001, 0.7, 0.9];
        Assert.That(Values(marginal.Correlation(torch.tensor(rho))), Is.EqualTo(rho.Select(series.Correlation)).Within(1e-9));
        Assert.That(Values(marginal.Correlation(torch.tensor(new[] { -1.0, 1.0 }))), Is.EqualTo(new[] { -1.0, 1.0 }).Within(1e-14));
    }

    // Both sides of the change from series to integral, and against the closed form.
    [Test]
    public void Quadrature_finds_the_closed_form_of_the_uniform_law()
    {
        var rho = torch.linspace(-1, 1, 81, ScalarType.Float64);
        Assert.That(Values(PostCorrelation.Of(new UniformMarginal(), rho)), Is.EqualTo(Values(new UniformMarginal().Correlation(rho))).Within(1e-11));
        Assert.That(Values(PostCorrelation.Of(new ErfMarginal(5), rho)), Is.EqualTo(Values(new ErfMarginal(5).Correlation(rho))).Within(1e-10));
    }

    [Test]
    public void The_uniform_law_is_NLGP_at_gain_1_over_root_2()
    {
        var (uniform, erf) = (new UniformMarginal(), new ErfMarginal(Math.Sqrt(0.5)));
        var z = torch.linspace(-6, 6, 49, ScalarType.Float64);
        Assert.That(Values(uniform.Transform(z)), Is.EqualTo(Values(erf.Transform(z))).Within(1e-14));
        Assert.That(erf.ExcessKurtosis, Is.EqualTo(uniform.ExcessKurtosis).Within(1e-12));
        Assert.That(uniform.Density(0.3), Is.EqualTo(erf.Density(0.3)).Within(1e-14));
    }

    [Test]
    public void The_smoothed_coin_goes_from_uniform_to_a_coin()
    {
        Assert.That(new SmoothedBernoulliMarginal(1e-3).ExcessKurtosis, Is.EqualTo(-1.2).Within(1e-6));
        Assert.That(new SmoothedBernoulliMarginal(1e4).ExcessKurtosis, Is.EqualTo(-2).Within(1e-3));
        foreach (double s in new[] { 0.05, 1, 100, 1e4 })
            Assert.That(Math.Pow(new SmoothedBernoulliMarginal(s).StandardDeviation, 2), Is.EqualTo(BernoulliVariance(s)).Within(1e-8).Percent);
    }

    [TestCaseSource(nameof(Marginals))]
    public void Transform_is_as_good_in_Float32(TransformedNormal marginal, Func<double, double> quantile)
    {
        var z = torch.linspace(-12, 12, 2401, ScalarType.Float64).to(ScalarType.Float32);
        var exact = marginal.Transform(z.to(ScalarType.Float64));
        var rounded = marginal.Transform(z).to(ScalarType.Float64);
        Assert.That(((rounded - exact).abs() / (exact.abs() + 1e-3)).max().item<double>(), Is.LessThan(2e-5));
        var far = marginal.Transform(torch.tensor(new[] { -30f, 30f }));
        Assert.That(far.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void Other_steepnesses_are_refused([Values(0, -1, 1e-4, 1e5, double.NaN)] double steepness) =>
        Assert.That(() => new SmoothedBernoulliMarginal(steepness), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
