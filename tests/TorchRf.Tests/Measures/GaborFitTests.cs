using TorchRf.IO;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[Parallelizable(ParallelScope.Self)]
public sealed class GaborFitTests : TensorScope
{
    private static Tensor Gabor(int sites, double amplitude, double centre, double width, double frequency, double phase) =>
        torch.tensor([.. Enumerable.Range(0, sites).Select(j =>
        {
            double d = j - centre;
            d -= sites * Math.Floor((d / sites) + 0.5);
            return amplitude * Math.Exp(-d * d / (2 * width * width)) * Math.Cos((2 * Math.PI * frequency * d / sites) + phase);
        })]);

    [TestCase(40, 0.3, 17.3, 3.0, 6.2, 0.7)]
    [TestCase(40, 2.0, 0.2, 4.0, 3.0, -1.2)]
    [TestCase(40, 1.0, 39.6, 2.0, 9.1, 2.8)]
    [TestCase(40, 1.0, 20.0, 6.0, 12.5, 0.0)]
    [TestCase(41, 1e-6, 5.5, 1.5, 8.0, 1.0)]
    [TestCase(100, 1.0, 99.9, 8.0, 11.3, -2.5)]
    public void A_gabor_wave_is_found_again(int sites, double amplitude, double centre, double width, double frequency, double phase)
    {
        var w = Gabor(sites, amplitude, centre, width, frequency, phase);
        var fit = GaborFit.Of(w);
        Assert.That(fit.Misfit.item<double>(), Is.LessThan(1e-9));
        var found = torch.cat([fit.Centre.view(1), fit.Width.view(1), fit.Frequency.view(1), fit.Phase.view(1)]);
        Assert.That(Values(found), Is.EqualTo(new[] { centre, width, frequency, phase }).Within(1e-6));
        Assert.That(fit.Amplitude.item<double>(), Is.EqualTo(amplitude).Within(1e-6 * amplitude));
        Assert.That(Values(fit.Curve(sites)), Is.EqualTo(Values(w)).Within(1e-8 * amplitude));
    }

    [TestCase(2.0)]
    [TestCase(5.0)]
    public void A_blob_is_a_gabor_wave_too(double width)
    {
        var fit = GaborFit.Of(Gabor(40, -1, 12.4, width, 0, 0));
        Assert.That(fit.Misfit.item<double>(), Is.LessThan(1e-6));
        Assert.That(Values(fit.Curve(40)), Is.EqualTo(Values(Gabor(40, -1, 12.4, width, 0, 0))).Within(1e-6));
    }

    [Test]
    public void A_single_site_and_a_sinusoid_are_its_ends()
    {
        var one = torch.zeros(40, ScalarType.Float64);
        one[39] = torch.tensor(-3.0);
        var narrow = GaborFit.Of(one);
        Assert.That(narrow.Misfit.item<double>(), Is.LessThan(1e-4));
        Assert.That(narrow.Width.item<double>(), Is.LessThan(0.5));
        var wide = GaborFit.Of(Gabor(40, 1, 0, 1e9, 5, 0.3));
        Assert.That(wide.Misfit.item<double>(), Is.LessThan(1e-3));
        Assert.That(wide.Width.item<double>(), Is.GreaterThan(100));
    }

    [Test]
    public void Turning_sign_and_size_do_what_they_should()
    {
        using var generator = new Generator(7);
        var wave = torch.stack([Gabor(40, 1, 17.3, 3, 6.2, 0.7), Gabor(40, 1, 4, 2, 9, 2)]).view(2, 1, 40);
        var w = wave + (torch.randn([2, 1, 40], ScalarType.Float64, generator: generator) * 0.1);
        var fit = GaborFit.Of(w);
        Assert.That(fit.Misfit.shape, Is.EqualTo(new long[] { 2, 1 }));
        var other = GaborFit.Of(w.roll(25, -1) * -1e-150);
        Assert.That(Values(other.Misfit), Is.EqualTo(Values(fit.Misfit)).Within(1e-7));
        Assert.That(Values(other.Centre), Is.EqualTo(Values((fit.Centre + 25).remainder(40))).Within(1e-3));
        Assert.That(Values(other.Width), Is.EqualTo(Values(fit.Width)).Within(1e-3));
        Assert.That(Values((other.Phase - fit.Phase).cos()), Is.All.EqualTo(-1).Within(1e-5));
    }

    [Test]
    public void A_field_fits_alone_as_in_a_batch()
    {
        using var generator = new Generator(8);
        var w = torch.randn(30, 24, generator: generator);
        var fit = GaborFit.Of(w);
        Assert.That(fit.Misfit.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(GaborFit.Of(w[17]).Misfit)[0], Is.EqualTo(Values(fit.Misfit)[17]).Within(1e-6));
        Assert.That(Values(GaborFit.Of(torch.zeros(1, 24)).Misfit), Is.All.NaN);
        Assert.That(() => GaborFit.Of(torch.zeros(2, 7)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Scipy_started_at_the_truth_fits_noisy_waves_no_better()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(9);
        var random = new Random(9);
        double[][] truth = [.. Enumerable.Range(0, 40).Select(_ => (double[])
            [1, 40 * random.NextDouble(), 1.5 + (4 * random.NextDouble()), 15 * random.NextDouble(), 6 * (random.NextDouble() - 0.5)])];
        var w = torch.stack(truth.Select(p => Gabor(40, p[0], p[1], p[2], p[3], p[4]))) + (torch.randn(40, 40, ScalarType.Float64, generator: generator) * 0.15);
        NpyFile.Write(folder["w.npy"], w);
        NpyFile.Write(folder["truth.npy"], torch.tensor(truth.SelectMany(p => p).ToArray(), [40, 5]));
        NpyFile.Write(folder["misfit.npy"], GaborFit.Of(w).Misfit);
        Numpy.Run(folder.Path, """
            try:
                from scipy.optimize import least_squares
            except ImportError:
                sys.exit(0)
            w, truth, misfit, j = np.load('w.npy'), np.load('truth.npy'), np.load('misfit.npy'), np.arange(40)
            def wave(p):
                d = (j - p[1] + 20) % 40 - 20
                return p[0] * np.exp(-d**2 / (2 * p[2]**2)) * np.cos(2 * np.pi * p[3] * d / 40 + p[4])
            best = np.array([np.linalg.norm(least_squares(lambda p: wave(p) - x, t).fun) / np.linalg.norm(x) for x, t in zip(w, truth)])
            assert np.all(misfit <= best + 1e-5), np.sort(misfit - best)[-5:]
            assert np.median(misfit) > 0.2
            """);
    }
}
