using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

[Parallelizable(ParallelScope.Self)]
public sealed class GradientFlowIntegrationTests : TensorScope
{
    private const int Sites = 20;

    private static readonly double[] Times = [0.5, 2, 2.25, 30];

    private static Tensor Initial()
    {
        using var generator = new Generator(31);
        return torch.randn([2, 1, Sites], ScalarType.Float64, generator: generator) * 0.01;
    }

    private static GradientFlow Flow()
    {
        var (zero, one) = (new NonlinearGaussianProcess(Sites, 1, 3), new NonlinearGaussianProcess(Sites, 3, 3));
        return new GradientFlow(zero.Covariance, new Counted(one.Covariance), one.Marginal.FullAmplifier());
    }

    private static double Error(Tensor w, Tensor reference) => (w - reference).abs().max().item<double>();

    // On one Fourier mode v of Gaussian data, w = c v, the flow is dc/dt = (sqrt(2/pi) sqrt(l1)/|v| - (l0 + l1) c) / 2.
    private static (GradientFlow Flow, Tensor Mode, double Rate, double Fixed) OneMode(int mode)
    {
        var (zero, one) = (Circulant.Gaussian(Sites, 1), Circulant.Gaussian(Sites, 3));
        double l0 = zero.Eigenvalues()[mode].item<double>(), l1 = one.Eigenvalues()[mode].item<double>();
        var v = torch.tensor([.. Enumerable.Range(0, Sites).Select(i => Math.Cos(2 * Math.PI * mode * (i - 0.3) / Sites))]);
        double norm = torch.linalg.norm(v).item<double>();
        return (new GradientFlow(zero, new Counted(one), Amplifier.Normal()), v, (l0 + l1) / 2, Math.Sqrt(2 / Math.PI * l1) / norm / (l0 + l1));
    }

    [Test]
    public void Adaptive_follows_the_closed_form([Values(0, 1, 2)] int mode, [Values(0.001, 3)] double start)
    {
        var (flow, v, rate, rest) = OneMode(mode);
        // Not for long: on all but the constant mode, rounding grows into others.
        double[] times = [0.5, 2, 2.25, 8];
        var w = flow.Adaptive(v * start, times);
        for (int i = 0; i < times.Length; i++)
        {
            double c = rest + ((start - rest) * Math.Exp(-rate * times[i]));
            Assert.That(Values(w[i]), Is.EqualTo(Values(v * c)).Within(2e-7), $"time {times[i]}");
        }
    }

    [Test]
    public void Euler_follows_its_own_closed_form([Values(0, 1, 2)] int mode)
    {
        var (flow, v, rate, rest) = OneMode(mode);
        var w = flow.Euler(v * 0.001, 0.05, [0, 1, 7, 100]);
        foreach (var (i, step) in new[] { (0, 0), (1, 1), (2, 7), (3, 100) })
            Assert.That(Values(w[i]), Is.EqualTo(Values(v * (rest + ((0.001 - rest) * Math.Pow(1 - (0.05 * rate), step))))).Within(1e-12), $"step {step}");
    }

    [Test]
    public void Adaptive_keeps_its_tolerance([Values(1e-4, 1e-6, 1e-8, 1e-10)] double tolerance)
    {
        var reference = Flow().Adaptive(Initial(), Times, 1e-13, 1e-16);
        double error = Error(Flow().Adaptive(Initial(), Times, tolerance, tolerance * 1e-4), reference);
        Assert.That(error, Is.LessThan(20 * tolerance));
    }

