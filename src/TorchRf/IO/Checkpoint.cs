namespace TorchRf.IO;

/// <summary>Everything a training needs to go on: its step, its tensors, and its metrics so far.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tensors">"model.NAME" for each parameter and buffer, "generator" (its state, bytes) and "snapshots" (snapshots, inits, units, N).</param>
/// <param name="Metrics">Loss and accuracy at the snapshots.</param>
/// <param name="Optimizer">The optimiser and what it goes by ("sgd, lr 0.05"); its tensors, if it has any, are among the others.</param>
public sealed record Checkpoint(
    long Step, IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyList<SnapshotMetrics> Metrics, string Optimizer)
{
    /// <summary>The run that a file says it is of; null for one that was not read, or of schema 1.</summary>
    public RunDocument? Run { get; init; }

    /// <summary>One of the tensors, checked.</summary>
    /// <exception cref="InvalidDataException">It is missing, or of another dtype or shape than expected.</exception>
    public Tensor Tensor(string name, ScalarType dtype, long[] shape)
    {
        if (!Tensors.TryGetValue(name, out var tensor))
            throw new InvalidDataException($"The checkpoint has no tensor '{name}'.");
        return tensor.dtype == dtype && tensor.shape.SequenceEqual(shape)
            ? tensor
            : throw new InvalidDataException(
                $"The checkpoint's tensor '{name}' is {tensor.dtype} ({string.Join(", ", tensor.shape)}); this run needs {dtype} ({string.Join(", ", shape)}).");
    }
}
