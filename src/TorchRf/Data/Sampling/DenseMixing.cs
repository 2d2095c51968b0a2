using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>By the root as a matrix, up to a few hundred sites.</summary>
internal sealed class DenseMixing : Mixing
{
    private readonly int sites;
    private readonly int padded;
    private readonly float[] matrix;

    /// <param name="root">R.</param>
    internal DenseMixing(ICovariance root)
    {
        sites = root.Sites;
        padded = (sites + 7) / 8 * 8;
        matrix = new float[sites * padded];
        using var scope = torch.NewDisposeScope();
        var dense = root.Times(torch.eye(sites, dtype: ScalarType.Float64)).ToArray<float>();
        for (int i = 0; i < sites; i++)
            dense.AsSpan(i * sites, sites).CopyTo(matrix.AsSpan(i * padded));
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
