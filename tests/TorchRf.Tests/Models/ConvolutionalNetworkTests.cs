using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class ConvolutionalNetworkTests : TensorScope
{
    private const int Sites = 9;

    private static ConvolutionalNetwork Network(int kernel = 5, int outputs = 1, Activation activation = Activation.ReLU) =>
        Started.Convolutional(Random(1, 2, 3, Sites), Started.Head(Random(2, 2, outputs, 3)), activation, -0.2, kernel);

    [Test]
    public void It_slides_its_kernels_around_the_ring([Values(1, 4, 5, 9)] int kernel, [Values] bool ownBatches)
    {
        var x = ownBatches ? Random(3, 2, 4, Sites) : Random(3, 4, Sites);
        using var network = Network(kernel);
        var h = network.Responses(x);
        Assert.That(h.shape, Is.EqualTo(new long[] { 2, 3, 4 }));
        for (int init = 0; init < 2; init++)
            for (int channel = 0; channel < 3; channel++)
                for (int example = 0; example < 4; example++)
                {
                    var shown = Values(ownBatches ? x[init, example] : x[example]);
                    var w = Values(network.Kernels[init, channel].detach());
                    double mean = 0;
                    for (int site = 0; site < Sites; site++)
                        mean += Math.Max(0, w.Select((v, t) => v * shown[(site + t) % Sites]).Sum() - 0.2) / Sites;
                    Assert.That(h[init, channel, example].item<double>(), Is.EqualTo(mean).Within(1e-13));
                }
    }

    [Test]
    public void Outside_of_the_kernel_the_weight_is_zero_and_has_no_gradient()
    {
        using var network = Network();
        var gradient = torch.autograd.grad([network.call(Random(3, 4, Sites)).square().sum()], [network.Weight])[0];
        foreach (var field in new[] { network.Weight.detach(), gradient })
        {
            Assert.That(Values(field.narrow(-1, 0, 2)), Is.All.Zero);
            Assert.That(Values(field.narrow(-1, 7, 2)), Is.All.Zero);
            Assert.That(Values(field.narrow(-1, 2, 5)), Is.All.Not.Zero);
        }
    }

    [Test]
    public void Autograd_has_the_gradient_of_finite_differences([Values(Activation.ReLU, Activation.Erf)] Activation activation)
    {
        var x = Random(3, 4, Sites);
        using var network = Network(activation: activation);
        Assert.That(Largest(network, () => (network.call(x) - 0.3).square().mean([-1])), Is.LessThan(1e-8));
    }

    [Test]
    public void A_kernel_larger_than_the_ring_is_refused()
    {
        Assert.That(() => Network(10), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Network(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
