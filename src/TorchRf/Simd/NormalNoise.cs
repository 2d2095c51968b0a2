using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>Independent standard normal numbers by the method of Box and Muller (Ann. Math. Stat. 29, 1958), 16 from each 16 random words.</summary>
internal static class NormalNoise
{
    /// <summary>Numbers are made this many at a time; buffers are a multiple of it.</summary>
    internal const int Step = Philox.Words;

    /// <summary>Room for <paramref name="count"/> numbers.</summary>
    internal static int Room(int count) => (count + Step - 1) / Step * Step;

    /// <summary>
    /// Fills with normal numbers, the n-th of which depends on the stream and on n alone. The radius comes from 31 bits: no number is beyond 6.66, which leaves out a
    /// probability of 3e-11.
    /// </summary>
    /// <param name="philox">The stream.</param>
    /// <param name="noise">At least Room(count) numbers, of which all are written.</param>
    /// <param name="count">How many are wanted, up to 2^31 - 64.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Fill(in Philox philox, float* noise, int count)
    {
        var words = stackalloc uint[Step];
        for (int i = 0; i < count; i += Step)
        {
            philox.Fill((uint)(i / Step), words);
            for (int j = 0; j < Step; j += 16)
            {
                var (first, second) = Pair(Vector256.Load(words + j), Vector256.Load(words + j + 8));
                first.Store(noise + i + j);
                second.Store(noise + i + j + 8);
            }
        }
    }

    // Two independent normals from two random words: the point at the angle 2 pi V with the radius sqrt(-2 log U), U in (0, 1].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>) Pair(Vector256<uint> radius, Vector256<uint> angle)
    {
        var u = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle((radius >>> 1).AsInt32()), Vector256.Create(1f / 2147483648f), Vector256.Create(1f / 4294967296f));
        var length = Vector256.Sqrt(Logarithm.Of(u) * Vector256.Create(-2f));
        var (sine, cosine) = SineCosine.Of(angle);
        return (cosine * length, sine * length);
    }
}
