using MathNet.Numerics;
using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>The laws that are functions of a normal variable: their quantile functions, densities and kurtoses, and what they make of correlations.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class TransformedNormalTests : TensorScope
{
    // Quantile functions below the median, where nothing cancels; all are odd about it.
    private static IEnumerable<TestCaseData> Marginals()
    {
        static TestCaseData Case(string name, TransformedNormal marginal, Func<double, double> quantile) => new TestCaseData(marginal, quantile).SetArgDisplayNames(name);
        static double P(double z) => SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;

        yield return Case("uniform", new UniformMarginal(), z => Math.Sqrt(3) * ((2 * P(z)) - 1));
        yield return Case("Laplace", new LaplaceMarginal(), z => Math.Log(2 * P(z)) / Math.Sqrt(2));
        foreach (double s in new[] { 0.01, 1, 5, 100 })
            yield return Case($"Bernoulli {s}", new SmoothedBernoulliMarginal(s), z => SpecialFunctions.Erf(s * (P(z) - 0.5)) / Math.Sqrt(BernoulliVariance(s)));
        foreach (double gain in new[] { 0.1, 0.3, 1, 3, 100 })
            yield return Case($"NLGP {gain}", new ErfMarginal(gain), z => Quantiles.Erf(z, gain));
        foreach (double k in new[] { 2.1, 2.5, 3, 4.1, 5, 10, 50 })
            yield return Case($"Kur {k}", new AlgebraicMarginal(k), z => Quantiles.Algebraic(z, k));
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
        var z = torch.linspace(-12, 0, 121, ScalarType.Float64);
        var x = Values(marginal.Transform(z));
        Assert.That(Values(z)[0], Is.EqualTo(-12), "the argument is left as it was");
        double within = marginal is ErfMarginal ? 2e-13 : 1e-11;
        foreach (var (at, value) in Values(z).Zip(x))
            Assert.That(value, Is.EqualTo(quantile(at)).Within(within * (1 + Math.Abs(value))), $"z = {at}");
        Assert.That(x, Is.Ordered.And.All.GreaterThanOrEqualTo(-marginal.Bound * (1 + 1e-12)));
        Assert.That(Values(marginal.Transform(-z)), Is.EqualTo(x.Select(v => -v)));
    }

    [TestCaseSource(nameof(Marginals))]
    public void It_is_standardised_and_its_kurtosis_is_that_of_its_quantiles(TransformedNormal marginal, Func<double, double> quantile)
    {
        double Moment(int power) => 2 * DirectQuadrature.HalfLine().Sum(n => n.Weight * Math.Pow(quantile(-n.Z), power));
        Assert.That(Moment(2), Is.EqualTo(1).Within(marginal is ErfMarginal ? 1e-12 : 1e-11));
        // A fourth moment that is finite, and not by tails beyond what a quadrature reaches.
        if (marginal.ExcessKurtosis < 20)
            Assert.That(marginal.ExcessKurtosis, Is.EqualTo(Moment(4) - 3).Within(1e-10));
    }

    // P(|X| <= h(z)) is P(|Z| <= z).
    [TestCaseSource(nameof(Marginals))]
    public void The_density_has_the_mass_of_the_normal_law(TransformedNormal marginal, Func<double, double> quantile)
    {
        foreach (double z in new[] { 0.01, 0.03, 0.2, 0.5, 1, 1.5, 2, 4 })
        {
            double x = -quantile(-z);
            // Closer to the bound a steep step's density rises faster than doubles resolve.
            if (x > marginal.Bound * 0.999999)
                continue;
            var nodes = double.IsFinite(marginal.Bound)
                ? DirectQuadrature.Towards(x, marginal.Bound)
                : Enumerable.Range(0, 320).SelectMany(i => DirectQuadrature.Panel(x * Math.Pow(2, -(i + 1) / 8.0), x * Math.Pow(2, -i / 8.0)));
            Assert.That(2 * nodes.Sum(n => n.Weight * marginal.Density(n.Z)), Is.EqualTo(SpecialFunctions.Erf(z / Math.Sqrt(2))).Within(1e-9), $"z = {z}");
            Assert.That(marginal.Density(-x), Is.EqualTo(marginal.Density(x)));
        }
        Assert.That(marginal.Density(marginal.Bound * 1.001), Is.Zero);
    }

    [TestCaseSource(nameof(Marginals))]
    public void Correlations_are_those_of_the_Hermite_series(TransformedNormal marginal, Func<double, double> quantile)
    {
        var series = new HermiteSeries(z => -quantile(-z), 601);
        double[] rho = [-0.9, -0.5, -0.3, 0, 1e-6, 0.2, 0.4999, 0.5001, 0.7, 0.9];
        Assert.That(Values(marginal.Correlation(torch.tensor(rho))), Is.EqualTo(rho.Select(series.Correlation)).Within(marginal is AlgebraicMarginal ? 1e-7 : 1e-9));
        Assert.That(Values(marginal.Correlation(torch.tensor(new[] { -1.0, 1.0 }))), Is.EqualTo(new[] { -1.0, 1.0 }).Within(1e-12));
    }

    [TestCaseSource(nameof(Marginals))]
    public void Transform_is_as_good_in_Float32(TransformedNormal marginal, Func<double, double> quantile)
    {
        // A power law's quantile function turns an error of z into z / k times as large a one of x.
        var (end, within) = marginal is AlgebraicMarginal ? (8, 5e-5) : (12, 2e-5);
        var z = torch.linspace(-end, end, 2401, ScalarType.Float64).to(ScalarType.Float32);
        var exact = marginal.Transform(z.to(ScalarType.Float64));
        var rounded = marginal.Transform(z).to(ScalarType.Float64);
        Assert.That(((rounded - exact).abs() / (exact.abs() + 1e-3)).max().item<double>(), Is.LessThan(within));
        if (marginal is not AlgebraicMarginal)
            Assert.That(marginal.Transform(torch.tensor(new[] { -30f, 30f })).isfinite().all().item<bool>(), Is.True);
    }

    private static IEnumerable<TestCaseData> Kurtoses()
    {
        foreach (var (gain, excess, within) in new[] { (1e-9, 0, 1e-9), (0.1, -0.076202, 1e-6), (1, -1.440161, 1e-6), (3, -1.834011, 1e-6), (100, -1.995515, 1e-6), (1e4, -2, 1e-3) })
            yield return new TestCaseData(new ErfMarginal(gain), excess, within).SetArgDisplayNames($"NLGP {gain}");
        foreach (var (k, excess, within) in new[]
        {
            (2.1, double.PositiveInfinity, 0), (3, double.PositiveInfinity, 0), (4, double.PositiveInfinity, 0), (5.890, 0, 1e-3), (1e4, -1.2, 1e-3),
        })
            yield return new TestCaseData(new AlgebraicMarginal(k), excess, within).SetArgDisplayNames($"Kur {k}");
        yield return new TestCaseData(new SmoothedBernoulliMarginal(1e-3), -1.2, 1e-6).SetArgDisplayNames("nearly uniform");
        yield return new TestCaseData(new SmoothedBernoulliMarginal(1e4), -2, 1e-3).SetArgDisplayNames("nearly a coin");
    }

    [TestCaseSource(nameof(Kurtoses))]
    public void Excess_kurtosis(TransformedNormal marginal, double excess, double within) => Assert.That(marginal.ExcessKurtosis, Is.EqualTo(excess).Within(within));

    [Test]
    public void Standard_deviations_have_closed_forms()
    {
        Assert.That(Math.Pow(new AlgebraicMarginal(3).StandardDeviation, 2), Is.EqualTo(1).Within(1e-6));
        Assert.That(Math.Pow(new AlgebraicMarginal(5).StandardDeviation, 2), Is.EqualTo(0.483069).Within(1e-6));
        foreach (double s in new[] { 0.05, 1, 100, 1e4 })
            Assert.That(Math.Pow(new SmoothedBernoulliMarginal(s).StandardDeviation, 2), Is.EqualTo(BernoulliVariance(s)).Within(1e-8).Percent);
    }

    // Both sides of the change from series to integral, and against the closed form.
    [Test]
    public void Quadrature_finds_the_closed_forms()
    {
        var rho = torch.linspace(-1, 1, 81, ScalarType.Float64);
        Assert.That(Values(PostCorrelation.Of(new UniformMarginal(), rho)), Is.EqualTo(Values(new UniformMarginal().Correlation(rho))).Within(1e-11));
        Assert.That(Values(PostCorrelation.Of(new ErfMarginal(5), rho)), Is.EqualTo(Values(new ErfMarginal(5).Correlation(rho))).Within(1e-10));
    }

    [Test]
    public void The_arcsine_law_fixes_0_and_1_and_is_odd([Values(1e-9, 0.1, 1, 100, 1e308)] double gain)
    {
        var law = Values(new ErfMarginal(gain).Correlation(torch.linspace(-1, 1, 21, ScalarType.Float64)));
        Assert.That(law, Is.EqualTo(law.Reverse().Select(c => -c)).Within(1e-14));
        Assert.That(law[^1], Is.EqualTo(1).Within(1e-14));
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
    public void A_process_has_its_marginals_correlation_of_the_kernel([Values(40, 41)] int sites)
    {
        var kernel = Circulant.Gaussian(sites, 3).FirstRow;
        foreach (double gain in new[] { 0.1, 1, 3, 100 })
        {
            double reach = 2 * gain * gain / (1 + (2 * gain * gain));
            var expected = Values(kernel).Select(rho => Math.Asin(reach * rho) / Math.Asin(reach));
            Assert.That(Values(new NonlinearGaussianProcess(sites, 3, gain).Covariance.FirstRow), Is.EqualTo(expected).Within(1e-8));
        }
        Assert.That(Values(new AlgebraicQuantileProcess(sites, 3, 5).Covariance.FirstRow), Is.EqualTo(Values(new AlgebraicMarginal(5).Correlation(kernel))).Within(1e-12));
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
        var (process, field) = (new NonlinearGaussianProcess(20, 2, gain), new Gaussian(20, 2));
        Assert.That(Values(process.Sample(100, one, ScalarType.Float64)), Is.EqualTo(Values(field.Sample(100, two, ScalarType.Float64))).Within(1e-4));
        Assert.That(Values(process.Covariance.FirstRow), Is.EqualTo(Values(field.Covariance.FirstRow)).Within(1e-5));
    }

    [TestCase(0, 1)]
    [TestCase(2, 1)]
    [TestCase(4, 3)]
    [TestCase(6, 15)]
    [TestCase(20, 654_729_075)]
    public void Quadrature_finds_even_moments(int power, double expected) =>
        Assert.That(NormalQuadrature.Mean(z => z.pow(power)), Is.EqualTo(expected).Within(1e-12 * expected));

    // E[exp(s Z^2 / 2)] = 1 / sqrt(1 - s): growth nearly as fast as the density falls; and a step narrower than 1e-4.
    [Test]
    public void Quadrature_masters_heavy_tails_and_narrow_steps()
    {
        Assert.That(NormalQuadrature.Mean(z => (z.square() * 0.45).exp()), Is.EqualTo(1 / Math.Sqrt(0.1)).Within(1e-11));
        Assert.That(NormalQuadrature.Mean(z => (z * 1e4).erf().square()), Is.EqualTo(2 / Math.PI * Math.Asin(2e8 / (1 + 2e8))).Within(1e-11));
    }
}
