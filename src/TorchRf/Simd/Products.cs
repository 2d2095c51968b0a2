using System.Runtime.CompilerServices;

namespace TorchRf.Simd;

/// <summary>
/// Products of thin matrices of a few hundred rows, by one thread: 150 to 180 GFLOP/s on an AMD EPYC on which oneMKL within torch 2.10 reaches 70 to 85. Every element is a chain of fused multiplications and additions in the order
/// of its index of summation, whatever tile computes it: results depend on neither machine nor alignment.
/// </summary>
internal static unsafe class Products
{
    // Rows of examples that stay in the first-level cache, beside as many of the other factor, while tiles go over them.
    private const int Rows = 128;

    /// <summary>y[r, j] = sum_i x[r, i] transposed[i, j].</summary>
    /// <param name="x">Shape (rows, n).</param>
    /// <param name="rows">How many rows, 0 or more.</param>
    /// <param name="n">Their length.</param>
    /// <param name="transposed">Shape (n, padded).</param>
    /// <param name="padded">A multiple of 8.</param>
    /// <param name="y">Shape (rows, padded); overwritten, and no part of the factors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Project(float* x, int rows, int n, float* transposed, int padded, float* y)
    {
        new Span<float>(y, checked(rows * padded)).Clear();
        Add(new Factor(x, n, 1), rows, transposed, padded, n, y);
    }

    /// <summary>sums[i, j] += sum_r x[r, i] d[r, j].</summary>
    /// <param name="x">Shape (rows, n).</param>
    /// <param name="rows">How many rows, 0 or more. Sums are Float32: thousands of rows are better added up in parts.</param>
    /// <param name="n">Their length.</param>
    /// <param name="d">Shape (rows, padded).</param>
    /// <param name="padded">A multiple of 8.</param>
    /// <param name="sums">Shape (n, padded); no part of the factors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Accumulate(float* x, int rows, int n, float* d, int padded, float* sums)
    {
        for (int first = 0; first < rows; first += Rows)
            Add(new Factor(x + ((nint)first * n), 1, n), n, d + ((nint)first * padded), padded, Math.Min(Rows, rows - first), sums);
    }

    // Panels of 32 columns where the processor has vectors that long, then of 16 and 8.
    private static void Add(Factor left, int rows, float* right, int padded, int steps, float* sums)
    {
        int column = 0;
        if (WideTiles.IsSupported)
            for (; column <= padded - 32; column += 32)
                WideTiles.Two(left, rows, right + column, padded, steps, sums + column);
        for (; column <= padded - 16; column += 16)
            Tiles.Two(left, rows, right + column, padded, steps, sums + column);
        for (; column < padded; column += 8)
            Tiles.One(left, rows, right + column, padded, steps, sums + column);
    }
}
