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
        var (x, taps) = (Numbers(rings * sites, 2), Numbers(reach + 1, 1));
        var y = new float[x.Length + 1];
        y[^1] = 7;
        var scratch = new float[kernel.Room(sites)];
        fixed (float* from = x, to = y, room = scratch)
            kernel.AlongRows(from, to, rings, sites, room);
        for (int ring = 0; ring < rings; ring++)
            for (int i = 0; i < sites; i++)
            {
                double sum = 0;
                for (int d = -reach; d <= reach; d++)
                    sum += (double)taps[Math.Abs(d)] * x[(ring * sites) + ((i + d + sites) % sites)];
                Assert.That(y[(ring * sites) + i], Is.EqualTo(sum).Within(1e-6), $"ring {ring}, site {i}");
            }
        Assert.That(y[^1], Is.EqualTo(7), "nothing is written behind the last ring");
    }

    [Test]
    public unsafe void Along_the_columns_of_an_image([Values(4, 5, 8, 17, 40)] int length, [Values(4, 8, 17)] int columns, [Values(0, 1, 3)] int reach)
    {
        var kernel = new NarrowKernel(Numbers(reach + 1, 1));
        var (x, taps) = (Numbers(length * columns, 2), Numbers(reach + 1, 1));
        var y = new float[x.Length + 1];
        y[^1] = 7;
        var scratch = new float[((length + (2 * reach)) * columns) + 32];
        fixed (float* from = x, to = y, room = scratch)
            kernel.AlongColumns(from, to, length, columns, room);
        for (int i = 0; i < length; i++)
            for (int column = 0; column < columns; column++)
            {
                double sum = 0;
                for (int d = -reach; d <= reach; d++)
                    sum += (double)taps[Math.Abs(d)] * x[((i + d + length) % length * columns) + column];
                Assert.That(y[(i * columns) + column], Is.EqualTo(sum).Within(1e-6), $"row {i}, column {column}");
            }
        Assert.That(y[^1], Is.EqualTo(7), "nothing is written behind the image");
    }
}
