namespace TorchRf.IO;

/// <summary>One tensor in the header of a safetensors file.</summary>
/// <param name="Name">Any text.</param>
/// <param name="Dtype">Its elements.</param>
/// <param name="Shape">Its extents, C order.</param>
/// <param name="Begin">Its first byte in the buffer behind the header.</param>
/// <param name="End">The byte behind its last.</param>
public sealed record SafeTensorsEntry(string Name, ScalarType Dtype, long[] Shape, long Begin, long End);
