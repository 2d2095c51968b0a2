using NUnit.Framework;
using TorchRf.Files;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[TestFixture]
public sealed class SinusoidFitTests : TensorScope
{
    private static Tensor Wave(int sites, double frequency, double amplitude = 1, double phase = 0.4, double offset = 0) =>
        torch.tensor([.. Enumerable.Range(0, sites).Select(j => offset + (amplitude * Math.Cos((2 * Math.PI * frequency * j / sites) + phase)))]);

    private static SinusoidFit Of(Tensor w, bool real, bool offset) => real ? SinusoidFit.Real(w, offset) : SinusoidFit.Integer(w, offset);

    [Test]
    public void A_sinusoid_is_found_again(
        [Values(40, 41)] int sites, [Values(1, 3, 7, 2.37, 0.71, 18.9)] double frequency, [Values(-3, 0.4, 1.9)] double phase, [Values] bool offset)
    {
        double constant = offset ? -0.8 : 0;
        var w = Wave(sites, frequency, 0.3, phase, constant);
        var fit = SinusoidFit.Real(w, offset);
        Assert.That(fit.Frequency.item<double>(), Is.EqualTo(frequency).Within(1e-9));
        Assert.That(fit.Amplitude.item<double>(), Is.EqualTo(0.3).Within(1e-9));
        Assert.That(fit.Phase.item<double>(), Is.EqualTo(phase).Within(1e-8));
        Assert.That(fit.Offset.item<double>(), Is.EqualTo(constant).Within(1e-9));
        Assert.That(fit.Misfit.item<double>(), Is.LessThan(1e-10));
        Assert.That(Values(fit.Curve(sites)), Is.EqualTo(Values(w)).Within(1e-9));
        if (frequency == Math.Floor(frequency))
        {
            var closed = SinusoidFit.Integer(w, offset);
            Assert.That(closed.Frequency.item<double>(), Is.EqualTo(frequency));
            Assert.That(closed.Amplitude.item<double>(), Is.EqualTo(0.3).Within(1e-12));
            Assert.That(closed.Misfit.item<double>(), Is.LessThan(1e-13));
        }
    }

    [Test]
    public void Constants_and_the_fastest_wave_fit_exactly([Values(8, 40, 41)] int sites, [Values] bool real)
    {
        var constant = Of(torch.full([sites], -2.0, ScalarType.Float64), real, offset: false);
        Assert.That(constant.Frequency.item<double>(), Is.Zero.Within(1e-9));
        Assert.That(constant.Amplitude.item<double>(), Is.EqualTo(2).Within(1e-9));
        Assert.That(constant.Phase.item<double>(), Is.EqualTo(Math.PI).Within(1e-9));
        Assert.That(constant.Misfit.item<double>(), Is.LessThan(1e-9));

        var level = Of(torch.full([sites], -2.0, ScalarType.Float64), real, offset: true);
        Assert.That(level.Offset.item<double>(), Is.EqualTo(-2).Within(1e-9));
        Assert.That(level.Misfit.item<double>(), Is.LessThan(1e-9));

        if (sites % 2 == 0)
        {
            var fastest = Of(Wave(sites, sites / 2.0, phase: 0), real, offset: false);
            Assert.That(fastest.Frequency.item<double>(), Is.EqualTo(sites / 2.0).Within(1e-9));
            Assert.That(fastest.Amplitude.item<double>(), Is.EqualTo(1).Within(1e-9));
            Assert.That(fastest.Misfit.item<double>(), Is.LessThan(1e-9));
        }
    }

    // A single site has the same energy, 2/N, in every mode but 0 and N/2; a constant beside it takes 1/N more.
    [Test]
    public void A_single_site_is_far_from_every_wave([Values(40, 101)] int sites)
    {
        var one = torch.zeros(sites, ScalarType.Float64);
        one[7] = torch.tensor(-5.0);
        Assert.That(SinusoidFit.Integer(one).Misfit.item<double>(), Is.EqualTo(Math.Sqrt(1 - (2.0 / sites))).Within(1e-12));
        Assert.That(SinusoidFit.Integer(one, offset: true).Misfit.item<double>(), Is.EqualTo(Math.Sqrt(1 - (3.0 / sites))).Within(1e-12));
    }

