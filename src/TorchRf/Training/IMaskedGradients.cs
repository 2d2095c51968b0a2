namespace TorchRf.Training;

/// <summary>A model of which some parameters are to stay as they are: <see cref="Trainer"/> tells it when gradients are there and before they are followed.</summary>
public interface IMaskedGradients
{
    /// <summary>Sets to 0 the gradients of what is to stay.</summary>
    void MaskGradients();
}
