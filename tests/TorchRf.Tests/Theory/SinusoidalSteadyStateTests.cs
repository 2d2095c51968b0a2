using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

public sealed class SinusoidalSteadyStateTests : TensorScope
{
    private const double Slope = 0.7;

    // White, but for leaning towards a mode.
    private static Circulant Leaning(int sites, int mode) =>
        new(torch.fft.irfft(torch.tensor([.. Enumerable.Range(0, (sites / 2) + 1).Select(m => 0.5 + Math.Exp(-Math.Abs(m - mode)))]), n: sites));

    private static Circulant White(int sites) => Circulant.Gaussian(sites, 0.1);

    private static double Norm(Tensor w) => torch.linalg.norm(w).item<double>();

    [Test]
    public void The_flow_rests_there([Values(12, 13)] int sites, [Values(0, 1, 4, 6)] int mode, [Values(0.0, 1.1)] double phase)
    {
        var (first, second) = (White(sites), Leaning(sites, mode));
        var state = SinusoidalSteadyState.Of(first, second, Slope);
        Assert.That(state.Cycles, Is.EqualTo(new[] { mode }));
        var field = state.Field(phase);
        Assert.That(Norm(field), Is.EqualTo(state.Norm).Within(1e-12));
        Assert.That(Norm(new GradientFlow(first, second, Amplifier.Linear(Slope)).Velocity(field)), Is.LessThan(1e-12));
        Assert.That(field.abs().max().item<double>(), Is.LessThanOrEqualTo(state.Amplitude + 1e-12));
        if (phase == 0)
            Assert.That(field[0].item<double>(), Is.EqualTo(state.Amplitude).Within(1e-12));
    }

    // lambda_0 = 1 and lambda_1 = 3/2 of mode 4.
    [Test]
    public void By_hand()
    {
        var state = SinusoidalSteadyState.Of(White(12), Leaning(12, 4), Slope);
        Assert.That(state.Ratio, Is.EqualTo(0.6).Within(1e-12));
        Assert.That(state.Norm, Is.EqualTo(Slope * Math.Sqrt(1.5) / 2.5).Within(1e-12));
        Assert.That(state.Amplitude, Is.EqualTo(state.Norm / Math.Sqrt(6)).Within(1e-12));
    }

    [Test]
    public void Integration_ends_there([Values(0, 4, 6)] int mode)
    {
        var (first, second) = (White(12), Leaning(12, mode));
        var state = SinusoidalSteadyState.Of(first, second, Slope);
        using var generator = new Generator(41);
        var initial = torch.randn([3, 1, 12], ScalarType.Float64, generator: generator) * 0.01;
        var end = SteadyState.Of(new GradientFlow(first, second, Amplifier.Linear(Slope)), initial, 1e-9);
        Assert.That(end.Ending, Is.EqualTo(Ending.AtRest));
        Assert.That(Values(torch.linalg.norm(end.Weights, [-1])), Is.All.EqualTo(state.Norm).Within(1e-7));
        // At its own phase.
        var (cosine, sine) = (state.Field(), state.Field(Math.PI / 2));
        foreach (var w in new[] { end.Weights[0, 0, 0], end.Weights[0, 2, 0] })
        {
            double Along(Tensor v) => Norm(v) < 1e-9 ? 0 : (w * v).sum().item<double>() / Norm(v) / state.Norm;
            double power = (Along(cosine) * Along(cosine)) + (mode is 0 or 6 ? 0 : Along(sine) * Along(sine));
            Assert.That(power, Is.EqualTo(1).Within(1e-7));
        }
    }

    [Test]
    public void A_ripple_dies_at_its_rate([Values(0, 3)] int mode)
    {
        var (first, second) = (White(13), Leaning(13, mode));
        var state = SinusoidalSteadyState.Of(first, second, Slope);
        var flow = new GradientFlow(first, second, Amplifier.Linear(Slope));
        for (int other = 0; other <= 6; other++)
        {
            if (other == mode)
                continue;
            var ripple = torch.tensor([.. Enumerable.Range(0, 13).Select(i => Math.Cos(2 * Math.PI * other * i / 13))]) * 1e-6;
            var rate = -(flow.Velocity(state.Field(0.3) + ripple) * ripple).sum() / ripple.square().sum();
            Assert.That(rate.item<double>(), Is.EqualTo(state.DecayRates[other]).Within(1e-6), $"mode {other}");
        }
        Assert.That(state.DecayRates[mode], Is.Zero);
        Assert.That(state.SlowestRate, Is.EqualTo(state.DecayRates.Where((_, m) => m != mode).Min()));
    }

