using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>The same where the kernel is wide and the sites are many: vector code makes the noise and warps the field, torch filters between (by Fourier transforms).</summary>
/// <param name="root">x R over the last axis, R the root of the field's covariance.</param>
/// <param name="warp">What is done to each site; nothing without.</param>
internal sealed class WideFieldSampler(Func<Tensor, Tensor> root, OddFunction? warp) : VectorSampler
{
    // Numbers in a chunk of noise.
    private const int Chunk = 8192;

    /// <inheritdoc/>
    internal override unsafe void Fill(ulong key, Tensor examples)
    {
        var place = new ExampleMemory(examples);
        float* x = place.Rows == 0 ? null : place.Row(0);
        long count = examples.numel();
        int chunks = checked((int)((count + Chunk - 1) / Chunk));
        Chunks.Each(chunks, chunk =>
        {
            var noise = stackalloc float[Chunk];
            int some = (int)Math.Min(Chunk, count - ((long)chunk * Chunk));
            NormalNoise.Fill(new Philox(key, (ulong)chunk, Purpose.Noise), noise, some);
            new ReadOnlySpan<float>(noise, some).CopyTo(new Span<float>(x + ((long)chunk * Chunk), some));
        });
        using (var field = root(examples))
            examples.copy_(field);
        if (warp is not null)
            Chunks.Each(chunks, chunk => warp.Apply(x + ((long)chunk * Chunk), Math.Min(Chunk, count - ((long)chunk * Chunk))));
        GC.KeepAlive(examples);
    }
}
