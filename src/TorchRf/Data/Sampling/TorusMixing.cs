using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>Along both axes of a torus of L x L sites, by the same narrow kernel.</summary>
internal sealed class TorusMixing(NarrowKernel kernel, int side) : Mixing
{
    internal override int Scratch => Math.Max(kernel.Room(side), ((side + (2 * kernel.Reach)) * side) + 32) + (side * side);

    internal override unsafe void Apply(float* noise, float* x, int rows, float* scratch)
    {
        int sites = side * side;
        float* along = scratch;
        float* rest = scratch + sites;
        for (int row = 0; row < rows; row++)
        {
            kernel.AlongRows(noise + ((long)row * sites), along, side, side, rest);
            kernel.AlongColumns(along, x + ((long)row * sites), side, side, rest);
        }
    }
}
