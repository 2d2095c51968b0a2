using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>Independent standard normal numbers by the method of Box and Muller (Ann. Math. Stat. 29, 1958), 16 from each 16 random words.</summary>
internal static class NormalNoise
{
    /// <summary>Numbers are made this many at a time; buffers are a multiple of it.</summary>
    internal const int Step = 32;

    /// <summary>Room for <paramref name="count"/> numbers.</summary>
    internal static int Room(int count) => (count + Step - 1) / Step * Step;

    /// <summary>
    /// Fills with normal numbers, the n-th of which depends on the stream and on n alone. The radius comes from 31 bits: no number is beyond 6.66, which leaves out a
    /// probability of 3e-11.
    /// </summary>
    /// <param name="philox">The stream.</param>
    /// <param name="noise">At least Room(count) numbers, of which all are written.</param>
    /// <param name="count">How many are wanted, up to 2^31 - 32.</param>
    internal static unsafe void Fill(in Philox philox, float* noise, int count)
    {
        uint block = 0;
        for (int i = 0; i < count; i += Step)
        {
            // Two independent chains of multiplications at a time keep the processor busy.
            var (a, b) = philox.Block(block);
            var (c, d) = philox.Block(block + 1);
            var (z0, z1) = Pair(a, b);
            var (z2, z3) = Pair(c, d);
            z0.Store(noise + i);
            z1.Store(noise + i + 8);
            z2.Store(noise + i + 16);
            z3.Store(noise + i + 24);
            block += 2;
        }
    }

    // Two independent normals from two random words: the point at the angle 2 pi V with the radius sqrt(-2 log U), U in (0, 1].
    private static (Vector256<float>, Vector256<float>) Pair(Vector256<uint> radius, Vector256<uint> angle)
    {
        var u = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle((radius >>> 1).AsInt32()), Vector256.Create(1f / 2147483648f), Vector256.Create(1f / 4294967296f));
        var length = Vector256.Sqrt(Logarithm.Of(u) * Vector256.Create(-2f));
        var (sine, cosine) = SineCosine.Of(angle);
        return (cosine * length, sine * length);
    }
}
