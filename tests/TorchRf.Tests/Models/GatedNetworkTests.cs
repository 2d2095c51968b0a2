using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class GatedNetworkTests : TensorScope
{
    private const int Sites = 6;

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
}
