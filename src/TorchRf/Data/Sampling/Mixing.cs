using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>Turns standard normal noise into a Gaussian field, example by example, by the root of its covariance.</summary>
internal abstract class Mixing
{
    // What is left out of a kernel changes a field of unit variance by less than half a unit in the last place.
    private const double Negligible = 3e-8;

    // Matrices up to here stay in the second-level cache.
    private const int DenseLimit = 512;

    /// <summary>The way for this root; null where Fourier transforms are better.</summary>
    /// <param name="root">R, with R R the covariance.</param>
    internal static Mixing? Of(ICovariance root)
    {
        var narrow = root switch
        {
            Circulant ring => Taps(ring) is float[] taps ? new RingMixing(new NarrowKernel(taps), ring.Sites) : (Mixing?)null,
            SeparableTorus torus => Taps(torus.Axis) is float[] taps ? new TorusMixing(new NarrowKernel(taps), torus.Axis.Sites) : null,
            _ => null,
        };
        return narrow ?? (root.Sites <= DenseLimit ? new DenseMixing(root) : null);
    }

    /// <summary>Numbers of scratch that it needs.</summary>
    internal abstract int Scratch { get; }

    /// <summary>x = noise R.</summary>
    /// <param name="noise">Shape (rows, N).</param>
    /// <param name="x">Shape (rows, N); not the same.</param>
    /// <param name="rows">How many examples.</param>
    /// <param name="scratch">As many numbers as <see cref="Scratch"/> says.</param>
    internal abstract unsafe void Apply(float* noise, float* x, int rows, float* scratch);

    // A root's entries up to the distance beyond which they are negligible; null where that saves nothing over the matrix or the transform.
    private static float[]? Taps(Circulant root)
    {
        using var scope = torch.NewDisposeScope();
        var row = root.FirstRow.data<double>().ToArray();
        double left = 0;
        int reach = row.Length / 2;
        // Both sides of the ring; its opposite site, where there is one, counts twice, which errs to the safe side.
        while (reach > 0 && left + (2 * row[reach] * row[reach]) < Negligible * Negligible)
        {
            left += 2 * row[reach] * row[reach];
            reach--;
        }
        bool narrow = (2 * reach) + 1 < Math.Min(row.Length, Math.Max(64, 16 * Math.Log2(row.Length)));
        return narrow ? [.. row.Take(reach + 1).Select(r => (float)r)] : null;
    }
}
