using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>The solvers on flows whose solutions are known, and every way in which they end.</summary>
public sealed class SolverTests : TensorScope
{
    private sealed class Own(Func<Tensor, Tensor> velocity) : IFlow
    {
        public Tensor Velocity(Tensor w) => velocity(w);
    }

    private static readonly IFlow Decay = new Own(w => -w);

    // dw/dt = w^2 from 1 is 1 / (1 - t), infinite at 1.
    private static readonly IFlow Explosion = new Own(w => w.square());

    private static Tensor Ones() => torch.ones([2, 1, 3], ScalarType.Float64);

    [Test]
    public void Any_flow_can_be_followed()
    {
        var exact = new DormandPrince(1e-10, 1e-14).Solve(Decay, Ones(), [0, 1, 2.5]);
        Assert.That(exact.Ending, Is.EqualTo(Ending.Done));
        Assert.That(exact.Times, Is.EqualTo(new[] { 0, 1, 2.5 }));
        foreach (var (i, time) in exact.Times.Index())
            Assert.That(Values(exact.Weights[i]), Is.All.EqualTo(Math.Exp(-time)).Within(1e-8));
        var steps = new Euler(0.5).Solve(Decay, Ones(), [0, 1, 2.5]);
        Assert.That(Values(steps.Weights.select(1, 0).select(2, 0)), Is.EqualTo(new[] { 1, 0.25, 0.03125 }).Within(1e-15));
        Assert.That(steps.Steps, Is.EqualTo(5));
    }

    [Test]
    public void What_rests_ends_early()
    {
        var end = new DormandPrince { Rest = 0.5 }.Solve(new Own(w => w * (1 - w)), Ones() * 1e-3, [0, 1000]);
        Assert.That(end.Ending, Is.EqualTo(Ending.AtRest));
        Assert.That(end.Times[0], Is.Zero);
        // (1 - w) = 1/2 there, but for the length of a step.
        Assert.That(end.Times[1], Is.InRange(Math.Log(999), Math.Log(999) + 2));
        Assert.That(Values(end.Weights[1]), Is.All.InRange(0.5, 0.9));
    }

    [Test]
    public void Steps_have_an_end()
    {
        var end = new DormandPrince { MostSteps = 7 }.Solve(Decay, Ones(), [1000]);
        Assert.That((end.Ending, end.Steps), Is.EqualTo((Ending.OutOfSteps, 7)));
        Assert.That(end.Times, Has.Count.EqualTo(1));
        Assert.That(Values(end.Weights[0]), Is.All.EqualTo(Math.Exp(-end.Times[0])).Within(1e-6));
    }

    // Towards a pole, where steps shrink until they no longer move time.
    [Test]
    public void What_explodes_ends_before_the_pole()
    {
        var end = new DormandPrince().Solve(Explosion, Ones(), [0.5, 2]);
        Assert.That(end.Ending, Is.EqualTo(Ending.OutOfSteps).Or.EqualTo(Ending.NotFinite));
        Assert.That(end.Steps, Is.LessThan(2000));
        Assert.That(Values(end.Weights[0]), Is.All.EqualTo(2).Within(1e-6));
        Assert.That(end.Times[^1], Is.EqualTo(1).Within(1e-6));
        Assert.That(Values(end.Weights), Is.All.Matches<double>(double.IsFinite));
    }

    [Test]
    public void Euler_says_when_it_stopped_being_finite()
    {
        var end = new Euler(0.5).Solve(Explosion, Ones(), [1, 100]);
        Assert.That((end.Ending, end.Times.Count, end.Steps), Is.EqualTo((Ending.NotFinite, 1, 200)));
        Assert.That(end.Weights.shape, Is.EqualTo(new long[] { 1, 2, 1, 3 }));
        Assert.That(new Euler(0.5).Solve(Explosion, Ones(), [100]).Weights.shape, Is.EqualTo(new long[] { 0, 2, 1, 3 }));
    }

    [Test]
    public void Both_can_be_cancelled_after_a_step()
    {
        foreach (ISolver solver in (ISolver[])[new Euler(0.1), new DormandPrince()])
        {
            using var ended = new CancellationTokenSource();
            long told = 0;
            var progress = new Told(step =>
            {
                told = step;
                if (step == 3)
                    ended.Cancel();
            });
            Assert.That(() => solver.Solve(Decay, Ones(), [100], progress, ended.Token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(told, Is.EqualTo(3));
        }
    }

    [Test]
    public void Steps_and_times_must_fit()
    {
        Assert.That(() => new Euler(0.3).Solve(Decay, Ones(), [0.5]), Throws.ArgumentException.With.Message.Contains("0.5").And.Message.Contains("0.3"));
        foreach (double step in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.That(() => new Euler(step), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private sealed class Told(Action<long> step) : IProgress<long>
    {
        public void Report(long value) => step(value);
    }
}
