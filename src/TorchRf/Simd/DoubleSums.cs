using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>Float32 numbers added to Float64 sums of their own, as when many short sums make a long one.</summary>
internal static unsafe class DoubleSums
{
    /// <summary>sums[i] += values[i].</summary>
    /// <param name="values">What is added.</param>
    /// <param name="count">How many, a multiple of 8.</param>
    /// <param name="sums">As many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add(float* values, int count, double* sums)
    {
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(values + i));
            (Vector256.Load(sums + i) + low).Store(sums + i);
            (Vector256.Load(sums + i + 4) + high).Store(sums + i + 4);
        }
    }
}