    // Kernels of the paper: the constant wins, by little.
    [TestCase(1, 3)]
    [TestCase(0.3, 0.7)]
    public void The_long_class_ends_in_a_constant(double shorter, double longer)
    {
        var (first, second) = (Circulant.Gaussian(40, shorter), Circulant.Gaussian(40, longer));
        var state = SinusoidalSteadyState.Of(first, second, Math.Sqrt(2 / Math.PI));
        Assert.That(state.Cycles, Is.EqualTo(new[] { 0 }));
        double l0 = Values(first.FirstRow).Sum(), l1 = Values(second.FirstRow).Sum();
        Assert.That(Values(state.Field(1)), Is.All.EqualTo(Math.Sqrt(2 / Math.PI * l1 / 40) / (l0 + l1)).Within(1e-10));
        Assert.That(state.SlowestRate, Is.EqualTo(state.DecayRates[1]).And.GreaterThan(0));
    }

    [TestCase(0, 0)]
    [TestCase(1, 2)]
    [TestCase(5, 1)]
    [TestCase(3, 3)]
    public void On_a_torus(int rows, int columns)
    {
        const int Side = 6;
        var (first, second) = (TorusModes(Side, (_, _) => 1), TorusModes(Side, (r, c) => (r, c) == (rows, columns) ? 2 : 1));
        var state = SinusoidalSteadyState.Of(first, second, Slope);
        Assert.That(state.Cycles, Is.EqualTo(new[] { rows <= 3 ? rows : rows - Side, columns }));
        Assert.That(state.Ratio, Is.EqualTo(2.0 / 3).Within(1e-12));
        var flow = new GradientFlow(first, second, Amplifier.Linear(Slope));
        foreach (double phase in new[] { 0, 0.8 })
        {
            Assert.That(Norm(state.Field(phase)), Is.EqualTo(state.Norm).Within(1e-12));
            Assert.That(Norm(flow.Velocity(state.Field(phase))), Is.LessThan(1e-12));
        }
    }

    // Where two modes tie, either may stay: neither decays.
    [Test]
    public void Modes_that_tie_do_not_decay()
    {
        var state = SinusoidalSteadyState.Of(TorusModes(6, (_, _) => 1), TorusModes(6, (r, c) => (r, c) is (1, 0) or (0, 1) ? 2 + (1e-14 * r) : 1), Slope);
        Assert.That(state.Cycles, Is.EqualTo(new[] { 0, 1 }));
        // (0, 1), (1, 0) and the latter's conjugate, which the half of the modes holds too.
        Assert.That(state.DecayRates.Count(r => r == 0), Is.EqualTo(3));
        Assert.That(state.SlowestRate, Is.EqualTo(1 - (0.5 * 1.5)).Within(1e-12));
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => SinusoidalSteadyState.Of(White(12), White(12), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SinusoidalSteadyState.Of(White(12), White(13), 1), Throws.ArgumentException);
    }

    // A covariance by its modes, each with its conjugate; of the half that real fields need, columns 0 and side / 2 hold both of a pair.
    private static TorusCovariance TorusModes(int side, Func<int, int, double> eigenvalue)
    {
        double Of(int r, int c) => c > 0 && c < side - c ? eigenvalue(r, c) : Math.Max(eigenvalue(r, c), eigenvalue((side - r) % side, (side - c) % side));
        var half = from r in Enumerable.Range(0, side) from c in Enumerable.Range(0, (side / 2) + 1) select Of(r, c);
        return new TorusCovariance(torch.fft.irfft2(torch.tensor([.. half], [side, (side / 2) + 1]), s: [side, side]));
    }
}
