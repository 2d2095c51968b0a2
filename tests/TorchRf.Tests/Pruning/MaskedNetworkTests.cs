using TorchRf.Pruning;
using TorchRf.Training;

namespace TorchRf.Tests.Pruning;

/// <summary>The masked network against its definition, and what stays away of it.</summary>
public class MaskedNetworkTests : TensorScope
{
    // Two layers by hand: normalise each input over the batch, multiply, rectify, and again.
    [TestCase(7, Description = "more units than examples")]
    [TestCase(40, Description = "more examples than units")]
    public void Its_answers_and_gradients_are_those_of_the_formula(int batch)
    {
        using var generator = new Generator(3);
        using var network = new MaskedNetwork([6, 9, 3], generator);
        using (torch.no_grad())
            foreach (var parameter in network.parameters())
                parameter.add_(torch.randn(parameter.shape, generator: generator), 0.3);
        var x = (torch.randn([batch, 6], generator: generator) * 2) + 1;
        var y = torch.randint(3, [batch], generator: generator).to(ScalarType.Float32);
        new CrossEntropy(3).Losses(network, x, y).sum().backward();

        var own = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().to(ScalarType.Float64).requires_grad_());
        Tensor Layer(int l, Tensor of)
        {
            var centred = of - of.mean([0]);
            var z = (centred / (centred.square().mean([0]) + 1e-10).sqrt() * own[$"layers.{l}.gamma"]) + own[$"layers.{l}.beta"];
            return z.matmul(own[$"layers.{l}.weight"].mT) + own[$"layers.{l}.bias"];
        }

        var hidden = Layer(0, x.to(ScalarType.Float64));
        var logits = Layer(1, hidden.clamp(min: 0));
        Assert.That(network.forward(x).ToArray<float>(), Is.EqualTo(logits.ToArray<double>()).Within(1e-4));
        Assert.That(network.Preactivations(x, 0).ToArray<float>(), Is.EqualTo(hidden.ToArray<double>()).Within(1e-4));
        (logits.logsumexp(1) - logits.gather(1, y.to(ScalarType.Int64).unsqueeze(1)).squeeze(1)).mean().backward();
        foreach (var (name, parameter) in network.named_parameters())
            Assert.That(parameter.grad!.ToArray<float>(), Is.EqualTo(own[name].grad!.ToArray<double>()).Within(2e-5), name);
    }

    // Of few batches and of many, a moment is their weighted mean: of equal ones it is theirs.
    [Test]
    public void It_is_judged_by_running_moments_that_begin_with_the_first_batch()
    {
        using var generator = new Generator(1);
        using var network = OfAnEarlierScope(generator);
        var x = torch.randn([200, 5], generator: generator);
        var trained = network.forward(x).ToArray<float>();
        network.eval();
        Assert.That(network.forward(x).ToArray<float>(), Is.EqualTo(trained).Within(0.1), "but for n - 1 in place of n");
        network.ResetMoments();
        Assert.That(network.Preactivations(x, 0).ToArray<float>(), Is.EqualTo(nn.functional.linear(x, network.Weights[0]).ToArray<float>()).Within(1e-5));
    }

    [TestCase("sgd")]
    [TestCase("adam")]
    public void What_was_taken_away_stays_exactly_0(string optimizer)
    {
        using var generator = new Generator(2);
        using var network = new MaskedNetwork([6, 8, 2], generator);
        using (torch.no_grad())
            network.Biases[0].add_(torch.randn([8], generator: generator));
        using var trainer = new Trainer(network, new TwoClouds(), new CrossEntropy(2),
            p => optimizer == "adam" ? torch.optim.Adam(p, 0.05, weight_decay: 0.1) : torch.optim.SGD(p, 0.1, momentum: 0.9, weight_decay: 0.1));
        // Momenta of what then goes.
        trainer.Run(5);
        network.Keep(MagnitudePruning.Masks(network, 0.5));
        var (before, masks) = (network.Weights[0].clone(), network.Masks.Zip(network.BiasMasks).Select(m => (m.First.clone(), m.Second.clone())).ToArray());
        using var again = new Trainer(network, new TwoClouds(), new CrossEntropy(2),
            p => optimizer == "adam" ? torch.optim.Adam(p, 0.05, weight_decay: 0.1) : torch.optim.SGD(p, 0.1, momentum: 0.9, weight_decay: 0.1));
        again.Run(5);
        again.Restore(again.Capture());
        again.Run(12);
        foreach (var (l, (weights, biases)) in masks.Index())
        {
            Assert.That(network.Weights[l].masked_select(weights.logical_not()).count_nonzero().item<long>(), Is.Zero);
            Assert.That(network.Biases[l].masked_select(biases.logical_not()).count_nonzero().item<long>(), Is.Zero);
        }
        Assert.That(masks[0].Item1.sum().item<long>() + masks[0].Item2.sum().item<long>(), Is.EqualTo(28), "of 48 weights and 8 biases");
        Assert.That((network.Weights[0] - before).masked_select(masks[0].Item1).count_nonzero().item<long>(), Is.EqualTo(masks[0].Item1.sum().item<long>()), "the others move");
    }

    private static MaskedNetwork OfAnEarlierScope(Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        return new MaskedNetwork([5, 4, 2], generator);
    }

    private sealed class TwoClouds : IBatches
    {
        public (Tensor X, Tensor Y) Next(Generator generator)
        {
            var y = torch.cat([torch.zeros(10), torch.ones(10)]);
            return (torch.randn([20, 6], generator: generator) + y.unsqueeze(1), y);
        }
    }
}
