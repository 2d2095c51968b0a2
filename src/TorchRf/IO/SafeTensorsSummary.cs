namespace TorchRf.IO;

/// <summary>What a safetensors file says of itself. Its header is true of the file; the elements were not looked at one by one.</summary>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The text pairs of the file's <c>__metadata__</c>, but for the checksum; empty where it has none.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Stated">The checksum that the file states; null where it states none.</param>
/// <param name="Counted">The checksum that the file has; null where it states none.</param>
public sealed record SafeTensorsSummary(
    IReadOnlyList<SafeTensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, long Bytes, string? Stated, string? Counted)
{
    /// <summary>Whether every byte is as it was written; null where the file states no checksum.</summary>
    public bool? ChecksumHolds => Stated is null ? null : Stated == Counted;
}
