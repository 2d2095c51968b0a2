namespace TorchRf.Training;

/// <summary>What a training minimises, for every initialisation on its own.</summary>
public interface IObjective
{
    /// <summary>The loss of every initialisation on a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <param name="y">The classes' numbers, shape (batch), in the dtype of x.</param>
    /// <returns>Shape (inits).</returns>
    Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y);

    /// <summary>The losses, and how often each initialisation's answer says the class; null where that has no meaning. Both of shape (inits).</summary>
    (Tensor Losses, Tensor? Accuracies) Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y);
}
