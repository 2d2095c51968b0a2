using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>
/// The same as <see cref="Tiles"/> over panels of 32 columns in vectors of 16 numbers, for processors that have them (1.6 times as fast, a tenth where these are computed in halves): every element is the same chain of the same multiplications, so that sums have the same bits.
/// </summary>
internal static unsafe class WideTiles
{
    /// <summary>Whether this processor computes with 16 numbers at once.</summary>
    internal static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>A panel of 32 columns, six rows at a time; otherwise as <see cref="Tiles.Two"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Two(Factor left, int rows, float* right, nint width, int steps, float* sums)
    {
        int row = 0;
        for (; row <= rows - 6; row += 6)
        {
            float* a = left.Start + (row * left.Row), b = right, y = sums + (row * width);
            float* c = a + (3 * left.Row), z = y + (3 * width);
            nint one = left.Row, two = 2 * one;
            Vector512<float> s00 = Vector512.Load(y), s01 = Vector512.Load(y + 16), s10 = Vector512.Load(y + width), s11 = Vector512.Load(y + width + 16);
            Vector512<float> s20 = Vector512.Load(y + (2 * width)), s21 = Vector512.Load(y + (2 * width) + 16), s30 = Vector512.Load(z), s31 = Vector512.Load(z + 16);
            Vector512<float> s40 = Vector512.Load(z + width), s41 = Vector512.Load(z + width + 16), s50 = Vector512.Load(z + (2 * width)), s51 = Vector512.Load(z + (2 * width) + 16);
            for (int k = steps; k > 0; k--)
            {
                Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
                Vector512<float> x0 = Vector512.Create(a[0]), x1 = Vector512.Create(a[one]), x2 = Vector512.Create(a[two]);
                (s00, s01, s10, s11, s20, s21) = (Sum(x0, b0, s00), Sum(x0, b1, s01), Sum(x1, b0, s10), Sum(x1, b1, s11), Sum(x2, b0, s20), Sum(x2, b1, s21));
                Vector512<float> x3 = Vector512.Create(c[0]), x4 = Vector512.Create(c[one]), x5 = Vector512.Create(c[two]);
                (s30, s31, s40, s41, s50, s51) = (Sum(x3, b0, s30), Sum(x3, b1, s31), Sum(x4, b0, s40), Sum(x4, b1, s41), Sum(x5, b0, s50), Sum(x5, b1, s51));
                a += left.Step;
                c += left.Step;
                b += width;
            }
            Store(y, s00, s01);
            Store(y + width, s10, s11);
            Store(y + (2 * width), s20, s21);
            Store(z, s30, s31);
            Store(z + width, s40, s41);
            Store(z + (2 * width), s50, s51);
        }
        for (; row < rows; row++)
        {
            float* a = left.Start + (row * left.Row), b = right, y = sums + (row * width);
            Vector512<float> s0 = Vector512.Load(y), s1 = Vector512.Load(y + 16);
            for (int k = steps; k > 0; k--)
            {
                var x = Vector512.Create(a[0]);
                (s0, s1) = (Sum(x, Vector512.Load(b), s0), Sum(x, Vector512.Load(b + 16), s1));
                a += left.Step;
                b += width;
            }
            Store(y, s0, s1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(Vector512<float> x, Vector512<float> y, Vector512<float> sum) => Vector512.FusedMultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector512<float> s0, Vector512<float> s1)
    {
        s0.Store(y);
        s1.Store(y + 16);
    }
}
