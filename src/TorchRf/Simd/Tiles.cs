using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>
/// sums[r, j] += sum_k left[r, k] right[k, j] over a panel of one or two vectors of columns, in tiles whose eight sums stay in registers: as many as two fused
/// multiplications a cycle of four cycles' latency need.
/// </summary>
internal static unsafe class Tiles
{
    /// <summary>A panel of 16 columns.</summary>
    /// <param name="left">Shape (rows, steps).</param>
    /// <param name="rows">Of the sums.</param>
    /// <param name="right">Shape (steps, 16).</param>
    /// <param name="width">From a row of <paramref name="right"/>, or of the sums, to the next.</param>
    /// <param name="steps">The length of a sum.</param>
    /// <param name="sums">Shape (rows, 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Two(Factor left, int rows, float* right, nint width, int steps, float* sums)
    {
        int row = 0;
        for (; row <= rows - 4; row += 4)
        {
            float* a = left.Start + (row * left.Row), b = right, y0 = sums + (row * width);
            float* y1 = y0 + width, y2 = y1 + width, y3 = y2 + width;
            nint one = left.Row, two = 2 * one, three = 3 * one;
            Vector256<float> s00 = Vector256.Load(y0), s01 = Vector256.Load(y0 + 8), s10 = Vector256.Load(y1), s11 = Vector256.Load(y1 + 8);
            Vector256<float> s20 = Vector256.Load(y2), s21 = Vector256.Load(y2 + 8), s30 = Vector256.Load(y3), s31 = Vector256.Load(y3 + 8);
            for (int k = steps; k > 0; k--)
            {
                Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
                Vector256<float> x0 = Vector256.Create(a[0]), x1 = Vector256.Create(a[one]), x2 = Vector256.Create(a[two]), x3 = Vector256.Create(a[three]);
                (s00, s01, s10, s11) = (Sum(x0, b0, s00), Sum(x0, b1, s01), Sum(x1, b0, s10), Sum(x1, b1, s11));
                (s20, s21, s30, s31) = (Sum(x2, b0, s20), Sum(x2, b1, s21), Sum(x3, b0, s30), Sum(x3, b1, s31));
                a += left.Step;
                b += width;
            }
            Store(y0, s00, s01);
            Store(y1, s10, s11);
            Store(y2, s20, s21);
            Store(y3, s30, s31);
        }
        for (; row < rows; row++)
        {
            float* a = left.Start + (row * left.Row), b = right, y = sums + (row * width);
            Vector256<float> s0 = Vector256.Load(y), s1 = Vector256.Load(y + 8);
            for (int k = steps; k > 0; k--)
            {
                var x = Vector256.Create(a[0]);
                (s0, s1) = (Sum(x, Vector256.Load(b), s0), Sum(x, Vector256.Load(b + 8), s1));
                a += left.Step;
                b += width;
            }
            Store(y, s0, s1);
        }
    }

    /// <summary>A panel of 8 columns, eight rows at a time; otherwise as <see cref="Two"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void One(Factor left, int rows, float* right, nint width, int steps, float* sums)
    {
        int row = 0;
        for (; row <= rows - 8; row += 8)
        {
            float* a = left.Start + (row * left.Row), b = right, y = sums + (row * width);
            float* c = a + (4 * left.Row), z = y + (4 * width);
            nint one = left.Row, two = 2 * one, three = 3 * one;
            Vector256<float> s0 = Vector256.Load(y), s1 = Vector256.Load(y + width), s2 = Vector256.Load(y + (2 * width)), s3 = Vector256.Load(y + (3 * width));
            Vector256<float> s4 = Vector256.Load(z), s5 = Vector256.Load(z + width), s6 = Vector256.Load(z + (2 * width)), s7 = Vector256.Load(z + (3 * width));
            for (int k = steps; k > 0; k--)
            {
                var b0 = Vector256.Load(b);
                (s0, s1) = (Sum(Vector256.Create(a[0]), b0, s0), Sum(Vector256.Create(a[one]), b0, s1));
                (s2, s3) = (Sum(Vector256.Create(a[two]), b0, s2), Sum(Vector256.Create(a[three]), b0, s3));
                (s4, s5) = (Sum(Vector256.Create(c[0]), b0, s4), Sum(Vector256.Create(c[one]), b0, s5));
                (s6, s7) = (Sum(Vector256.Create(c[two]), b0, s6), Sum(Vector256.Create(c[three]), b0, s7));
                a += left.Step;
                c += left.Step;
                b += width;
            }
            s0.Store(y);
            s1.Store(y + width);
            s2.Store(y + (2 * width));
            s3.Store(y + (3 * width));
            s4.Store(z);
            s5.Store(z + width);
            s6.Store(z + (2 * width));
            s7.Store(z + (3 * width));
        }
        for (; row < rows; row++)
        {
            float* a = left.Start + (row * left.Row), b = right, y = sums + (row * width);
            var sum = Vector256.Load(y);
            for (int k = steps; k > 0; k--)
            {
                sum = Sum(Vector256.Create(a[0]), Vector256.Load(b), sum);
                a += left.Step;
                b += width;
            }
            sum.Store(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sum(Vector256<float> x, Vector256<float> y, Vector256<float> sum) => Vector256.FusedMultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, Vector256<float> s0, Vector256<float> s1)
    {
        s0.Store(y);
        s1.Store(y + 8);
    }
}
