using System.Buffers;
using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>A sampler that makes its examples in chunks which are independent of each other, so that who uses them can do so while they are in the cache.</summary>
/// <param name="sites">N.</param>
/// <param name="chunkRows">Examples in a chunk; the last one of a batch may hold fewer.</param>
internal abstract class ChunkSampler(int sites, int chunkRows) : VectorSampler
{
    // Numbers of a chunk of examples: with the noise that they are made of, they stay in the second-level cache.
    private const int Cached = 8192;

    /// <summary>N.</summary>
    internal int Sites => sites;

    /// <summary>Examples in a chunk.</summary>
    internal int ChunkRows => chunkRows;

    /// <summary>Numbers of scratch that a chunk needs.</summary>
    private protected abstract int Scratch { get; }

    /// <inheritdoc/>
    internal override unsafe void Fill(ulong key, Tensor examples)
    {
        var place = new ExampleMemory(examples);
        Chunks.Each(Count(place.Rows), chunk => Make(key, chunk, RowsOf(chunk, place.Rows), place.Row((long)chunk * chunkRows)));
        GC.KeepAlive(examples);
    }

    /// <summary>How many chunks make so many examples.</summary>
    internal int Count(long rows) => checked((int)((rows + chunkRows - 1) / chunkRows));

    /// <summary>How many of so many examples are in a chunk.</summary>
    internal int RowsOf(int chunk, long rows) => (int)Math.Min(chunkRows, rows - ((long)chunk * chunkRows));

    /// <summary>Makes one chunk, on this thread.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="chunk">The chunk's number in it.</param>
    /// <param name="rows">How many of its examples, from the first.</param>
    /// <param name="x">Shape (rows, N).</param>
    internal unsafe void Make(ulong key, int chunk, int rows, float* x)
    {
        var scratch = ArrayPool<float>.Shared.Rent(Scratch);
        fixed (float* s = scratch)
            Make(key, chunk, rows, x, s);
        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>The same with scratch memory.</summary>
    private protected abstract unsafe void Make(ulong key, int chunk, int rows, float* x, float* scratch);

    /// <summary>Rows of N sites that a cache holds; a multiple of 8 where there are that many.</summary>
    private protected static int RowsInCache(int sites) => Cached / sites >= 8 ? Cached / sites / 8 * 8 : Math.Max(1, Cached / sites);
}
