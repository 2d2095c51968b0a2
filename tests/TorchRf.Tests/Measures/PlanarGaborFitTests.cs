using TorchRf.IO;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[Parallelizable(ParallelScope.Self)]
public sealed class PlanarGaborFitTests : TensorScope
{
    // x, y, width along, width across, orientation, frequency, phase: round, turned, off centre, elongated either way, nearly a blob, cut by an edge.
    private static readonly double[][] Waves =
    [
        [7.5, 7.5, 2, 2, 0, 0.15, 0], [8, 8, 2.5, 2.5, 0.6, 0.15, -Math.PI / 2], [5.3, 9.1, 1.5, 3.6, 2.2, 0.25, 1.1], [10.4, 3.7, 3, 1.6, 1.2, 0.1, -2.7],
        [12.6, 13.1, 1, 1, 0.8, 0.3, 0.4], [4, 4, 2.5, 6, 1.57, 0.33, 2], [6.9, 8.3, 1.3, 1.3, 3.1, 0.09, 0.5], [0.4, 7.2, 2, 3, 0.4, 0.2, 1], [8.2, 6.1, 4.5, 4.5, 2.7, 0.4, -1],
    ];

    internal static Tensor Wave(int side, double[] p, double amplitude = 1)
    {
        var at = torch.arange(0, side, ScalarType.Float64);
        var (x, y) = (at.unsqueeze(0) - p[0], at.unsqueeze(1) - p[1]);
        var (u, v) = ((x * Math.Cos(p[4])) + (y * Math.Sin(p[4])), (y * Math.Cos(p[4])) - (x * Math.Sin(p[4])));
        return (((u / p[2]).square() + (v / p[3]).square()) / -2).exp().mul((u * (2 * Math.PI * p[5]) + p[6]).cos()).mul(amplitude).flatten();
    }

    // In the order of a test wave's numbers; shape (fields, 7).
    private static Tensor Numbers(PlanarGaborFit fit) => torch.stack([fit.X, fit.Y, fit.WidthAlong, fit.WidthAcross, fit.Orientation, fit.Frequency, fit.Phase], -1);

    [Test]
    public void Waves_are_found_again_on_patches_of_any_size_and_in_any_precision()
    {
        var w = torch.stack(Waves.Select(p => Wave(16, p, 0.3))).view(3, 3, 256);
        var fit = PlanarGaborFit.Of(w);
        Assert.That(Values(fit.Misfit), Is.All.LessThan(1e-9));
        Assert.That(Values(Numbers(fit)), Is.EqualTo(Waves.SelectMany(p => p)).Within(1e-6));
        Assert.That(Values(fit.A.hypot(fit.B)), Is.All.EqualTo(0.3).Within(1e-7));
        Assert.That(Values(fit.Surface(16)), Is.EqualTo(Values(w)).Within(1e-8));
        double[] p = [11.2, 6.3, 2.1, 3.2, 1.9, 0.17, 0.2];
        var small = PlanarGaborFit.Of(Wave(21, p, 1e-30).to(ScalarType.Float32));
        Assert.That(small.Misfit.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(Numbers(small)), Is.EqualTo(p).Within(1e-4));
    }

    // Ringach's numbers, and the anchors of bandwidth: at half the height of exp(-(f - f0)^2 (2 pi s)^2 / 2), both sides.
    [Test]
    public void Cycles_bandwidth_and_aspect_follow_from_the_wave()
    {
        var fit = PlanarGaborFit.Of(torch.stack([Wave(16, Waves[2]), Wave(16, [8, 8, 1, 1, 0, 0.1, 0])]));
        Assert.That(Values(fit.CyclesAlong)[0], Is.EqualTo(1.5 * 0.25).Within(1e-6));
        Assert.That(Values(fit.CyclesAcross)[0], Is.EqualTo(3.6 * 0.25).Within(1e-6));
        Assert.That(Values(fit.Aspect)[0], Is.EqualTo(2.4).Within(1e-6));
        double half = Math.Sqrt(2 * Math.Log(2)) / (2 * Math.PI * 1.5);
        Assert.That(Values(fit.Bandwidth)[0], Is.EqualTo(Math.Log2((0.25 + half) / (0.25 - half))).Within(1e-5));
        Assert.That(Values(fit.Bandwidth)[1], Is.EqualTo(double.PositiveInfinity));
    }

