using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

/// <summary>Networks of one layer of units and what reads it: the neuron, the committee, the two-layer and the gated network.</summary>
public sealed class UnitNetworkTests : TensorScope
{
    private const int Sites = 7;

    private static double Respond(Activation activation, double u) => activation switch
    {
        Activation.ReLU => Math.Max(0, u),
        Activation.Erf => MathNet.Numerics.SpecialFunctions.Erf(u / Math.Sqrt(2)),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-u)),
        Activation.Tanh => Math.Tanh(u),
        Activation.ErfPlus => (1 + MathNet.Numerics.SpecialFunctions.Erf(u / Math.Sqrt(2))) / 2,
        Activation.Cube => u * u * u / 3,
        Activation.OddCubic => u - (u * u * u / 3),
        Activation.ErfCubic => 2 / Math.Sqrt(Math.PI) * ((u / Math.Sqrt(2)) - (u * u * u / (3 * Math.Sqrt(8)))),
        _ => u,
    };

    [Test]
    public void Units_respond_to_their_weighted_sums_and_their_mean_is_the_answer(
        [Values] Activation activation, [Values(1, 4)] int units, [Values] bool withBias, [Values] bool ownBatches)
    {
        var (w, x) = (Random(1, 3, units, Sites), ownBatches ? Random(2, 3, 5, Sites) : Random(2, 5, Sites));
        using UnitNetwork committee = Started.Committee(w, activation, withBias ? 0.3 : null), neuron = units == 1 ? Started.Neuron(w, activation, withBias ? 0.3 : null) : committee;
        foreach (var f in new[] { committee.call(x), neuron.call(x) })
        {
            Assert.That(f.shape, Is.EqualTo(new long[] { 3, 5 }));
            for (int init = 0; init < 3; init++)
                for (int example = 0; example < 5; example++)
                {
                    var shown = ownBatches ? x[init, example] : x[example];
                    double mean = Values(w[init].matmul(shown)).Average(u => Respond(activation, u + (withBias ? 0.3 : 0)));
                    Assert.That(f[init, example].item<double>(), Is.EqualTo(mean).Within(1e-12));
                }
        }
    }

    [Test]
    public void A_two_layer_network_answers_as_its_formula_says([Values] HeadScaling scaling, [Values] bool scaleInput, [Values(1, 3)] int outputs)
    {
        var (w, v, x) = (Random(1, 2, 4, Sites), Random(2, 2, outputs, 4), Random(3, 5, Sites));
        using var network = Started.TwoLayer(w, Started.Head(v, scaling), Activation.Tanh, 0.2, scaleInput: scaleInput);
        var f = network.call(x);
        Assert.That(f.shape, Is.EqualTo(outputs == 1 ? new long[] { 2, 5 } : [2, 5, outputs]));
        for (int init = 0; init < 2; init++)
            for (int example = 0; example < 5; example++)
                for (int output = 0; output < outputs; output++)
                {
                    double sum = 0;
                    for (int unit = 0; unit < 4; unit++)
                        sum += v[init, output, unit].item<double>()
                            * Math.Tanh((w[init, unit].dot(x[example]).item<double>() / (scaleInput ? Math.Sqrt(Sites) : 1)) + 0.2);
                    var answer = outputs == 1 ? f[init, example] : f[init, example, output];
                    Assert.That(answer.item<double>(), Is.EqualTo(sum / (scaling switch { HeadScaling.MeanField => 4, HeadScaling.Lazy => 2, _ => 1 })).Within(1e-12));
                }
    }

    [Test]
    public void Autograd_has_the_gradient_of_finite_differences([Values] Activation activation, [Values(1, 3)] int outputs)
    {
        var x = Random(3, 5, Sites);
        using var network = Started.TwoLayer(
            Random(1, 2, 3, Sites), Started.Head(Random(2, 2, outputs, 3), HeadScaling.Lazy), activation, 0.2, scaleInput: true);
        Assert.That(network.parameters().Count(), Is.EqualTo(3));
        Assert.That(Largest(network, () => (network.call(x) - 0.3).square().mean(outputs == 1 ? [-1] : [-2, -1])), Is.LessThan(3e-8));
    }

    [Test]
    public void The_written_derivative_is_that_of_autograd([Values] Activation activation)
    {
        using var neuron = Started.Neuron(Random(1, 1, 1, Sites), activation);
        var u = Random(4, 50).requires_grad_();
        neuron.Answers(u).sum().backward();
        Assert.That(Values(neuron.Slopes(u.detach())), Is.EqualTo(Values(u.grad!)).Within(1e-12));
    }

    [Test]
    public void A_split_bias_starts_at_both_signs()
    {
        using var generator = new Generator(1);
        using var committee = new SoftCommittee(2, 5, Sites, generator, Activation.Erf, 0.5) { SplitBias = true };
        double[] halves = [0.5, 0.5, -0.5, -0.5, -0.5];
        Assert.That(Values(committee.Bias!.detach()), Is.EqualTo(halves.Concat(halves)));
        using (torch.no_grad())
            committee.Bias!.zero_();
        committee.reset_parameters(generator);
        Assert.That(Values(committee.Bias!.detach()), Is.EqualTo(halves.Concat(halves)));
    }

    [Test]
    public void A_head_of_ones_has_the_sum_and_its_negative()
    {
        using var generator = new Generator(1);
        var h = Random(2, 2, 3, 4);
        using var one = new LinearHead(2, 3, generator, 1, HeadScaling.None, Head.Ones);
        using var two = new LinearHead(2, 3, generator, 2, HeadScaling.MeanField, Head.Ones);
        one.to(ScalarType.Float64);
        two.to(ScalarType.Float64);
        Assert.That(Values(one.call(h)), Is.EqualTo(Values(h.sum(1))).Within(1e-14));
        Assert.That(Values(two.call(h)), Is.EqualTo(Values(torch.stack([h.mean([1]), -h.mean([1])], -1))).Within(1e-14));
        Assert.That(one.parameters(), Is.Empty);
        Assert.That(() => new LinearHead(2, 3, generator, 3, start: Head.Ones), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    // Unit 1 of network 0 and all of network 1 are held down by their weights; the bias alone decides, for the examples are bounded.
    [Test]
    public void Dead_units_are_those_that_answer_to_nothing()
    {
        var x = Random(2, 50, Sites).tanh();
        using var committee = Started.Committee(Random(1, 2, 3, Sites), Activation.ReLU, 0);
        using (torch.no_grad())
        {
            committee.Bias!.zero_();
            committee.Bias[0, 1] = torch.tensor(-1e3, ScalarType.Float64);
            committee.Bias[1] = torch.full([3], -1e3, ScalarType.Float64);
        }
        Assert.That(Values(committee.DeadUnits(x)), Is.EqualTo(new double[] { 0, 1, 0, 1, 1, 1 }));
        var gradient = torch.autograd.grad([committee.call(x).square().sum()], [committee.Weight])[0];
        Assert.That(Values(gradient.abs().amax([-1]).eq(0)), Is.EqualTo(new double[] { 0, 1, 0, 1, 1, 1 }));
    }

    [Test]
    public void Without_a_bias_symmetric_data_keep_every_unit_alive()
    {
        var half = Random(2, 20, Sites);
        using var committee = Started.Committee(Random(1, 5, 8, Sites));
        Assert.That(Values(committee.DeadUnits(torch.cat([half, -half]))), Is.All.Zero);
    }

    // With the weights themselves for directions, a gated linear unit is a ReLU.
    [Test]
    public void Gated_by_its_own_weights_it_is_a_ReLU_committee([Values] bool ownBatches)
    {
        var (w, x) = (Random(1, 2, 4, Sites), ownBatches ? Random(2, 2, 5, Sites) : Random(2, 5, Sites));
        using var gated = Started.Gated(w, w);
        using var committee = Started.Committee(w);
        Assert.That(Values(gated.call(x)), Is.EqualTo(Values(committee.call(x))).Within(1e-14));
    }

    [Test]
    public void Gates_stay_as_they_are_and_the_rest_has_its_gradient()
    {
        var x = Random(3, 8, Sites);
        using var gated = Started.Gated(Random(1, 2, 4, Sites), Random(2, 2, 4, Sites), 0.1);
        Assert.That(gated.named_buffers().Select(b => b.name), Is.EqualTo(new[] { "gate.directions" }));
        Assert.That(Largest(gated, () => (gated.call(x) - 0.3).square().mean([-1])), Is.LessThan(1e-8));
    }

    [Test]
    public void A_unit_whose_gate_is_shut_is_dead()
    {
        var x = Random(3, 8, Sites).abs();
        using var gated = Started.Gated(Random(1, 1, 2, Sites), torch.cat([torch.ones([1, 1, Sites], ScalarType.Float64), -torch.ones([1, 1, Sites], ScalarType.Float64)], 1));
        Assert.That(Values(gated.DeadUnits(x)), Is.EqualTo(new double[] { 0, 1 }));
    }

    [Test]
    public void Its_state_is_the_weight_and_a_bias_if_there_is_one([Values] bool trainBias)
    {
        var w = Random(1, 2, 1, Sites);
        using var without = Started.Neuron(w);
        using var with = Started.Neuron(w, initialBias: 0.5, trainBias: trainBias);
        Assert.That(without.Bias, Is.Null);
        Assert.That(without.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "weight" }));
        Assert.That(with.state_dict().Keys, Is.EquivalentTo(new[] { "weight", "bias" }));
        Assert.That(with.named_parameters().Any(p => p.name == "bias"), Is.EqualTo(trainBias), "what stays is a buffer");
        Assert.That(with.Weight.requires_grad, Is.True);
        Assert.That(with.Bias!.requires_grad, Is.EqualTo(trainBias));
        Assert.That(Values(with.Bias!), Is.All.EqualTo(0.5));
        Assert.That(with.Bias!.shape, Is.EqualTo(new long[] { 2, 1 }));
    }

    [Test]
    public void The_initial_weights_are_copied()
    {
        var w = Random(1, 2, 1, Sites);
        using var neuron = Started.Neuron(w);
        var before = Values(w);
        w.zero_();
        Assert.That(Values(neuron.Weight.detach()), Is.EqualTo(before));
    }

    [Test]
    public void Weights_of_another_shape_are_refused() =>
        Assert.That(() => Started.Committee(torch.zeros(2, 3, Sites)).StartFrom(torch.zeros(2, Sites)), Throws.ArgumentException.With.Message.Contains("(inits, units, N), here (2, 3, 7), not (2, 7)"));

    // Standard deviation sqrt(2 scale / (N + units)); its square within 4.5 standard errors.
    [TestCase(2000, 40, 1.0, 1)]
    [TestCase(2000, 40, 0.001, 1)]
    [TestCase(500, 31, 1.0, 5)]
    public void Initial_weights_are_Glorots(int inits, int sites, double scale, int units)
    {
        using var generator = new Generator(4);
        var w = Glorot.Normal(inits, sites, scale, generator, units);
        Assert.That(w.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(w.shape, Is.EqualTo(new long[] { inits, units, sites }));
        var standard = (w.to(ScalarType.Float64) / Math.Sqrt(2 * scale / (sites + units))).flatten().unsqueeze(1);
        Assert.That(Data.StandardErrors.Largest(standard.square(), torch.ones(1, ScalarType.Float64)), Is.LessThan(4.5));
        Assert.That(Data.StandardErrors.Largest(standard, torch.zeros(1, ScalarType.Float64)), Is.LessThan(4.5));
        Assert.That(Data.StandardErrors.Largest(standard.pow(4), torch.full([1], 3, ScalarType.Float64)), Is.LessThan(4.5));
    }

    [Test]
    public void Glorot_needs_positive_numbers()
    {
        using var generator = new Generator(4);
        Assert.That(() => Glorot.Normal(0, 4, 1, generator), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Glorot.Normal(1, 0, 1, generator), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Glorot.Normal(1, 4, 0, generator), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
