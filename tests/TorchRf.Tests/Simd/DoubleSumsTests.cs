using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public unsafe class DoubleSumsTests
{
    [Test]
    public void Sums_are_those_of_double_precision_one_by_one([Values(0, 8, 40)] int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => 1e-9f * (i + 1))];
        double[] sums = [.. Enumerable.Range(0, count).Select(i => 1.0 + i)];
        double[] expected = [.. sums.Zip(values, (s, v) => s + v)];
        fixed (float* v = values)
        fixed (double* s = sums)
            DoubleSums.Add(v, count, s);
        Assert.That(sums, Is.EqualTo(expected));
    }
}
