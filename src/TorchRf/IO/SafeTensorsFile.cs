namespace TorchRf.IO;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors by name, in the order of the file. They belong to the dispose scope of whoever read them.</param>
/// <param name="Metadata">The text pairs of the file's <c>__metadata__</c>, but for the checksum; empty where it has none.</param>
public sealed record SafeTensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The checksum that the file states, which holds; null where it states none.</summary>
    public string? Checksum { get; init; }
}
