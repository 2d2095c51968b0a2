using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class SingleNeuronTests : TensorScope
{
    private const int Sites = 7;

    private static double Respond(Activation activation, double u) => activation switch
    {
        Activation.ReLU => Math.Max(0, u),
        Activation.Erf => MathNet.Numerics.SpecialFunctions.Erf(u / Math.Sqrt(2)),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-u)),
        Activation.Tanh => Math.Tanh(u),
        _ => u,
    };

    [Test]
    public void A_unit_responds_to_its_weighted_sum([Values] Activation activation, [Values] bool withBias, [Values] bool ownBatches)
    {
        var (w, x) = (Random(1, 3, 1, Sites), ownBatches ? Random(2, 3, 5, Sites) : Random(2, 5, Sites));
        using var neuron = Started.Neuron(w, activation, withBias ? 0.3 : null);
        var f = neuron.call(x);
        Assert.That(f.shape, Is.EqualTo(new long[] { 3, 5 }));
        for (int init = 0; init < 3; init++)
            for (int example = 0; example < 5; example++)
            {
                var shown = ownBatches ? x[init, example] : x[example];
                double u = Values(w[init, 0]).Zip(Values(shown), (a, b) => a * b).Sum() + (withBias ? 0.3 : 0);
                Assert.That(f[init, example].item<double>(), Is.EqualTo(Respond(activation, u)).Within(1e-12));
            }
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
