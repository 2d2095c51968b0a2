using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>Turns standard normal noise into a Gaussian field, example by example, by the root of its covariance.</summary>
internal abstract class FieldFilter
{
    /// <summary>Numbers of scratch that it needs.</summary>
    internal abstract int Scratch { get; }

    /// <summary>x = noise R.</summary>
    /// <param name="noise">Shape (rows, N).</param>
    /// <param name="x">Shape (rows, N); not the same.</param>
    /// <param name="rows">How many examples.</param>
    /// <param name="scratch">As many numbers as <see cref="Scratch"/> says.</param>
    internal abstract unsafe void Apply(float* noise, float* x, int rows, float* scratch);
}

/// <summary>By the root as a matrix, up to a few hundred sites.</summary>
internal sealed class DenseFilter : FieldFilter
{
    private readonly int sites;
    private readonly int padded;
    private readonly float[] matrix;

    /// <param name="root">R, row by row.</param>
    /// <param name="sites">N.</param>
    internal DenseFilter(ReadOnlySpan<float> root, int sites)
    {
        this.sites = sites;
        padded = (sites + 7) / 8 * 8;
        matrix = new float[sites * padded];
        for (int i = 0; i < sites; i++)
            root.Slice(i * sites, sites).CopyTo(matrix.AsSpan(i * padded));
    }

    internal override int Scratch => padded == sites ? 0 : padded * RowsAtOnce;

    // Only where rows end within a vector, and have to be copied together.
    private static int RowsAtOnce => 64;

    internal override unsafe void Apply(float* noise, float* x, int rows, float* scratch)
    {
        fixed (float* r = matrix)
        {
            if (padded == sites)
            {
                Products.Project(noise, rows, sites, r, padded, x);
                return;
            }
            for (int first = 0; first < rows; first += RowsAtOnce)
            {
                int some = Math.Min(RowsAtOnce, rows - first);
                Products.Project(noise + ((long)first * sites), some, sites, r, padded, scratch);
                for (int row = 0; row < some; row++)
                    new ReadOnlySpan<float>(scratch + ((long)row * padded), sites).CopyTo(new Span<float>(x + ((long)(first + row) * sites), sites));
            }
        }
    }
}

/// <summary>Around a ring, by a narrow kernel.</summary>
internal sealed class RingFilter(NarrowKernel kernel, int sites) : FieldFilter
{
    internal override int Scratch => kernel.Room(sites);

    internal override unsafe void Apply(float* noise, float* x, int rows, float* scratch) => kernel.AlongRows(noise, x, rows, sites, scratch);
}

/// <summary>Along both axes of a torus of L x L sites, by the same narrow kernel.</summary>
internal sealed class TorusFilter(NarrowKernel kernel, int side) : FieldFilter
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
