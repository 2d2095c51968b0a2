using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>The inverse participation ratio and the share of fields above its threshold, and the entropy of weights.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LocalizationTests : TensorScope
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

    [Test]
    public void It_counts_what_is_above_the_threshold_and_says_which()
    {
        var w = torch.ones([2, 2, 40], ScalarType.Float64);
        w[0, 1, 3] = torch.tensor(-20.0);
        var found = LocalizedFraction.Among(w);
        Assert.That((found.Count, found.Total, found.Fraction), Is.EqualTo((1, 4, 0.25)));
        Assert.That(found.Threshold, Is.EqualTo(InverseParticipationRatio.LocalizedAbove(40)));
        Assert.That(found.ToString(), Does.StartWith("1 of 4 above IPR 0.133 (three standard deviations above white Gaussian weights, 3/N = 0.075 at N = 40)"));
        Assert.That(LocalizedFraction.Among([0.2, 0.1, double.NaN], 40), Is.EqualTo(found with { Total = 3 }));
        Assert.That(LocalizedFraction.OfEach(w).Select(f => (f.Count, f.Total)), Is.EqualTo(new[] { (1, 2), (0, 2) }));
        Assert.That(LocalizedFraction.Among(torch.ones(1, 5)).Why, Does.StartWith("nearly a single site"));
    }

    [Test]
    public void Dead_units_count_as_not_localized()
    {
        var w = torch.zeros(3, 40, ScalarType.Float64);
        w[1, 2] = torch.tensor(1.0);
        w[2, 2] = torch.tensor(double.NaN);
        Assert.That(LocalizedFraction.Among(w), Is.EqualTo(LocalizedFraction.Among(w) with { Count = 1, Total = 3 }));
    }

    // The claim that the threshold makes: of white Gaussian fields, which are not localized, fewer than 1 in 100 are above it: 0.65, 0.85 and 0.54 % here,
    // with binomial standard errors of 0.05 %. (The IPR of noise is skewed; were it normal, 0.13 % would be.)
    [TestCase(40)]
    [TestCase(100)]
    [TestCase(900)]
    public void White_noise_is_rarely_called_localized(int sites)
    {
        using var generator = new Generator(11);
        int above = 0;
        for (int i = 0; i < 8; i++)
        {
            using var scope = torch.NewDisposeScope();
            above += LocalizedFraction.Among(torch.randn(5000, sites, generator: generator)).Count;
        }
        Assert.That(above / 40_000.0, Is.InRange(0.003, 0.0105));
    }

    // Gaussian fields of covariance exp(-d^2 / xi^2). The shares are those of this seed, and the tolerance is four binomial standard errors.
    [TestCase(40, 1, 3, 0.0039)]
    [TestCase(100, 1, 3, 0.0182)]
    [TestCase(900, 1, 10, 0.095)]
    [TestCase(900, 2, 3, 0.0698)]
    public void Smooth_noise_is_called_localized_more_often(int sites, int dimensions, double lengthscale, double share)
    {
        const int fields = 10_000;
        using var generator = new Generator(12);
        var lattice = dimensions == 1 ? Lattice.Ring(sites) : Lattice.Torus((int)Math.Sqrt(sites));
        var noise = new Gaussian(Kernel.Gaussian.On(lattice, lengthscale), $"{lattice}");
        int above = LocalizedFraction.Among(noise.Sample(fields, generator)).Count;
        Assert.That(above / (double)fields, Is.EqualTo(share).Within(4 * Math.Sqrt(share * (1 - share) / fields)));
    }

    [Test]
    public void Equal_magnitudes_have_ln_N_and_a_single_site_none([Values(4, 40, 1001)] int sites)
    {
        var equal = torch.full([sites], -1e-30, ScalarType.Float32);
        Assert.That(Values(WeightEntropy.Of(equal))[0], Is.EqualTo(Math.Log(sites)).Within(1e-5));
        Assert.That(Values(WeightEntropy.EffectiveNumber(equal))[0], Is.EqualTo(sites).Within(1e-4 * sites));
        var one = torch.zeros(2, sites, ScalarType.Float64);
        one[0, 1] = torch.tensor(-7.0);
        one[1, 3] = torch.tensor(1e-9);
        Assert.That(Values(WeightEntropy.Of(one)), Is.All.Zero);
        Assert.That(Values(WeightEntropy.EffectiveNumber(one)), Is.All.EqualTo(1));
    }

    [Test]
    public void It_is_that_of_the_squared_weights()
    {
        var w = torch.tensor(new[] { 1.0, -2, 0, 2 });
        double expected = -((1.0 / 9 * Math.Log(1.0 / 9)) + (2 * 4.0 / 9 * Math.Log(4.0 / 9)));
        Assert.That(WeightEntropy.Of(w).item<double>(), Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void Turning_sign_and_size_do_not_matter()
    {
        using var generator = new Generator(1);
        var w = torch.randn([3, 2, 40], ScalarType.Float64, generator: generator);
        Assert.That(WeightEntropy.Of(w).shape, Is.EqualTo(new long[] { 3, 2 }));
        Assert.That(Values(WeightEntropy.Of(w.roll(3, -1) * -1e-100)), Is.EqualTo(Values(WeightEntropy.Of(w))).Within(1e-12));
    }
}
