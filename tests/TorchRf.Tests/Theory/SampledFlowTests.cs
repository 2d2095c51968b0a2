using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>The flow on a fixed set of examples against autograd on the same, and against what training comes to.</summary>
public sealed class SampledFlowTests : TensorScope
{
    // Of examples that are neither symmetric nor of unit variance. 9 000 examples of 60 fields are more than one piece.
    [TestCase(1, 6, 9000, 0.5, 0, 1)]
    [TestCase(3, 20, 9000, 0.5, 0, 1)]
    [TestCase(1, 6, 100, 0.8, -1, 2)]
    [TestCase(4, 5, 100, 0.3, -1, 0.5)]
    public void It_is_minus_K_times_the_gradient_of_the_loss(int units, int inits, int examples, double share, double y0, double y1)
    {
        const int Sites = 11;
        using var generator = new Generator(91);
        Tensor Random(params long[] shape) => torch.randn(shape, ScalarType.Float64, generator: generator);
        var (x0, x1) = ((Random(examples, Sites) * 0.7).exp(), Random(examples / 2, Sites) + 0.3);
        var w = Random(inits, units, Sites).requires_grad_();
        Tensor Loss(Tensor x, double y) => (w.matmul(torch.cat([x, -x]).mT).relu().mean([1]) - y).square().mean([-1]).sum();
        var expected = torch.autograd.grad([(Loss(x0, y0) * (1 - share)) + (Loss(x1, y1) * share)], [w])[0] * -units;

        using var flow = new SampledFlow(x0, x1) { Shares = (1 - share, share), Targets = (y0, y1) };
        var velocity = flow.Velocity(w);
        Assert.That(velocity.requires_grad, Is.False);
        Assert.That(Values(velocity), Is.EqualTo(Values(expected)).Within(1e-12));
    }

    [Test]
    public void Own_examples_are_those_themselves()
    {
        using var generator = new Generator(92);
        var (x0, x1) = (torch.randn(30, 8, ScalarType.Float64, generator: generator), torch.randn(30, 8, ScalarType.Float64, generator: generator).cumsum(1));
        using var task = new ClassificationTask(new FileExamples(x0, "first"), new FileExamples(x1, "second"));
        var shown = task.Classes.Select(c => ((IExamples)c).Examples()).ToArray();
        var w = torch.randn(2, 1, 8, ScalarType.Float64, generator: generator);
        using var flow = SampledFlow.Of(task, SampledFlow.Examples, generator);
        using var expected = new SampledFlow(shown[0], shown[1]);
        Assert.That(Values(flow.Velocity(w)), Is.EqualTo(Values(expected.Velocity(w))));
    }

    [Test]
    public void Three_classes_are_refused()
    {
        using var generator = new Generator(93);
        Assert.That(() => SampledFlow.Of(new ClassificationTask(new Gaussian(8, 1), new Gaussian(8, 2), new Gaussian(8, 3)), 10, generator),
            Throws.InstanceOf<NotSupportedException>().With.Message.EndsWith("this is a task of 3 classes."));
        Assert.That(() => new SampledFlow(torch.zeros(3, 8), torch.zeros(3, 9)), Throws.ArgumentException.With.Message.StartsWith("Examples of both classes have shape (examples, N), not (3, 8) and (3, 9)."));
    }

    // What training comes to on Ising data (IPR 0.85), and the lemma does not (0.348): of 2000 steps of 0.05, more alike from 60 000 examples.
    [Test]
    public void It_localizes_as_training_does()
    {
        using var generator = new Generator(94);
        using var flow = SampledFlow.Of(new ClassificationTask(new IsingRing(40, 0.3), new IsingRing(40, 0.7)), 4000, generator);
        var initial = torch.randn(6, 1, 40, ScalarType.Float64, generator: generator) * 0.007;
        var ended = new Euler(0.2).Solve(flow, initial, [100]);
        Assert.That(Values(InverseParticipationRatio.Of(ended.Weights[-1])).Average(), Is.EqualTo(0.85).Within(0.03));
    }
}
