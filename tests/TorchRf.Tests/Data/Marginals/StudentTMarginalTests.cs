using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class StudentTMarginalTests : TensorScope
{
    [TestCase(2.1, double.PositiveInfinity)]
    [TestCase(3, double.PositiveInfinity)]
    [TestCase(4, double.PositiveInfinity)]
    [TestCase(5, 6)]
    [TestCase(10, 1)]
    [TestCase(12, 0.75)]
    public void Excess_kurtosis(double nu, double expected) => Assert.That(new StudentTMarginal(nu).ExcessKurtosis, Is.EqualTo(expected).Within(1e-12));

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
    public void Its_density_has_the_moments_that_it_states([Values(5, 12, 1000)] double nu)
    {
        var marginal = new StudentTMarginal(nu);
        // Over (0, 1), and over (1, infinity) in 1/x.
        double Moment(double power) => DirectQuadrature.Unit().Sum(n =>
            2 * n.Weight * ((Math.Pow(n.Z, power) * marginal.Density(n.Z)) + (Math.Pow(n.Z, -power - 2) * marginal.Density(1 / n.Z))));
        Assert.That(Moment(0), Is.EqualTo(1).Within(1e-9));
        Assert.That(Moment(1), Is.EqualTo(marginal.MeanMagnitude).Within(1e-9));
        Assert.That(Moment(2), Is.EqualTo(1).Within(1e-9));
        Assert.That(Moment(4) - 3, Is.EqualTo(marginal.ExcessKurtosis).Within(1e-6));
    }

    [TestCase(2)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void Other_degrees_are_refused(double nu) =>
        Assert.That(() => new StudentTMarginal(nu), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
