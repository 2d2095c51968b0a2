using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class RadialLawTests : TensorScope
{
    [Test]
    public void A_surface_has_all_moments_1([Values(1, 2, 4, 7.5)] double power) =>
        Assert.That(RadialLaw.Surface.Moment(power), Is.EqualTo(1).Within(1e-14));

    // r = 2 + V with V = artanh U of density sech^2: E V^n = n! 2^(1-n) eta(n), eta the alternating zeta function.
    [Test]
    public void The_outer_shell_has_its_closed_moments()
    {
        double v1 = Math.Log(2), v2 = Math.PI * Math.PI / 12, v3 = 1.5 * 0.75 * 1.2020569031595942, v4 = 3 * 7 * Math.Pow(Math.PI, 4) / 720;
        var law = RadialLaw.OuterShell;
        Assert.That(law.Moment(0), Is.EqualTo(1).Within(1e-12));
        Assert.That(law.Moment(1), Is.EqualTo(2 + v1).Within(1e-10));
        Assert.That(law.Moment(2), Is.EqualTo(4 + (4 * v1) + v2).Within(1e-9));
        Assert.That(law.Moment(4), Is.EqualTo(16 + (32 * v1) + (24 * v2) + (8 * v3) + v4).Within(1e-6));
    }

    [Test]
    public void The_outer_shell_is_LSGs_function()
    {
        double[] u = [0, 0.1, 0.5, 0.9, 0.999];
        Assert.That(Values(RadialLaw.OuterShell.Radius(torch.tensor(u))), Is.EqualTo(u.Select(v => 2 - (Math.Log((2 / (v + 1)) - 1) / 2))).Within(1e-12));
    }

    // r = (1 - u)^(-1/tail): E r^p = tail / (tail - p) below the tail and infinite from there on.
    [Test]
    public void A_power_law_has_moments_below_its_tail([Values(2.5, 4, 6)] double tail)
    {
        var law = new RadialLaw("Pareto", u => (1 - u).pow(-1 / tail));
        foreach (double power in (double[])[1, 2, 4, 5])
            Assert.That(law.Moment(power), power < tail ? Is.EqualTo(tail / (tail - power)).Within(0.01).Percent : Is.EqualTo(double.PositiveInfinity), $"{power}");
    }

    [Test]
    public void What_is_no_law_of_radii_is_refused()
    {
        foreach (var radius in (Func<Tensor, Tensor>[])[u => u - 0.5, u => u * 0, u => u * double.NaN, u => (u * 0).log(), u => (1 - u).pow(-0.5)])
            Assert.That(() => new RadialLaw("wrong", radius), Throws.ArgumentException.With.Message.Contains("wrong"));
    }
}
