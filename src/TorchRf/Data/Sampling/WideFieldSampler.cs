using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>The same where the kernel is wide and the sites are many: vector code makes the noise and bends the field, Fourier transforms mix between.</summary>
/// <param name="root">The root of the field's covariance.</param>
/// <param name="bend">What is done to each site; nothing without.</param>
internal sealed class WideFieldSampler(ICovariance root, OddFunction? bend) : VectorSampler
{
    // Numbers in a chunk of noise.
    private const int Chunk = 8192;

    /// <inheritdoc/>
    public override unsafe void Fill(ulong key, Tensor examples)
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
        using (var field = root.Times(examples))
            examples.copy_(field);
        if (bend is not null)
            Chunks.Each(chunks, chunk => bend.Apply(x + ((long)chunk * Chunk), Math.Min(Chunk, count - ((long)chunk * Chunk))));
        GC.KeepAlive(examples);
    }
}
