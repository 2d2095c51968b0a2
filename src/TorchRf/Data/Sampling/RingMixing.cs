using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>Around a ring, by a narrow kernel.</summary>
internal sealed class RingMixing(NarrowKernel kernel, int sites) : Mixing
{
    internal override int Scratch => kernel.Room(sites);

    internal override unsafe void Apply(float* noise, float* x, int rows, float* scratch) => kernel.AlongRows(noise, x, rows, sites, scratch);
}
