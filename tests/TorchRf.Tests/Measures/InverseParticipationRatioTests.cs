using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class InverseParticipationRatioTests : TensorScope
{
    private static double Of(Tensor w) => InverseParticipationRatio.Of(w).to(ScalarType.Float64).item<double>();

    [Test]
    public void Closed_forms([Values(4, 5, 40, 1001)] int sites)
    {
        Assert.That(Of(torch.full([sites], -0.3, ScalarType.Float64)), Is.EqualTo(1.0 / sites).Within(1e-14));
        var one = torch.zeros(sites, ScalarType.Float64);
        one[sites / 2] = torch.tensor(-2.0);
        Assert.That(Of(one), Is.EqualTo(1).Within(1e-14));
        one[0] = torch.tensor(2.0);
        Assert.That(Of(one), Is.EqualTo(0.5).Within(1e-14));
    }

    [Test]
    public void A_sinusoid_has_three_halves_over_N([Values(5, 40, 41, 1000)] int sites, [Values(0, 0.4)] double phase)
    {
        var wave = torch.tensor([.. Enumerable.Range(0, sites).Select(i => Math.Sin((2 * Math.PI * i / sites) + phase))]);
        Assert.That(Of(wave), Is.EqualTo(1.5 / sites).Within(1e-12));
    }

    [Test]
    public void Size_does_not_matter([Values(1e-30, 1e-20, 1, 1e20, 1e30)] double size)
    {
        using var generator = new Generator(1);
        var w = torch.randn(3, 40, generator: generator);
        Assert.That(Values(InverseParticipationRatio.Of(w * size)), Is.EqualTo(Values(InverseParticipationRatio.Of(w))).Within(1e-6));
    }

    // Exactly 3/(N + 2) for independent normals, whose direction is uniform on the sphere.
    [Test]
    public void White_noise([Values(10, 40, 400)] int sites)
    {
        using var generator = new Generator(2);
        var ipr = InverseParticipationRatio.Of(torch.randn([20_000, 1, sites], ScalarType.Float64, generator: generator));
        Assert.That(ipr.shape, Is.EqualTo(new long[] { 20_000, 1 }));
        Assert.That(Data.StandardErrors.Largest(ipr, torch.tensor(new[] { 3.0 / (sites + 2) })), Is.LessThan(4.5));
    }

    // Three standard deviations over the mean of white noise, to leading order in 1/N.
    [TestCase(400, 0.02)]
    [TestCase(1000, 0.015)]
    public void The_threshold_is_that_of_simulated_noise(int sites, double within)
    {
        using var generator = new Generator(3);
        var ipr = InverseParticipationRatio.Of(torch.randn(10_000, sites, generator: generator)).to(ScalarType.Float64);
        double simulated = ipr.mean().item<double>() + (3 * ipr.std().item<double>());
        Assert.That(InverseParticipationRatio.LocalizedAbove(sites), Is.EqualTo(simulated).Within(within * simulated));
        Assert.That(ipr.gt(InverseParticipationRatio.LocalizedAbove(sites)).to(ScalarType.Float64).mean().item<double>(), Is.LessThan(0.015));
    }

    [Test]
    public void A_single_site_always_counts()
    {
        Assert.That(InverseParticipationRatio.LocalizedAbove(40), Is.EqualTo(0.075 * (1 + (3 * Math.Sqrt(8.0 / 120)))).Within(1e-14));
        Assert.That(InverseParticipationRatio.LocalizedAbove(5), Is.EqualTo(0.9));
    }
}
