using MathNet.Numerics.Distributions;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class EllipticalMarginalTests : TensorScope
{
    private static RadialLaw Law(string name) => name == "surface" ? RadialLaw.Surface : RadialLaw.OuterShell;

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

    [Test]
    public void Its_density_has_the_moments_that_it_states([Values("surface", "shell")] string name, [Values(5, 40)] int dimensions)
    {
        var marginal = new EllipticalMarginal(Law(name), dimensions);
        double Moment(double power) => Enumerable.Range(0, 160).SelectMany(i => DirectQuadrature.Panel(i / 8.0, (i + 1) / 8.0))
            .Sum(n => 2 * n.Weight * Math.Pow(n.Z, power) * marginal.Density(n.Z));
        Assert.That(Moment(0), Is.EqualTo(1).Within(1e-4));
        Assert.That(Moment(1), Is.EqualTo(marginal.MeanMagnitude).Within(1e-4));
        Assert.That(Moment(2), Is.EqualTo(1).Within(1e-4));
        Assert.That(Moment(4) - 3, Is.EqualTo(marginal.ExcessKurtosis).Within(2e-3));
    }

    [Test]
    public void A_radius_without_a_fourth_moment_has_infinite_kurtosis() =>
        Assert.That(new EllipticalMarginal(new RadialLaw("Pareto", u => (1 - u).pow(-1 / 3.0)), 10).ExcessKurtosis, Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Two_dimensions_are_refused() =>
        Assert.That(() => new EllipticalMarginal(RadialLaw.Surface, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
