using TorchRf.IO;
using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>Plain gradient descent for LSG's neuron on the CPU, with the gradient from vector code.</summary>
/// <param name="neuron">The neuron; it stays the caller's.</param>
/// <param name="gradient">Its gradient; freed with this.</param>
/// <param name="lr">The learning rate.</param>
internal sealed class NeuronUpdate(SingleNeuron neuron, ReluNeuronGradient gradient, double lr) : IUpdate
{
    // Held, for a number that an operation is given becomes a native one each time, which only a finaliser frees.
    private readonly Scalar descent = -lr;

    public string Gradient => "vector code";

    public string Optimizer { get; } = FormattableString.Invariant($"sgd, lr {lr}");

    public Tensor Step(Generator generator)
    {
        using var noGrad = torch.no_grad();
        var (slope, losses) = gradient.Draw(neuron.Weight, generator);
        neuron.Weight.add_(slope, descent);
        return losses;
    }

    public IReadOnlyDictionary<string, Tensor> Capture() => new Dictionary<string, Tensor>();

    public Action Restorer(Checkpoint checkpoint) => () => { };

    public void Dispose()
    {
        descent.Dispose();
        gradient.Dispose();
    }
}