    [Test]
    public void More_freedom_never_fits_worse()
    {
        using var generator = new Generator(4);
        var w = torch.randn(50, 40, ScalarType.Float64, generator: generator);
        double[] Misfit(bool real, bool offset) => Values(Of(w, real, offset).Misfit);
        var (bare, level, free, both) = (Misfit(false, false), Misfit(false, true), Misfit(true, false), Misfit(true, true));
        for (int i = 0; i < bare.Length; i++)
        {
            Assert.That(free[i], Is.LessThanOrEqualTo(bare[i] + 1e-12));
            Assert.That(both[i], Is.LessThanOrEqualTo(level[i] + 1e-12));
            Assert.That(level[i], Is.LessThan(1));
        }
    }

    [Test]
    public void Size_sign_and_turning_do_what_they_should([Values] bool real, [Values] bool offset)
    {
        using var generator = new Generator(5);
        var w = torch.randn([2, 3, 32], ScalarType.Float64, generator: generator);
        var fit = Of(w, real, offset);
        Assert.That(fit.Misfit.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(fit.Phase.shape, Is.EqualTo(new long[] { 2, 3 }));
        var small = Of(w * -1e-200, real, offset);
        Assert.That(Values(small.Misfit), Is.EqualTo(Values(fit.Misfit)).Within(1e-12));
        Assert.That(Values(small.Amplitude * 1e200), Is.EqualTo(Values(fit.Amplitude)).Within(1e-6));
        Assert.That(Values((small.Phase - fit.Phase).cos()), Is.All.EqualTo(-1).Within(1e-9));
        if (!real)
        {
            var turned = Of(w.roll(5, -1), real, offset);
            Assert.That(Values(turned.Misfit), Is.EqualTo(Values(fit.Misfit)).Within(1e-12));
            Assert.That(Values(turned.Frequency), Is.EqualTo(Values(fit.Frequency)));
            Assert.That(Values((turned.Phase - fit.Phase + (fit.Frequency * (2 * Math.PI * 5 / 32))).cos()), Is.All.EqualTo(1).Within(1e-9));
        }
    }

    [Test]
    public void Single_precision_stays_and_zeros_have_no_misfit()
    {
        var fit = SinusoidFit.Real(torch.zeros(2, 16));
        Assert.That(fit.Misfit.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(fit.Misfit), Is.All.NaN);
        Assert.That(() => SinusoidFit.Integer(torch.zeros(2, 3)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_frequency_of_a_fine_scan_with_numpy_fits_better()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(6);
        var w = torch.randn(40, 40, ScalarType.Float64, generator: generator);
        NpyFile.Write(folder["w.npy"], w);
        NpyFile.Write(folder["free.npy"], SinusoidFit.Real(w).Misfit);
        NpyFile.Write(folder["level.npy"], SinusoidFit.Real(w, offset: true).Misfit);
        Numpy.Run(folder.Path, """
            w, j = np.load('w.npy'), np.arange(40)
            for name, first, constant in (('free', 0.0, []), ('level', 0.5, [np.ones(40)])):
                found, best = np.load(name + '.npy'), np.ones(len(w))
                for f in np.arange(first, 20.0001, 0.005):
                    t = 2 * np.pi * f * j / 40
                    basis = np.array(constant + [np.cos(t), np.sin(t)]).T
                    c = np.linalg.lstsq(basis, w.T, rcond=1e-9)[0]
                    best = np.minimum(best, np.linalg.norm(w.T - basis @ c, axis=0) / np.linalg.norm(w, axis=1))
                assert np.all(found <= best + 1e-9), (name, np.max(found - best))
                assert np.all(found >= best - 2e-4), (name, np.min(found - best))
            """);
    }
}
