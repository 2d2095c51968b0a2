using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchRf.Simd;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011): random bits as a function of a key and a counter, with no state. What is drawn where
/// depends on the counter alone, so that any thread can make any part.
/// </summary>
/// <param name="key">The stream.</param>
/// <param name="chunk">Words 1 and 2 of the counter.</param>
/// <param name="purpose">Word 3 of the counter: draws for different purposes of one chunk do not overlap.</param>
internal readonly struct Philox(ulong key, ulong chunk, Purpose purpose)
{
    private const int Rounds = 10;
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    private static Vector256<ulong> Low => Vector256.Create(0xFFFFFFFFUL);

    /// <summary>The 4 words at one counter.</summary>
    internal (uint, uint, uint, uint) At(uint counter)
    {
        var (c0, c1, c2, c3) = (counter, (uint)chunk, (uint)(chunk >> 32), (uint)purpose);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>The 16 words at counters 4 block .. 4 block + 3: words 0 and 1 of each in the first vector, side by side, words 2 and 3 in the second.</summary>
    internal (Vector256<uint> First, Vector256<uint> Second) Block(uint block)
    {
        // Each word in the lower half of 64 bits, where it is multiplied; what is in the upper half does not matter.
        var c0 = Vector256.Create(4UL * block) + Vector256.Create(0UL, 1, 2, 3);
        var c1 = Vector256.Create(chunk);
        var c2 = Vector256.Create(chunk >> 32);
        var c3 = Vector256.Create((ulong)(uint)purpose);
        var k0 = Vector256.Create((ulong)(uint)key);
        var k1 = Vector256.Create(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            var p0 = Multiply(Vector256.Create((ulong)M0), c0);
            var p1 = Multiply(Vector256.Create((ulong)M1), c2);
            c0 = (p1 >>> 32) ^ c1 ^ k0;
            c2 = (p0 >>> 32) ^ c3 ^ k1;
            (c1, c3) = (p1, p0);
            k0 += Vector256.Create((ulong)W0);
            k1 += Vector256.Create((ulong)W1);
        }
        return (((c0 & Low) | (c1 << 32)).AsUInt32(), ((c2 & Low) | (c3 << 32)).AsUInt32());
    }

    // The products of the lower halves.
    private static Vector256<ulong> Multiply(Vector256<ulong> a, Vector256<ulong> b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32()) : (a & Low) * (b & Low);
}
