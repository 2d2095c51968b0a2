using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Ica;

/// <summary>A contrast's slope in the place of what it is taken at.</summary>
internal static unsafe class Bend
{
    /// <summary>u &lt;- g(u), and the sums of g'(u) over the rows.</summary>
    /// <param name="u">Shape (rows, width).</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">A multiple of 8.</param>
    /// <param name="sums">Shape (width).</param>
    /// <typeparam name="TLanes">The contrast.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Columns<TLanes>(float* u, int rows, int width, float* sums) where TLanes : struct, ILanes
    {
        for (int column = 0; column < width; column += Vector256<float>.Count)
        {
            float* place = u + column;
            var sum = Vector256<float>.Zero;
            for (int row = rows; row > 0; row--, place += width)
            {
                var (slope, curvature) = TLanes.At(Vector256.Load(place));
                slope.Store(place);
                sum += curvature;
            }
            sum.Store(sums + column);
        }
    }
}
