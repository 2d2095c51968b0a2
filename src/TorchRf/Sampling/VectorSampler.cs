namespace TorchRf.Sampling;

/// <summary>
/// Makes a data model's examples on the CPU in Float32 with vector code. Example n of a stream is a function of the stream's key and of n: it does
/// not depend on how many threads make it, nor on how many examples are asked for, save where torch draws one amplitude an example.
/// </summary>
internal abstract class VectorSampler
{
    /// <summary>Makes the first examples of a stream.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="examples">Shape (examples, N), Float32, contiguous, on the CPU; overwritten.</param>
    internal abstract void Fill(ulong key, Tensor examples);

    /// <summary>The key of a new stream: 64 bits of the generator's.</summary>
    internal static ulong NextKey(Generator generator)
    {
        using var halves = torch.rand([2], ScalarType.Float64, generator.device, generator: generator);
        var bits = halves.ToArray<double>();
        return ((ulong)(bits[0] * 4294967296.0) << 32) | (ulong)(bits[1] * 4294967296.0);
    }
}
