using TorchRf.Simd;

namespace TorchRf.Data.Sampling;

/// <summary>Turns standard normal noise into a Gaussian field, example by example, by the root of its covariance.</summary>
internal abstract class Mixing
{
    // What is left out of a kernel changes a field of unit variance by less than the rounding of a sum in Float32.
    private const double Negligible = 1e-7;

    // Matrices up to here stay in the second-level cache.
    private const int DenseLimit = 512;

    // Beyond this a Fourier transform is faster.
    private const int MostTaps = 160;

    /// <summary>The way for this root; null where Fourier transforms are better.</summary>
    /// <param name="root">R, with R R the covariance.</param>
    internal static Mixing? Of(ICovariance root)
    {
        if (root is SeparableTorus torus)
            return Taps(torus.Axis) is { Length: <= MostTaps / 2 } along ? new TorusMixing(new NarrowKernel(along), torus.Axis.Sites) : null;
        var taps = root is Circulant ring ? Taps(ring) : null;
        if (root.Sites <= DenseLimit)
            return taps is not null && IsFasterThanDense(taps.Length, root.Sites) ? new RingMixing(new NarrowKernel(taps), root.Sites) : new DenseMixing(root);
        return taps is { Length: <= MostTaps / 2 } ? new RingMixing(new NarrowKernel(taps), root.Sites) : null;
    }

    /// <summary>Numbers of scratch that it needs.</summary>
    internal abstract int Scratch { get; }

    /// <summary>x = noise R.</summary>
    /// <param name="noise">Shape (rows, N).</param>
    /// <param name="x">Shape (rows, N); not the same.</param>
    /// <param name="rows">How many examples.</param>
    /// <param name="scratch">As many numbers as <see cref="Scratch"/> says.</param>
    internal abstract unsafe void Apply(float* noise, float* x, int rows, float* scratch);

    // As measured: a matrix costs 0.017 ns a number and site, a kernel 0.02 ns a number and site within its reach, and 0.28 ns for the ring's ends.
    private static bool IsFasterThanDense(int taps, int sites) => (2 * taps) + 13 < 0.85 * sites;

    // A root's entries up to the distance beyond which they are negligible.
    private static float[] Taps(Circulant root)
    {
        using var scope = torch.NewDisposeScope();
        var row = root.FirstRow.ToArray<double>();
        double left = 0;
        int reach = row.Length / 2;
        // On both sides of the ring. The opposite site of an even ring is met from both, and so is counted half.
        if (row.Length % 2 == 0)
            row[reach] /= 2;
        while (reach > 0 && left + (2 * row[reach] * row[reach]) < Negligible * Negligible)
        {
            left += 2 * row[reach] * row[reach];
            reach--;
        }
        return [.. row.Take(reach + 1).Select(r => (float)r)];
    }
}
