using NUnit.Framework;
using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

[TestFixture]
public sealed class SteadyStateTests : TensorScope
{
    private static Tensor Initial()
    {
        using var generator = new Generator(51);
        return torch.randn([4, 1, 10], generator: generator) * 0.01;
    }

    private static GradientFlow Flow() =>
        GradientFlow.Of(new LengthscaleTask(new NonlinearGaussianProcess(10, 0.5, 10), new NonlinearGaussianProcess(10, 1.5, 10)));

    [TestCase(1e-4)]
    [TestCase(1e-8)]
    public void A_flow_of_sub_Gaussian_data_comes_to_rest(double tolerance)
    {
        var end = Flow().ToSteadyState(Initial(), tolerance);
        Assert.That(end.Converged, Is.True);
        Assert.That(end.Weights.shape, Is.EqualTo(new long[] { 4, 1, 10 }));
        Assert.That(end.Weights.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(end.Residual.shape, Is.EqualTo(new long[] { 4, 1 }));
        Assert.That(Values(end.Residual), Is.All.LessThanOrEqualTo(tolerance));
        var rest = torch.linalg.norm(Flow().Velocity(end.Weights), [-1]) / torch.linalg.norm(end.Weights, [-1]);
        Assert.That(Values(rest), Is.EqualTo(Values(end.Residual)).Within(1e-12));
        Assert.That(end.Time, Is.GreaterThan(1));
    }

    [Test]
    public void It_stays_where_it_rests()
    {
        var end = Flow().ToSteadyState(Initial(), 1e-8);
        var later = Flow().Adaptive(end.Weights, [5])[0];
        Assert.That((later - end.Weights).abs().max().item<double>(), Is.LessThan(1e-5));
    }

    [Test]
    public void What_did_not_come_to_rest_says_so()
    {
        var end = Flow().ToSteadyState(Initial(), 1e-8, longest: 3);
        Assert.That(end.Converged, Is.False);
        Assert.That(end.Time, Is.EqualTo(3));
        Assert.That(end.Residual.max().item<double>(), Is.GreaterThan(1e-8));
        Assert.That(Values(end.Weights), Is.EqualTo(Values(Flow().Adaptive(Initial(), [3])[0])).Within(1e-6));
    }

    [Test]
    public void It_can_be_ended()
    {
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.That(() => Flow().ToSteadyState(Initial(), cancellation: ended.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        foreach (double tolerance in new[] { 0, -1, double.NaN })
            Assert.That(() => Flow().ToSteadyState(Initial(), tolerance), Throws.InstanceOf<ArgumentOutOfRangeException>());
        foreach (double longest in new[] { 0, double.NaN, double.PositiveInfinity })
            Assert.That(() => Flow().ToSteadyState(Initial(), longest: longest), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
