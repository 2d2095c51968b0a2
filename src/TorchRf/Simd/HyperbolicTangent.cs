using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>tanh x in Float32 to within 2.5 units in the last place, as m / (m + 2) of m = exp(2 |x|) - 1; odd to the last bit, and what is not a number stays none.</summary>
internal static class HyperbolicTangent
{
    // From here on 1 is the nearest number.
    private const float Saturated = 9.1f;

    /// <summary>tanh x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Of(Vector256<float> x)
    {
        var sign = x & Vector256.Create(-0f);
        var size = x ^ sign;
        // In this order what is not a number stays: the second is returned where one of them is none.
        size = Vector256.MinNative(Vector256.Create(Saturated), size);
        var lessOne = Exponential.LessOne(size + size, out var n);
        // 2^n exp r - 1 = 2^n (exp r - 1) + (2^n - 1), where nothing cancels.
        var power = Exponential.PowerOfTwo(n);
        var m = Vector256.FusedMultiplyAdd(power, lessOne, power - Vector256<float>.One);
        return (m / (m + Vector256.Create(2f))) ^ sign;
    }
}
