using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[Parallelizable(ParallelScope.Self)]
public class SurrogateFractionTests : TensorScope
{
    private static Tensor Angle => torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40);

    // The claim that the ruler makes: noise of any spectrum counts one time in 100. Three binomial standard errors.
    [TestCase(40, 1, 0, 4000)]
    [TestCase(40, 1, 3, 4000)]
    [TestCase(100, 1, 5, 2000)]
    [TestCase(64, 2, 0, 2000)]
    [TestCase(81, 2, 2, 2000)]
    public void Noise_counts_one_time_in_a_hundred(int sites, int dimensions, double lengthscale, int fields)
    {
        using var generator = new Generator(11);
        int side = dimensions == 1 ? sites : (int)Math.Sqrt(sites);
        var lattice = dimensions == 1 ? Lattice.Ring(sites) : Lattice.Torus(side);
        var noise = lengthscale == 0 ? torch.randn(fields, sites, generator: generator) : new Gaussian(Kernel.Gaussian.On(lattice, lengthscale), "").Sample(fields, generator);
        double share = SurrogateFraction.Localized(noise, side).Count(l => l) / (double)fields;
        Assert.That(share, Is.EqualTo(0.01).Within(3 * Math.Sqrt(0.01 * 0.99 / fields)));
    }

    [Test]
    public void Waves_constants_and_what_is_no_field_do_not_count()
    {
        var wave = Angle.cos();
        var fields = torch.stack([wave, (Angle * 3 + 1).cos(), torch.ones_like(wave), torch.zeros_like(wave), wave / 0, wave * 1e-30]).view(3, 2, 40);
        Assert.That(SurrogateFraction.Among(fields), Is.EqualTo(new SurrogateFraction(0, 6)));
    }

    [Test]
    public void Single_sites_and_bumps_count_and_modulated_fields_that_are_not_localized_too()
    {
        var fields = torch.stack([torch.eye(40, dtype: ScalarType.Float64)[3], (Angle.cos() * 10).exp() * 1e-30, Angle.cos().exp()]);
        Assert.That(SurrogateFraction.Localized(fields), Is.All.True);
        Assert.That(LocalizedFraction.Among(fields).Count, Is.EqualTo(2));
    }

    // Of which the level of white noise calls the broader ones not localized: 16 x 16, frequency 0.15, widths 1, 2.5 and 4.
    [TestCase(1, 2)]
    [TestCase(2.5, 2)]
    [TestCase(4, 0)]
    public void Gabor_waves_count_in_two_dimensions(double width, int above)
    {
        var at = torch.arange(0, 16, ScalarType.Float64) - 8;
        var (x, y) = (at.unsqueeze(0), at.unsqueeze(1));
        var envelope = (-(x.square() + y.square()) / (2 * width * width)).exp();
        var phase = ((x * 0.8) + (y * 0.6)) * (2 * Math.PI * 0.15);
        var gabors = torch.stack([envelope * phase.cos(), envelope * phase.sin()]).view(2, 256);
        Assert.That(SurrogateFraction.Among(gabors, 16), Is.EqualTo(new SurrogateFraction(2, 2)));
        Assert.That(LocalizedFraction.Among(gabors).Count, Is.EqualTo(above));
    }

    [Test]
    public void Of_many_fields_evenly_spread_ones_are_looked_at()
    {
        var found = SurrogateFraction.Among(torch.ones(2501, 100));
        Assert.That(found, Is.EqualTo(new SurrogateFraction(0, 834)));
        Assert.That(found.ToString(), Is.EqualTo("0 of 834 more concentrated than 99 % of fields of their spectrum with random phases"));
    }
}
