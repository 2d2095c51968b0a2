using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class SoftCommitteeTests : TensorScope
{
    private const int Sites = 7;

    [Test]
    public void One_unit_is_the_neuron_bit_for_bit([Values] Activation activation, [Values] bool withBias, [Values] bool ownBatches)
    {
        var (w, x) = (Random(1, 3, 1, Sites).to(ScalarType.Float32), (ownBatches ? Random(2, 3, 5, Sites) : Random(2, 5, Sites)).to(ScalarType.Float32));
        using var neuron = Started.Neuron(w, activation, withBias ? 0.3 : null);
        using var committee = Started.Committee(w, activation, withBias ? 0.3 : null);
        Assert.That(Values(committee.call(x).detach()), Is.EqualTo(Values(neuron.call(x).detach())));
        Tensor[] Gradients(UnitNetwork model) =>
            [.. torch.autograd.grad([model.call(x).square().sum()], withBias ? [model.Weight, model.Bias!] : [model.Weight])];
        foreach (var (a, b) in Gradients(committee).Zip(Gradients(neuron)))
            Assert.That(Values(a), Is.EqualTo(Values(b)));
    }

    [Test]
    public void Own_batches_are_answered_as_shared_ones()
    {
        var (w, x) = (Random(1, 3, 4, Sites), Random(2, 3, 5, Sites));
        using var committee = Started.Committee(w, Activation.Erf, 0.1);
        var own = committee.call(x);
        for (int init = 0; init < 3; init++)
            Assert.That(Values(own[init]), Is.EqualTo(Values(committee.call(x[init])[init])).Within(1e-14));
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

    [Test]
    public void Weights_of_another_shape_are_refused() =>
        Assert.That(() => Started.Committee(torch.zeros(2, 3, Sites)).StartFrom(torch.zeros(2, Sites)), Throws.ArgumentException.With.Message.Contains("(inits, units, N), here (2, 3, 7), not (2, 7)"));
}
