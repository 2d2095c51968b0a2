using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class LocalizedFractionTests : TensorScope
{
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
}
