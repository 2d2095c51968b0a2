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

    // By its definition: on a ring or torus of side 9, each kernel at each place; the largest of two neighbours, or of 2 x 2, of kernels that do not reach across the border (4 x 4 places of 5 x 5).
    [Test]
    public void It_hands_on_what_it_is_to([Values] Readout readout, [Values(1, 2)] int dimensions, [Values] bool ownBatches)
    {
        const int kernel = 4, batch = 3;
        int n = dimensions == 1 ? Sites : Sites * Sites, columns = Sites, rows = n / Sites, tall = dimensions == 1 ? 1 : kernel;
        using var generator = new Generator(1);
        var head = new LinearHead(2, ConvolutionalNetwork.Weighed(n, 3, readout, kernel, Sites), generator);
        using var network = new ConvolutionalNetwork(n, 3, head, generator, Activation.Tanh, 0.1, kernel: kernel, readout: readout, side: Sites);
        network.to(ScalarType.Float64);
        network.StartFrom(Random(1, 2, 3, n));
        var x = ownBatches ? Random(3, 2, batch, n) : Random(3, batch, n);
        var h = network.Responses(x);
        for (int init = 0; init < 2; init++)
            for (int channel = 0; channel < 3; channel++)
                for (int example = 0; example < batch; example++)
                {
                    var shown = Values(ownBatches ? x[init, example] : x[example]);
                    var w = Values(network.Kernels[init, channel].detach());
                    double At(int row, int column) => Math.Tanh(0.1 + w.Select((v, t) => v * shown[((row + (t / kernel)) % rows * columns) + ((column + (t % kernel)) % columns)]).Sum());
                    int places = (Sites - kernel + 1) / 2;
                    double[] expected = readout switch
                    {
                        Readout.Mean => [Enumerable.Range(0, n).Average(i => At(i / columns, i % columns))],
                        Readout.Positions => [.. Enumerable.Range(0, n).Select(i => At(i / columns, i % columns))],
                        _ => [.. from row in Enumerable.Range(0, dimensions == 1 ? 1 : places) from column in Enumerable.Range(0, places)
                                 select (from a in Enumerable.Range(0, dimensions == 1 ? 1 : 2) from b in Enumerable.Range(0, 2) select At((2 * row) + a, (2 * column) + b)).Max()],
                    };
                    Assert.That(tall * kernel, Is.EqualTo(w.Length));
                    var given = Values(h[init].narrow(0, channel * expected.Length, expected.Length).select(-1, example).detach());
                    Assert.That(given, Is.EqualTo(expected).Within(1e-13));
                }
        Assert.That(h.shape[1], Is.EqualTo(head.Weight.shape[2]));
        Assert.That(Values(network.DeadUnits(x)), Is.EqualTo(new double[6]));
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