    // Fields of known noise scatter as the inverse of Fisher's information says; the standard deviation of 200 is known to 5 %.
    [Test]
    public void Noise_moves_a_fit_as_far_as_Cramer_and_Rao_have_it()
    {
        const double noise = 0.02;
        double[] p = Waves[2];
        using var generator = new Generator(5);
        var fit = PlanarGaborFit.Of(Wave(16, p) + (torch.randn(200, 256, ScalarType.Float64, generator: generator) * noise));
        // The amplitude is the eighth.
        Tensor Slope(int i)
        {
            double[] With(double by) => [.. p.Select((v, k) => k == i ? v + by : v)];
            return i == 7 ? Wave(16, p) : (Wave(16, With(1e-5)) - Wave(16, With(-1e-5))) / 2e-5;
        }
        var j = torch.stack(Enumerable.Range(0, 8).Select(Slope));
        double[] bound = [.. Values(torch.linalg.inv(j.mm(j.mT)).diagonal()).Take(7).Select(v => noise * Math.Sqrt(v))];
        var off = Numbers(fit) - torch.tensor(p);
        Assert.That(Values(off.std(0)).Zip(bound, (s, b) => s / b), Is.All.EqualTo(1).Within(0.2));
        Assert.That(Values(off.mean([0])).Zip(bound, (m, b) => m / b), Is.All.EqualTo(0).Within(0.25));
        Assert.That(fit.Misfit.square().mean().item<double>(), Is.EqualTo((256 - 8) * noise * noise / Wave(16, p).square().sum().item<double>()).Within(2).Percent);
    }

