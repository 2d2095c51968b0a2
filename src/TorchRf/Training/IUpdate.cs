using TorchRf.IO;

namespace TorchRf.Training;

/// <summary>How a step of training moves a model's parameters: by autograd and an optimiser, or by the same gradient from vector code.</summary>
internal interface IUpdate : IDisposable
{
    /// <summary>What makes the gradient, in a word or two.</summary>
    string Gradient { get; }

    /// <summary>The optimiser and what it goes by ("sgd, lr 0.05"), as checkpoints say it.</summary>
    string Optimizer { get; }

    /// <summary>Draws a batch and moves the parameters.</summary>
    /// <returns>The losses before, which the caller's scope owns.</returns>
    Tensor Step(Generator generator);

    /// <summary>What the optimiser remembers, as tensors of its own that the caller's scope owns.</summary>
    IReadOnlyDictionary<string, Tensor> Capture();

    /// <summary>Checks what a checkpoint says of the optimiser.</summary>
    /// <returns>What takes it over; nothing is changed before.</returns>
    /// <exception cref="InvalidDataException">It is of another optimiser or another model.</exception>
    Action Restorer(Checkpoint checkpoint);
}
