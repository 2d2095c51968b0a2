using TorchRf.Models;
using TorchRf.SparseCoding;

namespace TorchRf.Tests.Models;

/// <summary>Networks that start from given weights, and in their dtype.</summary>
internal static class Started
{
    internal static SingleNeuron Neuron(Tensor w, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true) =>
        From(w, g => new SingleNeuron(Size(w, 0), Size(w, 2), g, activation, initialBias, trainBias));

    internal static SoftCommittee Committee(Tensor w, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true) =>
        From(w, g => new SoftCommittee(Size(w, 0), Size(w, 1), Size(w, 2), g, activation, initialBias, trainBias));

    internal static TwoLayerNetwork TwoLayer(Tensor w, LinearHead head, Activation activation = Activation.ReLU, double? initialBias = null, bool scaleInput = false) =>
        From(w, g => new TwoLayerNetwork(Size(w, 2), head, g, activation, initialBias, scaleInput: scaleInput));

    internal static ConvolutionalNetwork Convolutional(Tensor w, LinearHead head, Activation activation, double initialBias, int kernel) =>
        From(w, g => new ConvolutionalNetwork(Size(w, 2), Size(w, 1), head, g, activation, initialBias, kernel: kernel));

    internal static GatedNetwork Gated(Tensor w, Tensor directions, double? initialBias = null)
    {
        using var generator = new Generator(1);
        var gate = new HalfSpaceGate(Size(w, 0), Size(w, 1), Size(w, 2), generator);
        gate.to(directions.dtype);
        gate.Directions.copy_(directions);
        return From(w, g => new GatedNetwork(Size(w, 0), Size(w, 1), Size(w, 2), gate, g, initialBias));
    }

    internal static Autoencoder Autoencoder(
        Tensor w, Tensor decoder, Activation activation, double? initialBias = null, Sparsity sparsity = Sparsity.None, double strength = 0, double target = 0.05)
    {
        var model = From(w, g => new Autoencoder(Size(w, 0), Size(w, 1), Size(w, 2), g, activation, initialBias, sparsity: sparsity, strength: strength, target: target));
        using var noGrad = torch.no_grad();
        model.Decoder.copy_(decoder);
        return model;
    }

    internal static SparseCodingNetwork Sparse(Tensor w, double penalty, int steps = 50, ISparseCoder? coder = null, bool online = false) =>
        From(w, g => new SparseCodingNetwork(Size(w, 0), Size(w, 1), Size(w, 2), g, penalty, coder, online, steps));

    internal static LinearHead Head(Tensor v, HeadScaling scaling = HeadScaling.MeanField)
    {
        using var generator = new Generator(1);
        var head = new LinearHead(Size(v, 0), Size(v, 2), generator, Size(v, 1), scaling);
        head.to(v.dtype);
        using var noGrad = torch.no_grad();
        head.Weight.copy_(v);
        return head;
    }

    private static TModel From<TModel>(Tensor w, Func<Generator, TModel> make) where TModel : UnitNetwork
    {
        using var generator = new Generator(1);
        var model = make(generator);
        model.to(w.dtype);
        model.StartFrom(w);
        return model;
    }

    private static int Size(Tensor w, int dimension) => (int)w.shape[dimension];
}
