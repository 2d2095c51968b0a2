using TorchRf.IO;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[Parallelizable(ParallelScope.Self)]
public sealed class SinusoidFitTests : TensorScope
{
    private static Tensor Wave(int sites, double frequency, double amplitude = 1, double phase = 0.4, double offset = 0) =>
        torch.tensor([.. Enumerable.Range(0, sites).Select(j => offset + (amplitude * Math.Cos((2 * Math.PI * frequency * j / sites) + phase)))]);

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
    }

    [Test]
    public void Constants_and_the_fastest_wave_fit_exactly([Values(8, 40, 41)] int sites)
    {
        static double[] Found(SinusoidFit fit, params Tensor[] parameters) => [fit.Misfit.item<double>(), .. parameters.Select(p => p.item<double>())];
        var constant = SinusoidFit.Real(torch.full([sites], -2.0, ScalarType.Float64), offset: false);
        Assert.That(Found(constant, constant.Frequency, constant.Amplitude, constant.Phase), Is.EqualTo(new[] { 0, 0, 2, Math.PI }).Within(1e-9));
        var level = SinusoidFit.Real(torch.full([sites], -2.0, ScalarType.Float64), offset: true);
        Assert.That(Found(level, level.Offset), Is.EqualTo(new[] { 0.0, -2 }).Within(1e-9));
        if (sites % 2 > 0)
            return;
        var fastest = SinusoidFit.Real(Wave(sites, sites / 2.0, phase: 0), offset: false);
        Assert.That(Found(fastest, fastest.Frequency, fastest.Amplitude), Is.EqualTo(new[] { 0, sites / 2.0, 1 }).Within(1e-9));
    }

    // Of whole numbers of cycles, the Fourier transform says what each carries.
    [Test]
    public void No_whole_number_of_cycles_fits_better([Values] bool offset)
    {
        using var generator = new Generator(4);
        var w = torch.randn(50, 40, ScalarType.Float64, generator: generator);
        var share = torch.fft.rfft(w).abs().square() * 2 / (40 * w.square().sum([1], keepdim: true));
        foreach (int end in new[] { 0, 20 })
            share.select(1, end).mul_(0.5);
        var left = 1 - share.narrow(1, 1, 20).amax([1]) - (offset ? share.select(1, 0) : 0);
        var best = offset ? left : torch.minimum(left, 1 - share.select(1, 0));
        Assert.That(Values(SinusoidFit.Real(w, offset).Misfit - best.sqrt()), Is.All.LessThanOrEqualTo(1e-12));
    }

    [Test]
    public void Size_and_sign_do_what_they_should([Values] bool offset)
    {
        using var generator = new Generator(5);
        var w = torch.randn([2, 3, 32], ScalarType.Float64, generator: generator);
        var fit = SinusoidFit.Real(w, offset);
        Assert.That(fit.Misfit.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(fit.Phase.shape, Is.EqualTo(new long[] { 2, 3 }));
        var small = SinusoidFit.Real(w * -1e-200, offset);
        Assert.That(Values(small.Misfit), Is.EqualTo(Values(fit.Misfit)).Within(1e-12));
        Assert.That(Values(small.Amplitude * 1e200), Is.EqualTo(Values(fit.Amplitude)).Within(1e-6));
        Assert.That(Values((small.Phase - fit.Phase).cos()), Is.All.EqualTo(-1).Within(1e-9));
    }

    [Test]
    public void Single_precision_stays_and_zeros_have_no_misfit()
    {
        var fit = SinusoidFit.Real(torch.zeros(2, 16));
        Assert.That(fit.Misfit.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(fit.Misfit), Is.All.NaN);
        Assert.That(() => SinusoidFit.Real(torch.zeros(2, 3)), Throws.TypeOf<ArgumentOutOfRangeException>());
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
