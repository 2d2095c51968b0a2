using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

/// <summary>Vector functions against Float64 on dense grids, to the errors that they state.</summary>
public sealed class PolynomialTests
{
    [Test]
    public void Logarithm()
    {
        // Every 97th positive Float32 that is not subnormal: 22 million.
        double worst = 0, nearOne = 0;
        for (int bits = 0x00800000; bits < 0x7f800000 - (8 * 97); bits += 8 * 97)
        {
            var x = (Vector256.Create(bits) + (Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) * 97)).AsSingle();
            var log = TorchRf.Simd.Logarithm.Of(x);
            for (int lane = 0; lane < 8; lane++)
            {
                double exact = Math.Log(x[lane]), error = Math.Abs(log[lane] - exact);
                worst = Math.Max(worst, error / Math.Max(Math.Abs(exact), 1e-3));
                if (Math.Abs(exact) < 1e-3)
                    nearOne = Math.Max(nearOne, error);
            }
        }
        Assert.That(worst, Is.LessThan(1.5e-7).And.GreaterThan(1e-9));
        Assert.That(nearOne, Is.LessThan(1e-10));
        Assert.That(TorchRf.Simd.Logarithm.Of(Vector256<float>.One)[0], Is.Zero);
    }

    [Test]
    public void Sine_and_cosine()
    {
        double worst = 0;
        for (uint t = 0; t < 0xffffff00; t += 1663)
        {
            var turn = Vector256.Create(t) + (Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7) * 29);
            var (sine, cosine) = SineCosine.Of(turn);
            for (int lane = 0; lane < 8; lane += 3)
            {
                var (s, c) = Math.SinCos(2 * Math.PI * turn[lane] / 4294967296.0);
                worst = Math.Max(worst, Math.Max(Math.Abs(sine[lane] - s), Math.Abs(cosine[lane] - c)));
            }
        }
        Assert.That(worst, Is.LessThan(1.2e-7).And.GreaterThan(1e-9));
    }
}
