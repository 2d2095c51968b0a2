using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public sealed class NarrowKernelTests
{
    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    [Test]
    public unsafe void Around_rings([Values(4, 5, 8, 16, 31, 40, 41, 100)] int sites, [Values(0, 1, 2, 3, 9)] int reach, [Values(1, 7, 8, 19)] int rings)
    {
        reach = Math.Min(reach, sites - 1);
        var kernel = new NarrowKernel(Numbers(reach + 1, 1));
        var (x, y, scratch) = (Numbers(rings * sites, 2), Target(rings * sites), new float[kernel.Room(sites)]);
        fixed (float* from = x, to = y, room = scratch)
            kernel.AlongRows(from, to, rings, sites, room);
        Check(x, y, reach, rings, sites, (ring, site) => (ring * sites) + site);
    }

    [Test]
    public unsafe void Along_the_columns_of_an_image([Values(4, 5, 8, 17, 40)] int length, [Values(4, 8, 17)] int columns, [Values(0, 1, 3)] int reach)
    {
        var kernel = new NarrowKernel(Numbers(reach + 1, 1));
        var (x, y, scratch) = (Numbers(length * columns, 2), Target(length * columns), new float[((length + (2 * reach)) * columns) + 32]);
        fixed (float* from = x, to = y, room = scratch)
            kernel.AlongColumns(from, to, length, columns, room);
        Check(x, y, reach, columns, length, (column, row) => (row * columns) + column);
    }

    private static float[] Target(int count) => [.. new float[count], 7];

    private static void Check(float[] x, float[] y, int reach, int rings, int sites, Func<int, int, int> at)
    {
        var taps = Numbers(reach + 1, 1);
        for (int ring = 0; ring < rings; ring++)
            for (int i = 0; i < sites; i++)
            {
                double sum = Enumerable.Range(-reach, (2 * reach) + 1).Sum(d => (double)taps[Math.Abs(d)] * x[at(ring, (i + d + sites) % sites)]);
                Assert.That(y[at(ring, i)], Is.EqualTo(sum).Within(1e-6), $"ring {ring}, site {i}");
            }
        Assert.That(y[^1], Is.EqualTo(7), "nothing is written behind the last ring");
    }
}
