using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>The loss that a model without labels has of its own.</summary>
public sealed class Reconstruction : IObjective
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => model is IReconstruction own
        ? own.Losses(x)
        : throw new ArgumentException($"{model.GetName()} has no loss of its own.", nameof(model));

    /// <inheritdoc/>
    public (Tensor Losses, Tensor? Accuracies) Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => (Losses(model, x, y), null);
}
