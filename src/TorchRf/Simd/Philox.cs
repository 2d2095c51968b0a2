using System.Runtime.CompilerServices;
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
    /// <summary>Words that <see cref="Fill"/> makes.</summary>
    internal const int Words = 64;

    private const int Rounds = 10;
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    private static Vector256<ulong> Low => Vector256.Create(0xFFFFFFFFUL);

    /// <summary>
    /// The words at counters 16 batch .. 16 batch + 15: for each four counters the words 0 and 1 of each, side by side, and then the words 2 and 3.
    /// </summary>
    /// <param name="batch">Which 16 counters.</param>
    /// <param name="words">Where 64 words go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Fill(uint batch, uint* words)
    {
        // Four chains of multiplications at a time: one alone would leave the processor waiting for its results. Each word is in the lower half of 64 bits, where it is multiplied; what is in
        // the upper half does not matter.
        var a0 = Vector256.Create(16UL * batch) + Vector256.Create(0UL, 1, 2, 3);
        var (b0, c0, d0) = (a0 + Vector256.Create(4UL), a0 + Vector256.Create(8UL), a0 + Vector256.Create(12UL));
        var a1 = Vector256.Create(chunk);
        var (b1, c1, d1) = (a1, a1, a1);
        var a2 = Vector256.Create(chunk >> 32);
        var (b2, c2, d2) = (a2, a2, a2);
        var a3 = Vector256.Create((ulong)(uint)purpose);
        var (b3, c3, d3) = (a3, a3, a3);
        var (m0, m1) = (Vector256.Create((ulong)M0), Vector256.Create((ulong)M1));
        var (k0, k1) = (Vector256.Create((ulong)(uint)key), Vector256.Create(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            var (pa, qa) = (Multiply(m0, a0), Multiply(m1, a2));
            var (pb, qb) = (Multiply(m0, b0), Multiply(m1, b2));
            var (pc, qc) = (Multiply(m0, c0), Multiply(m1, c2));
            var (pd, qd) = (Multiply(m0, d0), Multiply(m1, d2));
            (a0, a1, a2, a3) = ((qa >>> 32) ^ a1 ^ k0, qa, (pa >>> 32) ^ a3 ^ k1, pa);
            (b0, b1, b2, b3) = ((qb >>> 32) ^ b1 ^ k0, qb, (pb >>> 32) ^ b3 ^ k1, pb);
            (c0, c1, c2, c3) = ((qc >>> 32) ^ c1 ^ k0, qc, (pc >>> 32) ^ c3 ^ k1, pc);
            (d0, d1, d2, d3) = ((qd >>> 32) ^ d1 ^ k0, qd, (pd >>> 32) ^ d3 ^ k1, pd);
            k0 += Vector256.Create((ulong)W0);
            k1 += Vector256.Create((ulong)W1);
        }
        Join(a0, a1, words);
        Join(a2, a3, words + 8);
        Join(b0, b1, words + 16);
        Join(b2, b3, words + 24);
        Join(c0, c1, words + 32);
        Join(c2, c3, words + 40);
        Join(d0, d1, words + 48);
        Join(d2, d3, words + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Join(Vector256<ulong> even, Vector256<ulong> odd, uint* words) => ((even & Low) | (odd << 32)).AsUInt32().Store(words);

    // The products of the lower halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Multiply(Vector256<ulong> a, Vector256<ulong> b) =>
        Avx2.IsSupported ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32()) : (a & Low) * (b & Low);
}
