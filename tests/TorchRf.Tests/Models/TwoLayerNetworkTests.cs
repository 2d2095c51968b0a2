using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class TwoLayerNetworkTests : TensorScope
{
    private const int Sites = 6;

    [Test]
    public void It_answers_as_its_formula_says([Values] HeadScaling scaling, [Values] bool scaleInput, [Values(1, 3)] int outputs)
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
                    Assert.That(answer.item<double>(), Is.EqualTo(sum / (scaling == HeadScaling.MeanField ? 4 : 2)).Within(1e-12));
                }
    }

    [Test]
    public void A_head_of_ones_makes_it_a_committee()
    {
        var (w, x) = (Random(1, 2, 4, Sites), Random(3, 5, Sites));
        using var network = Started.TwoLayer(w, Started.Head(torch.ones([2, 1, 4], ScalarType.Float64)), initialBias: 0.1);
        using var committee = Started.Committee(w, initialBias: 0.1);
        Assert.That(Values(network.call(x)), Is.EqualTo(Values(committee.call(x))).Within(1e-14));
    }

    [Test]
    public void Autograd_has_the_gradient_of_finite_differences([Values] Activation activation, [Values(1, 3)] int outputs)
    {
        var x = Random(3, 5, Sites);
        using var network = Started.TwoLayer(
            Random(1, 2, 3, Sites), Started.Head(Random(2, 2, outputs, 3), HeadScaling.Lazy), activation, 0.2, scaleInput: true);
        Assert.That(network.parameters().Count(), Is.EqualTo(3));
        Assert.That(Largest(network, () => (network.call(x) - 0.3).square().mean(outputs == 1 ? [-1] : [-2, -1])), Is.LessThan(1e-8));
    }
}
