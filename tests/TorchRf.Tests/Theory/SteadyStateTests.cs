using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

public sealed class SteadyStateTests : TensorScope
{
    private static Tensor Initial()
    {
        using var generator = new Generator(51);
        return torch.randn([4, 1, 10], generator: generator) * 0.01;
    }

    private static GradientFlow Flow() =>
        GradientFlow.Of(new ClassificationTask(new NonlinearGaussianProcess(10, 0.5, 10), new NonlinearGaussianProcess(10, 1.5, 10)));

    private static double Residual(Tensor w) => (torch.linalg.norm(Flow().Velocity(w), [-1]) / torch.linalg.norm(w, [-1])).max().item<double>();

    [TestCase(1e-4)]
    [TestCase(1e-8)]
    public void A_flow_of_sub_Gaussian_data_comes_to_rest(double tolerance)
    {
        var end = SteadyState.Of(Flow(), Initial(), tolerance);
        Assert.That(end.Ending, Is.EqualTo(Ending.AtRest));
        Assert.That(end.Weights.shape, Is.EqualTo(new long[] { 1, 4, 1, 10 }));
        Assert.That(end.Weights.dtype, Is.EqualTo(ScalarType.Float64));
        // Every field, and only just.
        Assert.That(Residual(end.Weights), Is.LessThanOrEqualTo(tolerance).And.GreaterThan(tolerance / 100));
        Assert.That(end.Times, Has.Count.EqualTo(1));
        Assert.That(end.Times[0], Is.GreaterThan(1).And.LessThan(10_000));
    }

    [Test]
    public void It_stays_where_it_rests()
    {
        var end = SteadyState.Of(Flow(), Initial(), 1e-8).Weights[0];
        var later = Flow().Adaptive(end, [5])[0];
        Assert.That((later - end).abs().max().item<double>(), Is.LessThan(1e-5));
    }

    [Test]
    public void What_did_not_come_to_rest_says_so()
    {
        var end = SteadyState.Of(Flow(), Initial(), 1e-8, longest: 3);
        Assert.That(end.Ending, Is.EqualTo(Ending.Done));
        Assert.That(end.Times, Is.EqualTo(new[] { 3.0 }));
        Assert.That(Residual(end.Weights), Is.GreaterThan(1e-8));
        Assert.That(Values(end.Weights[0]), Is.EqualTo(Values(Flow().Adaptive(Initial(), [3])[0])).Within(1e-6));
    }

    [Test]
    public void It_can_be_ended()
    {
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.That(() => SteadyState.Of(Flow(), Initial(), cancellation: ended.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        foreach (double tolerance in new[] { 0, -1, double.NaN })
            Assert.That(() => SteadyState.Of(Flow(), Initial(), tolerance), Throws.InstanceOf<ArgumentOutOfRangeException>());
        foreach (double longest in new[] { 0, double.NaN, double.PositiveInfinity })
            Assert.That(() => SteadyState.Of(Flow(), Initial(), longest: longest), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
