using MathNet.Numerics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

/// <summary>
/// Ten million numbers of the vector code, in chunks as the samplers make them, against the normal law. Bounds are 5 standard errors, which one of some 300 comparisons
/// exceeds by chance once in 6000 fresh keys.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class NormalNoiseTests
{
    private const int Chunk = 8000;
    private const int Draws = 1250 * Chunk;
    private const double Bound = 5;

    private static readonly float[] Noise = Draw(20_261_122);

    private static unsafe float[] Draw(ulong key)
    {
        var noise = new float[Draws + NormalNoise.Step];
        fixed (float* z = noise)
            for (int chunk = 0; chunk < Draws / Chunk; chunk++)
                NormalNoise.Fill(new Philox(key, (ulong)chunk, Purpose.Noise), z + (chunk * Chunk), Chunk);
        return noise[..Draws];
    }

    [Test]
    public void Moments()
    {
        // E z^n and E z^2n of the normal law: (n - 1)!!.
        double[] moments = [0, 1, 0, 3, 0, 15, 0, 105], even = [1, 3, 15, 105, 945, 10395, 135135, 2027025];
        for (int n = 1; n <= 8; n++)
        {
            double mean = Noise.Average(z => Math.Pow(z, n));
            Assert.That(Math.Abs(mean - moments[n - 1]), Is.LessThan(Bound * Math.Sqrt((even[n - 1] - (moments[n - 1] * moments[n - 1])) / Draws)), $"moment {n}");
        }
    }

    [Test]
    public void Tails_to_five_sigma()
    {
        foreach (double sigma in new[] { 0.001, 0.01, 0.1, 0.5, 1, 2, 3, 3.5, 4, 4.5, 5 })
            foreach (int side in new[] { -1, 1 })
            {
                double expected = Draws * SpecialFunctions.Erfc(sigma / Math.Sqrt(2)) / 2;
                // At 5 sigma 2.9 are expected on each side, and 12 or more come by chance once in 20 000 times.
                Assert.That(Math.Abs(Noise.Count(z => side * z > sigma) - expected), Is.LessThan((Bound * Math.Sqrt(expected)) + 1), $"beyond {side * sigma}");
            }
        Assert.That(Noise.Max(Math.Abs), Is.InRange(4.7, 6.66));
    }

    [Test]
    public void Neighbours_are_uncorrelated()
    {
        // Within a vector, from vector to vector, from row to row of 40, and from chunk to chunk; the numbers themselves and their squares.
        foreach (int lag in Enumerable.Range(1, 64).Concat([80, 120, 128, 256, 1000, 1024, 4000, Chunk, Chunk + 1]))
        {
            double product = 0, squares = 0;
            for (int i = 0; i + lag < Draws; i++)
            {
                product += (double)Noise[i] * Noise[i + lag];
                squares += ((double)Noise[i] * Noise[i] - 1) * ((double)Noise[i + lag] * Noise[i + lag] - 1);
            }
            int pairs = Draws - lag;
            Assert.That(Math.Abs(product / pairs), Is.LessThan(Bound / Math.Sqrt(pairs)), $"lag {lag}");
            Assert.That(Math.Abs(squares / pairs / 2), Is.LessThan(Bound / Math.Sqrt(pairs)), $"squares, lag {lag}");
        }
    }

    [Test]
    public void Neighbouring_keys_are_unrelated()
    {
        var other = Draw(20_261_123);
        double product = 0;
        for (int i = 0; i < Draws; i++)
            product += (double)Noise[i] * other[i];
        Assert.That(Math.Abs(product / Draws), Is.LessThan(Bound / Math.Sqrt(Draws)));
    }

    [Test]
    public unsafe void A_number_does_not_depend_on_how_many_are_asked_for()
    {
        var some = new float[NormalNoise.Room(100)];
        fixed (float* z = some)
            NormalNoise.Fill(new Philox(20_261_122, 0, Purpose.Noise), z, 100);
        Assert.That(some[..100], Is.EqualTo(Noise[..100]));
    }
}
