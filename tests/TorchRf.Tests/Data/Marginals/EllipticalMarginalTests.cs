using MathNet.Numerics.Distributions;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>Laws of radii, and the marginals that they make of an elliptical law; Student's t is one of them.</summary>
public sealed class EllipticalMarginalTests : TensorScope
{
    // The radius of a standard normal vector: sqrt(chi^2_N).
    private static RadialLaw Chi(int dimensions) => new("chi", u =>
        torch.tensor(Array.ConvertAll(Values(u), p => Math.Sqrt(ChiSquared.InvCDF(dimensions, Math.Clamp(p, 1e-13, 1 - 1e-13))))).reshape(u.shape));

    [Test]
    public void A_chi_radius_makes_it_normal([Values(4, 5, 40)] int dimensions)
    {
        var marginal = new EllipticalMarginal(Chi(dimensions), dimensions);
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(0).Within(1e-5));
        Assert.That(marginal.MeanMagnitude, Is.EqualTo(Math.Sqrt(2 / Math.PI)).Within(1e-6));
        foreach (double x in (double[])[0, 0.3, 1, 2.5])
            Assert.That(marginal.Density(x), Is.EqualTo(new NormalMarginal().Density(x)).Within(1e-4), $"{x}");
    }

    [Test]
    public void On_the_surface_in_three_dimensions_it_is_uniform()
    {
        var marginal = new EllipticalMarginal(RadialLaw.Surface, 3);
        double bound = Math.Sqrt(3);
        Assert.That(marginal.Bound, Is.EqualTo(bound).Within(1e-12));
        Assert.That(marginal.Density(0.5), Is.EqualTo(1 / (2 * bound)).Within(1e-10));
        Assert.That(marginal.Density(1.8), Is.Zero);
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(-1.2).Within(1e-12));
        Assert.That(marginal.MeanMagnitude, Is.EqualTo(bound / 2).Within(1e-12));
    }

    [Test]
    public void On_the_surface_the_kurtosis_is_3N_over_N_plus_2([Values(4, 40, 900)] int dimensions) =>
        Assert.That(new EllipticalMarginal(RadialLaw.Surface, dimensions).ExcessKurtosis, Is.EqualTo((3.0 * dimensions / (dimensions + 2)) - 3).Within(1e-12));

    private static IEnumerable<TestCaseData> Marginals()
    {
        foreach (var law in new[] { RadialLaw.Surface, RadialLaw.OuterShell })
            foreach (int dimensions in new[] { 5, 40 })
            {
                var marginal = new EllipticalMarginal(law, dimensions);
                yield return new TestCaseData(marginal, marginal.MeanMagnitude, 1e-4, 2e-3).SetArgDisplayNames($"{law.Name} N={dimensions}");
            }
        foreach (double nu in new[] { 5, 12, 1000 })
            yield return new TestCaseData(new StudentTMarginal(nu), new StudentTMarginal(nu).MeanMagnitude, 1e-9, 1e-6).SetArgDisplayNames($"t({nu})");
    }

    [TestCaseSource(nameof(Marginals))]
    public void Its_density_has_the_moments_that_it_states(Marginal marginal, double meanMagnitude, double within, double kurtosisWithin)
    {
        // A radius in panels; a tail over (0, 1), and over (1, infinity) in 1/x.
        double Moment(double power) => 2 * (marginal is EllipticalMarginal
            ? Enumerable.Range(0, 160).SelectMany(i => DirectQuadrature.Panel(i / 8.0, (i + 1) / 8.0)).Sum(n => n.Weight * Math.Pow(n.Z, power) * marginal.Density(n.Z))
            : DirectQuadrature.Unit().Sum(n => n.Weight * ((Math.Pow(n.Z, power) * marginal.Density(n.Z)) + (Math.Pow(n.Z, -power - 2) * marginal.Density(1 / n.Z)))));
        Assert.That(new[] { Moment(0), Moment(1), Moment(2) }, Is.EqualTo(new[] { 1, meanMagnitude, 1 }).Within(within));
        Assert.That(Moment(4) - 3, Is.EqualTo(marginal.ExcessKurtosis).Within(kurtosisWithin));
    }

    [TestCase(2.1, double.PositiveInfinity)]
    [TestCase(4, double.PositiveInfinity)]
    [TestCase(5, 6)]
    [TestCase(10, 1)]
    [TestCase(12, 0.75)]
    public void Excess_kurtosis_of_Student_s_t(double nu, double expected) => Assert.That(new StudentTMarginal(nu).ExcessKurtosis, Is.EqualTo(expected).Within(1e-12));

    // t(3) of unit variance: 2 / (pi (1 + x^2)^2), and E|X| = 2/pi.
    [Test]
    public void Three_degrees_have_a_closed_form()
    {
        var marginal = new StudentTMarginal(3);
        foreach (double x in (double[])[0, 0.5, -1, 3, 20])
            Assert.That(marginal.Density(x), Is.EqualTo(2 / (Math.PI * Math.Pow(1 + (x * x), 2))).Within(1e-12));
        Assert.That(marginal.MeanMagnitude, Is.EqualTo(2 / Math.PI).Within(1e-12));
    }

    [Test]
    public void A_radius_without_a_fourth_moment_has_infinite_kurtosis() =>
        Assert.That(new EllipticalMarginal(new RadialLaw("Pareto", u => (1 - u).pow(-1 / 3.0)), 10).ExcessKurtosis, Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void A_surface_has_all_moments_1([Values(1, 2, 4, 7.5)] double power) =>
        Assert.That(RadialLaw.Surface.Moment(power), Is.EqualTo(1).Within(1e-14));

    // r = 2 + V with V = artanh U of density sech^2: E V^n = n! 2^(1-n) eta(n), eta the alternating zeta function.
    [Test]
    public void The_outer_shell_is_LSGs_and_has_its_closed_moments()
    {
        double v1 = Math.Log(2), v2 = Math.PI * Math.PI / 12, v3 = 1.5 * 0.75 * 1.2020569031595942, v4 = 3 * 7 * Math.Pow(Math.PI, 4) / 720;
        var law = RadialLaw.OuterShell;
        Assert.That(law.Moment(0), Is.EqualTo(1).Within(1e-12));
        Assert.That(law.Moment(1), Is.EqualTo(2 + v1).Within(1e-10));
        Assert.That(law.Moment(2), Is.EqualTo(4 + (4 * v1) + v2).Within(1e-9));
        Assert.That(law.Moment(4), Is.EqualTo(16 + (32 * v1) + (24 * v2) + (8 * v3) + v4).Within(1e-6));
        double[] u = [0, 0.1, 0.5, 0.9, 0.999];
        Assert.That(Values(law.Radius(torch.tensor(u))), Is.EqualTo(u.Select(v => 2 - (Math.Log((2 / (v + 1)) - 1) / 2))).Within(1e-12));
    }

    // r = (1 - u)^(-1/tail): E r^p = tail / (tail - p) below the tail and infinite from there on.
    [Test]
    public void A_power_law_has_moments_below_its_tail([Values(2.5, 4, 6)] double tail)
    {
        var law = new RadialLaw("Pareto", u => (1 - u).pow(-1 / tail));
        foreach (double power in (double[])[1, 2, 4, 5])
            Assert.That(law.Moment(power), power < tail ? Is.EqualTo(tail / (tail - power)).Within(0.01).Percent : Is.EqualTo(double.PositiveInfinity), $"{power}");
    }
}
