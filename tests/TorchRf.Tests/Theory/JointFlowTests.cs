using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>The flow of a neuron with its second layer.</summary>
public sealed class JointFlowTests : TensorScope
{
    private static Tensor Random(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return torch.randn(shape, ScalarType.Float64, generator: generator);
    }

    private static DenseCovariance Moments(Tensor x) => new(x.mT.matmul(x) / x.shape[0]);

    // By examples instead of laws it is autograd's, of the mean over them and their negatives; so is the flow of w alone, with other shares and targets too.
    [Test]
    public void On_examples_it_is_minus_the_gradient()
    {
        var (x0, x1) = (Random(51, 60, 7), Random(52, 80, 7).cumsum(1) * 0.3);
        using var drive = new SampledDrive(x1);
        using var other = new SampledDrive(x0);
        var (w, v) = (Random(53, 5, 1, 7).requires_grad_(), Random(54, 5, 1, 1).requires_grad_());
        Tensor Loss(Tensor x, double y) => (v * w.matmul(torch.cat([x, -x]).mT).relu() - y).square().mean([-1]).sum();
        var expected = torch.autograd.grad([(Loss(x0, 0) + Loss(x1, 1)) * 0.5], [w, v]);
        var velocity = new JointFlow(Moments(x0), Moments(x1), drive).Velocity(torch.cat([w, v], -1).detach());
        Assert.That(Values(velocity), Is.EqualTo(Values(torch.cat([-expected[0], -expected[1]], -1))).Within(1e-12));

        var (head, shares, targets) = (torch.ones_like(v), (First: 0.3, Second: 0.7), (First: -1.0, Second: 2.0));
        Tensor Alone(Tensor x, double y) => (head * w.matmul(torch.cat([x, -x]).mT).relu() - y).square().mean([-1]).sum();
        var alone = torch.autograd.grad([(Alone(x0, targets.First) * shares.First) + (Alone(x1, targets.Second) * shares.Second)], [w])[0];
        var flow = new GradientFlow(Moments(x0), Moments(x1), drive) { Shares = shares, Targets = targets, FirstDrive = other };
        Assert.That(Values(flow.Velocity(w)), Is.EqualTo(Values(-alone)).Within(1e-12));
    }

    // dE/dt of both layers: |w|^2 - v^2 stays, and at rest v is the best for w.
    [Test]
    public void The_difference_of_the_layers_sizes_is_conserved()
    {
        var (zero, one) = (new NonlinearGaussianProcess(20, 1, 3), new NonlinearGaussianProcess(20, 3, 3));
        var amplifier = one.Marginal.FullAmplifier();
        var start = torch.cat([Random(55, 4, 1, 20) * 0.1, torch.tensor(new[] { 1.0, 0.5, 0.2, -0.3 }).view(4, 1, 1)], -1);
        var ended = new DormandPrince(1e-11, 1e-14).Solve(new JointFlow(zero.Covariance, one.Covariance, new AmplifierDrive(amplifier)), start, [1, 10, 60]);
        Assert.That(ended.Ending, Is.EqualTo(Ending.Done));
        Tensor Conserved(Tensor state) => state[.., .., ..20].square().sum([-1]) - state[.., .., 20].square();
        foreach (var state in new[] { ended.Weights[0], ended.Weights[1], ended.Weights[2] })
            Assert.That(Values(Conserved(state)), Is.EqualTo(Values(Conserved(start))).Within(1e-8));
        var (w, v) = (ended.Weights[2][.., 0, ..20], ended.Weights[2][.., 0, 20]);
        Assert.That(Values(v / OptimalHead.Of(w, zero.Covariance, one.Covariance, amplifier))[..3], Is.All.EqualTo(1).Within(0.02));
    }
}
