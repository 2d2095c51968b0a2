using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>A Gaussian field, warped site by site: noise, filter and warp of a chunk of examples while it is in the cache.</summary>
/// <param name="filter">The root of the field's covariance.</param>
/// <param name="sites">N.</param>
/// <param name="warp">What is done to each site; nothing without.</param>
internal sealed class FieldSampler(FieldFilter filter, int sites, OddFunction? warp) : ChunkSampler(sites, RowsInCache(sites))
{
    private int Noise => NormalNoise.Room(ChunkRows * Sites);

    private protected override int Scratch => Noise + filter.Scratch;

    private protected override unsafe void Make(ulong key, int chunk, int rows, float* x, float* scratch)
    {
        NormalNoise.Fill(new Philox(key, (ulong)chunk, Purpose.Noise), scratch, rows * Sites);
        filter.Apply(scratch, x, rows, scratch + Noise);
        warp?.Apply(x, (long)rows * Sites);
    }
}
