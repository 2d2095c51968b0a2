using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public unsafe class ProductsTests
{
    // Of the sum of the terms' sizes, a step: Float32's rounding.
    private const double Rounding = 6.0e-8;

    private static readonly int[] Lengths = [.. Enumerable.Range(1, 50), 80, 256];

    [TestCaseSource(nameof(Lengths))]
    public void Projections_are_those_of_double_precision(int n)
    {
        foreach (var (rows, padded) in Sizes())
        {
            var (x, transposed, y) = (Numbers(rows * n, 1), Numbers(n * padded, 2), Numbers(rows * padded, 3));
            fixed (float* px = x, pt = transposed, py = y)
                Products.Project(px, rows, n, pt, padded, py);
            for (int r = 0; r < rows; r++)
                for (int j = 0; j < padded; j++)
                    Near(y[(r * padded) + j], 0, Enumerable.Range(0, n).Select(i => (double)x[(r * n) + i] * transposed[(i * padded) + j]), (r, j));
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public void Accumulated_sums_are_those_of_double_precision_added_to_what_was_there(int n)
    {
        foreach (var (rows, padded) in Sizes())
        {
            var (x, d, before) = (Numbers(rows * n, 4), Numbers(rows * padded, 5), Numbers(n * padded, 6));
            float[] sums = [.. before];
            fixed (float* px = x, pd = d, ps = sums)
                Products.Accumulate(px, rows, n, pd, padded, ps);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < padded; j++)
                    Near(sums[(i * padded) + j], before[(i * padded) + j], Enumerable.Range(0, rows).Select(r => (double)x[(r * n) + i] * d[(r * padded) + j]), (i, j));
        }
    }

    [Test]
    public void A_row_is_the_same_in_any_tile_and_at_any_address()
    {
        const int Rows = 23, N = 37, Padded = 48;
        var (x, transposed) = (Numbers(Rows * N, 7), Numbers(N * Padded, 8));
        var (all, moved) = (new float[Rows * Padded], new float[(Rows * Padded) + 3]);
        fixed (float* px = x, pt = transposed, pa = all, pm = moved)
        {
            Products.Project(px, Rows, N, pt, Padded, pa);
            for (int r = 0; r < Rows; r++)
                Products.Project(px + (r * N), 1, N, pt, Padded, pm + 3 + (r * Padded));
        }
        Assert.That(moved[3..], Is.EqualTo(all));
    }

    [Test]
    public void Sums_are_the_same_whether_rows_come_at_once_or_in_parts()
    {
        const int Rows = 291, N = 41, Padded = 40;
        var (x, d) = (Numbers(Rows * N, 9), Numbers(Rows * Padded, 10));
        var (once, parts) = (new float[N * Padded], new float[N * Padded]);
        fixed (float* px = x, pd = d, po = once, pp = parts)
        {
            Products.Accumulate(px, Rows, N, pd, Padded, po);
            for (int first = 0; first < Rows; first += 97)
                Products.Accumulate(px + (first * N), 97, N, pd + (first * Padded), Padded, pp);
        }
        Assert.That(parts, Is.EqualTo(once));
    }

    [Test]
    public void Double_sums_are_those_of_double_precision_one_by_one([Values(0, 8, 40)] int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => 1e-9f * (i + 1))];
        double[] sums = [.. Enumerable.Range(0, count).Select(i => 1.0 + i)];
        double[] expected = [.. sums.Zip(values, (s, v) => s + v)];
        fixed (float* v = values)
        fixed (double* s = sums)
            DoubleSums.Add(v, count, s);
        Assert.That(sums, Is.EqualTo(expected));
    }

    private static IEnumerable<(int Rows, int Padded)> Sizes() =>
        from rows in new[] { 0, 1, 3, 4, 7, 9, 129, 300 }
        from padded in rows > 9 ? new[] { 8, 40 } : [8, 16, 24, 32, 40, 56, 64]
        select (rows, padded);

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private static void Near(float sum, double before, IEnumerable<double> terms, (int, int) place)
    {
        var (expected, size, steps) = (before, Math.Abs(before), 1);
        foreach (double term in terms)
            (expected, size, steps) = (expected + term, size + Math.Abs(term), steps + 1);
        if (!(Math.Abs(sum - expected) <= Rounding * steps * size))
            Assert.Fail($"{sum} at {place} should be {expected}");
    }
}