    // A pair of order 5 takes ten times as many steps for an error 1e5 times smaller; one of order 4 or 3 takes 18 or 46 times as many.
    [Test]
    public void Adaptive_is_of_fifth_order()
    {
        int Evaluations(double tolerance)
        {
            var (zero, one) = (new NonlinearGaussianProcess(Sites, 1, 3), new NonlinearGaussianProcess(Sites, 3, 3));
            var counted = new Counted(one.Covariance);
            new GradientFlow(zero.Covariance, counted, one.Marginal.FullAmplifier()).Adaptive(Initial(), [6], tolerance, tolerance * 1e-4);
            return counted.Products;
        }
        Assert.That((double)Evaluations(1e-11) / Evaluations(1e-6), Is.InRange(6, 13));
    }

    private sealed class Counted(ICovariance covariance) : ICovariance
    {
        // Wrong coefficients show as steps without end.
        private const int Most = 20_000;

        public int Products { get; private set; }

        public int Sites => covariance.Sites;

        public Tensor FirstRow => covariance.FirstRow;

        public Tensor Times(Tensor x)
        {
            return ++Products <= Most ? covariance.Times(x) : throw new InvalidOperationException("The integration takes too many steps.");
        }

        public ICovariance Root() => covariance.Root();
    }

    [Test]
    public void Adaptive_is_at_the_times_asked_for()
    {
        var all = Flow().Adaptive(Initial(), [0, 0.5, 2, 2.25, 30]);
        Assert.That(all.shape, Is.EqualTo(new long[] { 5, 2, 1, Sites }));
        Assert.That(Error(all[0], Initial()), Is.Zero);
        for (int i = 0; i < Times.Length; i++)
            Assert.That(Error(all[i + 1], Flow().Adaptive(Initial(), [Times[i]])[0]), Is.LessThan(1e-6), $"time {Times[i]}");
        Assert.That(Error(all[2], all[1]), Is.GreaterThan(1e-3));
    }

    [Test]
    public void Results_are_Float64_and_the_initial_weights_stay_as_they_were()
    {
        var initial = Initial().to(ScalarType.Float32);
        var before = Values(initial);
        foreach (var w in (Tensor[])[Flow().Euler(initial, 0.1, [0, 3]), Flow().Adaptive(initial, [0, 3])])
        {
            Assert.That(w.dtype, Is.EqualTo(ScalarType.Float64));
            Assert.That(w.device.type, Is.EqualTo(initial.device.type));
            Assert.That(w.requires_grad, Is.False);
            Assert.That(Values(w[0]), Is.EqualTo(before));
        }
        Assert.That(Values(initial), Is.EqualTo(before));
    }

    [Test]
    public void Snapshots_and_times_must_increase()
    {
        foreach (long[] snapshots in (long[][])[[3, 3], [5, 2], [-1], [0, 0]])
            Assert.That(() => Flow().Euler(Initial(), 0.1, snapshots), Throws.ArgumentException, string.Join(",", snapshots));
        foreach (double[] times in (double[][])[[3, 3], [5, 2], [-1], [0, 0], [double.NaN]])
            Assert.That(() => Flow().Adaptive(Initial(), times), Throws.ArgumentException, string.Join(",", times));
    }

    [Test]
    public void A_flow_that_is_not_finite_ends() =>
        Assert.That(new DormandPrince().Solve(Flow(), torch.zeros([1, Sites], ScalarType.Float64), [1]) is { Ending: Ending.NotFinite, Times: [0] });

    // The full flow of sub-Gaussian data ends in a bump, that of Gaussian data in a constant.
    [Test]
    public void Only_sub_Gaussian_data_localize()
    {
        static double Final(IDataModel zero, IDataModel one) =>
            InverseParticipationRatio.Of(GradientFlow.Of(new ClassificationTask(zero, one)).Adaptive(Initial(), [2000], 1e-6)).max().item<double>();
        Assert.That(Final(new NonlinearGaussianProcess(Sites, 1, 100), new NonlinearGaussianProcess(Sites, 3, 100)), Is.GreaterThan(4.0 / Sites));
        Assert.That(Final(new Gaussian(Sites, 1), new Gaussian(Sites, 3)), Is.EqualTo(1.0 / Sites).Within(1e-3));
    }
}