    [Test]
    public void A_quarter_turn_a_shift_and_the_sign_do_what_they_should()
    {
        using var generator = new Generator(6);
        double[] p = [7.2, 8.4, 2, 2.8, 0.7, 0.2, 0.9];
        var w = Wave(16, p) + (torch.randn(256, ScalarType.Float64, generator: generator) * 0.05);
        var map = w.view(16, 16);
        var noise = map - Wave(16, p).view(16, 16);
        // Rows downwards: a turn from x towards y. The noise is shifted alike, so that the fit has the same to do.
        var turned = map.rot90(-1, (0, 1)).flatten();
        var moved = torch.nn.functional.pad(map, [2, 2, 2, 2]).roll([2, -1], [0, 1]).flatten();
        var fit = PlanarGaborFit.Of(torch.stack([w, turned, w * -2]));
        double[] x = Values(fit.X), y = Values(fit.Y), theta = Values(fit.Orientation);
        Assert.That(Values(fit.Misfit), Is.All.EqualTo(Values(fit.Misfit)[0]).Within(1e-8));
        Assert.That((x[1], y[1]), Is.EqualTo((15 - y[0], x[0])).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-5));
        Assert.That(theta[1] - theta[0], Is.EqualTo(Math.PI / 2).Within(1e-6));
        Assert.That(Math.Cos(Values(fit.Phase)[2] - Values(fit.Phase)[0]), Is.EqualTo(-1).Within(1e-8));
        Assert.That(PlanarGaborFit.Of(moved).X.item<double>(), Is.EqualTo(x[0] + 1).Within(0.05));
        Assert.That(noise.abs().max().item<double>(), Is.GreaterThan(0.1));
    }

    [Test]
    public void On_a_torus_a_wave_over_the_corner_is_fitted_whole()
    {
        var w = Wave(20, [10, 10, 2, 2.6, 0.5, 0.16, 0.7]).view(20, 20).roll([11, 9], [0, 1]).flatten();
        var fit = PlanarGaborFit.Of(w, torus: true);
        Assert.That(fit.Misfit.item<double>(), Is.LessThan(1e-4));
        Assert.That(Values(Numbers(fit)), Is.EqualTo(new[] { 19, 1, 2, 2.6, 0.5, 0.16, 0.7 }).Within(1e-3));
        Assert.That(PlanarGaborFit.Of(w).Misfit.item<double>(), Is.GreaterThan(0.3));
    }

    [Test]
    public void What_is_no_wave_is_said_to_be_none()
    {
        using var generator = new Generator(7);
        var noise = PlanarGaborFit.Of(torch.randn(20, 256, ScalarType.Float64, generator: generator)).Misfit;
        Assert.That(Values(noise), Is.All.InRange(0.9, 1));
        var fit = PlanarGaborFit.Of(torch.stack([torch.zeros(256), torch.ones(256), torch.ones(256) / 0, torch.eye(256)[37]]));
        double[] misfit = Values(fit.Misfit);
        Assert.That(misfit[0], Is.NaN);
        Assert.That(misfit[1], Is.LessThan(1e-4));
        Assert.That(misfit[2], Is.NaN);
        Assert.That(misfit[3], Is.LessThan(1e-3));
        Assert.That((Values(fit.X)[3], Values(fit.Y)[3]), Is.EqualTo((5.0, 2.0)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 0.1));
        Assert.That(Values(fit.X)[0], Is.NaN);
        Assert.That(PlanarGaborFit.Of(torch.zeros(0, 256)).Misfit.shape, Is.EqualTo(new long[] { 0 }));
        Assert.That(() => PlanarGaborFit.Of(torch.zeros(2, 17)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    // Of round waves of frequency 0.15 on 16 x 16 sites, even and odd, and of a long one on 12 x 12, which white noise's level calls not localized.
    [TestCase(16, 1, 1, 0, 0.2534)]
    [TestCase(16, 1, 1, -Math.PI / 2, 0.1382)]
    [TestCase(16, 2, 1, 0, 0.0692)]
    [TestCase(16, 2, 1, -Math.PI / 2, 0.0490)]
    [TestCase(16, 2.5, 1, 0, 0.0411)]
    [TestCase(16, 4, 1, 0, 0.0152)]
    [TestCase(12, 2.5, 2, 0, 0.0234)]
    public void Known_waves_have_known_IPRs(int side, double width, double aspect, double phase, double ipr)
    {
        double found = InverseParticipationRatio.Each(Wave(side, [side / 2, side / 2, width, width * aspect, 0.6, 0.15, phase])).Single();
        Assert.That(found, Is.EqualTo(ipr).Within(5e-5));
        if (side == 12)
            Assert.That(InverseParticipationRatio.IsLocalized(found, 144), Is.False);
    }

    [Test]
    public void Scipy_started_at_the_truth_fits_noisy_waves_no_better()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(9);
        var random = new Random(9);
        double[][] truth = [.. Enumerable.Range(0, 60).Select(_ => (double[])
            [3 + (9 * random.NextDouble()), 3 + (9 * random.NextDouble()), 1 + (2 * random.NextDouble()), 1 + (3 * random.NextDouble()), 3 * random.NextDouble(), 0.08 + (0.3 * random.NextDouble()), 6 * random.NextDouble()])];
        var w = torch.stack(truth.Select(p => Wave(16, p))) + (torch.randn(60, 256, ScalarType.Float64, generator: generator) * 0.05);
        NpyFile.Write(folder["w.npy"], w);
        NpyFile.Write(folder["truth.npy"], torch.tensor(truth.SelectMany(p => p).ToArray(), [60, 7]));
        NpyFile.Write(folder["misfit.npy"], PlanarGaborFit.Of(w).Misfit);
        Numpy.Run(folder.Path, """
            try:
                from scipy.optimize import least_squares
            except ImportError:
                sys.exit(0)
            w, truth, misfit = np.load('w.npy'), np.load('truth.npy'), np.load('misfit.npy')
            y, x = np.mgrid[0:16, 0:16]
            def wave(p):
                u = (x - p[0]) * np.cos(p[4]) + (y - p[1]) * np.sin(p[4]); v = (y - p[1]) * np.cos(p[4]) - (x - p[0]) * np.sin(p[4])
                return (p[7] * np.exp(-u**2 / (2 * p[2]**2) - v**2 / (2 * p[3]**2)) * np.cos(2 * np.pi * p[5] * u + p[6])).ravel()
            best = np.array([np.linalg.norm(least_squares(lambda p: wave(p) - f, [*t, 1]).fun) / np.linalg.norm(f) for f, t in zip(w, truth)])
            assert np.all(misfit <= best + 1e-5), np.sort(misfit - best)[-5:]
            assert np.median(misfit) > 0.1
            """);
    }
}
