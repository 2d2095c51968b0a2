using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>A Gaussian field, bent site by site: noise, mixing and bending of a chunk of examples while it is in the cache.</summary>
/// <param name="mixing">The root of the field's covariance.</param>
/// <param name="sites">N.</param>
/// <param name="bend">What is done to each site; nothing without.</param>
internal sealed class FieldSampler(Mixing mixing, int sites, OddFunction? bend) : ChunkSampler(sites, RowsInCache(sites))
{
    private int Noise => NormalNoise.Room(ChunkRows * Sites);

    private protected override int Scratch => Noise + mixing.Scratch;

    private protected override unsafe void Make(ulong key, int chunk, int rows, float* x, float* scratch)
    {
        NormalNoise.Fill(new Philox(key, (ulong)chunk, Purpose.Noise), scratch, rows * Sites);
        mixing.Apply(scratch, x, rows, scratch + Noise);
        bend?.Apply(x, (long)rows * Sites);
    }
}
