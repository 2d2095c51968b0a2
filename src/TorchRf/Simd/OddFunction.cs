using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchRf.Simd;

/// <summary>
/// An odd, smooth function in Float32, h(z) = z H(|z|): H is a polynomial of degree 7 on each of 16 equal pieces of [0, limit], and h stays at
/// h(limit) beyond. One pass of about 30 instructions for 8 numbers, whatever the function costs itself.
/// </summary>
internal sealed class OddFunction
{
    private const int Pieces = 16;
    private const int Coefficients = 8;

    // Adding it leaves the nearest whole number in the lowest bits.
    private const float Rounding = 8388608f;

    // Just below 15.5, which would be rounded to a 17th piece.
    private const double Last = 15.49999;

    private readonly float limit;
    private readonly float perUnit;
    private readonly float[] table;

    /// <param name="ratio">H(z) = h(z) / z at points in (0, limit], in Float64.</param>
    /// <param name="limit">Where the function ends; above 0.</param>
    internal OddFunction(Func<double[], double[]> ratio, double limit)
    {
        // Pieces are centred at 0, 1, .. 15, so that rounding finds the piece; of the first, half is in use.
        this.limit = (float)limit;
        perUnit = (float)(Last / limit);
        table = new float[Coefficients * Pieces];
        for (int piece = 0; piece < Pieces; piece++)
        {
            double left = piece == 0 ? 0 : -0.5;
            double[] at = [.. Enumerable.Range(0, 4 * Coefficients).Select(i => ((0.5 + left) / 2) + ((0.5 - left) / 2 * Math.Cos(Math.PI * (i + 0.5) / (4 * Coefficients))))];
            var values = ratio([.. at.Select(t => (piece + t) / perUnit)]);
            // Least squares at Chebyshev's points: within a few per cent of the minimax polynomial.
            var polynomial = MathNet.Numerics.Fit.Polynomial(at, values, Coefficients - 1, MathNet.Numerics.LinearRegression.DirectRegressionMethod.QR);
            for (int degree = 0; degree < Coefficients; degree++)
                table[(degree * Pieces) + piece] = (float)polynomial[degree];
        }
    }

    /// <summary>h of each number, in place.</summary>
    internal unsafe void Apply(Span<float> z)
    {
        fixed (float* start = z)
            Apply(start, z.Length);
    }

    /// <summary>h of each number, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Apply(float* z, long count)
    {
        long i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var (a, b) = (Of(Vector256.Load(z + i)), Of(Vector256.Load(z + i + 8)));
            a.Store(z + i);
            b.Store(z + i + 8);
        }
        for (; i + 8 <= count; i += 8)
            Of(Vector256.Load(z + i)).Store(z + i);
        if (i == count)
            return;
        var rest = stackalloc float[8];
        for (long j = i; j < count; j++)
            rest[j - i] = z[j];
        Of(Vector256.Load(rest)).Store(rest);
        for (long j = i; j < count; j++)
            z[j] = rest[j - i];
    }

    /// <summary>h of 8 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<float> Of(Vector256<float> z)
    {
        var size = Vector256.MinNative(Vector256.Abs(z), Vector256.Create(limit));
        var rounded = (size * Vector256.Create(perUnit)) + Vector256.Create(Rounding);
        var piece = rounded.AsInt32();
        // Without the product's rounding error, which a steep function would enlarge.
        var t = Vector256.FusedMultiplyAdd(size, Vector256.Create(perUnit), Vector256.Create(Rounding) - rounded);
        ref float start = ref MemoryMarshal.GetArrayDataReference(table);
        var h = Coefficient(ref start, 7, piece);
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 6, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 5, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 4, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 3, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 2, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 1, piece));
        h = Vector256.FusedMultiplyAdd(h, t, Coefficient(ref start, 0, piece));
        return Vector256.ConditionalSelect(Vector256.Create(-0f), z, size) * h;
    }

    // The coefficient of each number's piece, looked up in registers. Shuffles look at the lowest 3 or 4 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Coefficient(ref float table, int degree, Vector256<int> piece)
    {
        var low = Vector256.LoadUnsafe(ref table, (nuint)(degree * Pieces));
        var high = Vector256.LoadUnsafe(ref table, (nuint)((degree * Pieces) + 8));
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.PermuteVar8x32x2(low, piece, high);
        var within = piece & Vector256.Create(7);
        var upper = Vector256.Equals(piece & Vector256.Create(8), Vector256.Create(8)).AsSingle();
        return Avx2.IsSupported
            ? Vector256.ConditionalSelect(upper, Avx2.PermuteVar8x32(high, within), Avx2.PermuteVar8x32(low, within))
            : Vector256.ConditionalSelect(upper, Vector256.Shuffle(high, within), Vector256.Shuffle(low, within));
    }
}
