using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>
/// exp x in Float32 to within 1 unit in the last place: x = n ln 2 + r with |r| &lt;= ln 2 / 2, and a polynomial for exp r - 1. Beyond the largest number
/// it is infinite, below the least it is 0, with denormal numbers between; what is not a number stays none.
/// </summary>
internal static class Exponential
{
    private const float PerLog2 = 1.442695f;

    // ln 2 in two parts, the first of so few digits that n times it is exact (W. J. Cody and W. Waite, 1980).
    private const float Log2High = 0.693359375f;
    private const float Log2Low = -2.1219444e-4f;

    // Adding 3 * 2^22 rounds to a whole number, which then stands in the lowest bits.
    private const float Rounder = 12582912f;

    private const int Bias = 127;
    private const int MantissaBits = 23;

    // Where the result is infinite or 0 for certain, and its exponent halved can still be written.
    private const float Highest = 89;
    private const float Lowest = -105;

    /// <summary>exp x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Of(Vector256<float> x)
    {
        // In this order what is not a number stays: the second is returned where one of them is none.
        x = Vector256.MaxNative(Vector256.Create(Lowest), Vector256.MinNative(Vector256.Create(Highest), x));
        var lessOne = LessOne(x, out var n);
        // In two factors, for 2^n itself may be beyond the numbers.
        var half = Vector256.ShiftRightArithmetic(n, 1);
        return (lessOne + Vector256<float>.One) * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>exp r - 1, to within 1 unit in the last place, of x = n ln 2 + r.</summary>
    /// <param name="x">From -105 to 89.</param>
    /// <param name="n">The whole number next to x / ln 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> LessOne(Vector256<float> x, out Vector256<int> n)
    {
        var rounded = Vector256.FusedMultiplyAdd(x, Vector256.Create(PerLog2), Vector256.Create(Rounder));
        n = rounded.AsInt32() - Vector256.Create(Rounder).AsInt32();
        var whole = rounded - Vector256.Create(Rounder);
        var r = Vector256.FusedMultiplyAdd(whole, Vector256.Create(-Log2High), x);
        r = Vector256.FusedMultiplyAdd(whole, Vector256.Create(-Log2Low), r);
        // Minimax of (exp r - 1 - r) / r^2 weighted by its part in exp r - 1: 2.4e-10 of that before the coefficients were rounded.
        var q = Vector256.FusedMultiplyAdd(r, Vector256.Create(1.9845879e-4f), Vector256.Create(1.3940628e-3f));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(8.33339e-3f));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(4.1666362e-2f));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(0.16666666f));
        q = Vector256.FusedMultiplyAdd(q, r, Vector256.Create(0.5f));
        return Vector256.FusedMultiplyAdd(r * r, q, r);
    }

    /// <summary>2^n for n from -126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> PowerOfTwo(Vector256<int> n) => Vector256.ShiftLeft(n + Vector256.Create(Bias), MantissaBits).AsSingle();
}
