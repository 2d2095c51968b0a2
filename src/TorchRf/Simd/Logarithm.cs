using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>The natural logarithm of 8 numbers at once.</summary>
internal static class Logarithm
{
    // The bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)), so that a number near 1 has the exponent 0 and loses no digits.
    private const int RootHalf = 0x3F3504F3;

    /// <summary>log x, to within 1.5e-7 of its value, and to 3e-8 of 1 where |log x| &lt; 1e-3; x is positive, finite and not subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Of(Vector256<float> x)
    {
        var shifted = x.AsInt32() - Vector256.Create(RootHalf);
        var exponent = Vector256.ConvertToSingle(shifted >> 23);
        var f = ((shifted & Vector256.Create(0x007FFFFF)) + Vector256.Create(RootHalf)).AsSingle() - Vector256<float>.One;
        // log(1 + f) = f - f^2/2 + f^3 P(f), P minimax in the relative error (6e-9).
        var p = Vector256.Create(-0.0763476171f);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.127616952f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.131601358f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.142017365f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.166233596f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.20001228f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.25000821f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.333333317f));
        var square = f * f;
        var tail = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.5f)) * square;
        // ln 2 in two parts, of which the first times an exponent is exact.
        tail = Vector256.FusedMultiplyAdd(exponent, Vector256.Create(-2.12194440e-4f), tail);
        return Vector256.FusedMultiplyAdd(exponent, Vector256.Create(0.693359375f), tail + f);
    }
}
