using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>
/// A symmetric convolution around rings: y[i] = k[0] x[i] + sum_d k[d] (x[i - d] + x[i + d]), indices modulo N. Its cost is N times the kernel's reach,
/// which beats a matrix and a Fourier transform where the kernel is narrow.
/// </summary>
/// <param name="taps">k, from distance 0 to the reach R.</param>
internal sealed class NarrowKernel(float[] taps)
{
    // Rings that are laid out before any is read: what has just been written is slow to read at another alignment.
    private const int Together = 8;

    /// <summary>R.</summary>
    internal int Reach => taps.Length - 1;

    /// <summary>Numbers of scratch that <see cref="AlongRows"/> needs.</summary>
    internal int Room(int sites) => (Together * (sites + (2 * Reach))) + 32;

    /// <summary>Convolves each of many rings that lie one behind the other.</summary>
    /// <param name="x">Shape (rings, N); may be <paramref name="y"/>.</param>
    /// <param name="y">Shape (rings, N).</param>
    /// <param name="rings">How many.</param>
    /// <param name="sites">N, at least the reach.</param>
    /// <param name="scratch">Room(N) numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void AlongRows(float* x, float* y, long rings, int sites, float* scratch)
    {
        int width = sites + (2 * Reach);
        var rest = stackalloc float[8];
        fixed (float* k = taps)
            for (long ring = 0; ring < rings; ring += Together)
            {
                int together = (int)Math.Min(Together, rings - ring);
                // The rings, each with as much of its end before it and of its beginning behind it as the kernel reaches.
                for (int r = 0; r < together; r++)
                {
                    float* from = x + ((ring + r) * sites);
                    float* to = scratch + (r * width);
                    Copy(from + sites - Reach, to, Reach);
                    Copy(from, to + Reach, sites);
                    Copy(from, to + Reach + sites, Reach);
                }
                for (int r = 0; r < together; r++)
                {
                    float* centre = scratch + (r * width) + Reach;
                    float* to = y + ((ring + r) * sites);
                    int i = 0;
                    for (; i + 32 <= sites; i += 32)
                        Four(centre + i, to + i, k, 1);
                    for (; i + 8 <= sites; i += 8)
                        One(centre + i, k, 1).Store(to + i);
                    if (i < sites)
                    {
                        One(centre + i, k, 1).Store(rest);
                        Copy(rest, to + i, sites - i);
                    }
                }
            }
    }

    /// <summary>Convolves the columns of an image, each of which is a ring.</summary>
    /// <param name="x">Shape (L, columns); not <paramref name="y"/>.</param>
    /// <param name="y">Shape (L, columns).</param>
    /// <param name="length">L, above the reach.</param>
    /// <param name="columns">How many.</param>
    /// <param name="scratch">(L + 2 R) columns + 32 numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void AlongColumns(float* x, float* y, int length, int columns, float* scratch)
    {
        fixed (float* k = taps)
        {
            Copy(x + ((long)(length - Reach) * columns), scratch, (long)Reach * columns);
            Copy(x, scratch + ((long)Reach * columns), (long)length * columns);
            Copy(x, scratch + ((long)(Reach + length) * columns), (long)Reach * columns);
            float* centre = scratch + ((long)Reach * columns);
            // A row below another is just a longer step, so that rows need not end where a vector does.
            long count = (long)length * columns, i = 0;
            for (; i + 32 <= count; i += 32)
                Four(centre + i, y + i, k, columns);
            for (; i + 8 <= count; i += 8)
                One(centre + i, k, columns).Store(y + i);
            if (i < count)
            {
                var rest = stackalloc float[8];
                One(centre + i, k, columns).Store(rest);
                Copy(rest, y + i, count - i);
            }
        }
    }

    // The sums for 8 neighbouring sites.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector256<float> One(float* x, float* k, long step)
    {
        var sum = Vector256.Load(x) * Vector256.Create(k[0]);
        for (int d = 1; d <= Reach; d++)
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(x - (d * step)) + Vector256.Load(x + (d * step)), Vector256.Create(k[d]), sum);
        return sum;
    }

    // The same for 32: four sums that do not wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Four(float* x, float* y, float* k, long step)
    {
        var first = Vector256.Create(k[0]);
        var (a, b) = (Vector256.Load(x) * first, Vector256.Load(x + 8) * first);
        var (c, e) = (Vector256.Load(x + 16) * first, Vector256.Load(x + 24) * first);
        for (int d = 1; d <= Reach; d++)
        {
            var tap = Vector256.Create(k[d]);
            float* before = x - (d * step);
            float* after = x + (d * step);
            a = Vector256.FusedMultiplyAdd(Vector256.Load(before) + Vector256.Load(after), tap, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(before + 8) + Vector256.Load(after + 8), tap, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Load(before + 16) + Vector256.Load(after + 16), tap, c);
            e = Vector256.FusedMultiplyAdd(Vector256.Load(before + 24) + Vector256.Load(after + 24), tap, e);
        }
        a.Store(y);
        b.Store(y + 8);
        c.Store(y + 16);
        e.Store(y + 24);
    }

    // Short runs, for which a call of the system's copy takes longer than the copying.
    private static unsafe void Copy(float* from, float* to, long count)
    {
        long i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.Load(from + i).Store(to + i);
        for (; i < count; i++)
            to[i] = from[i];
    }
}
