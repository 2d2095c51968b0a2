using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>Tosses 256 coins at a time, one a bit.</summary>
/// <param name="philox">The stream.</param>
internal unsafe struct CoinFlips(Philox philox)
{
    // Digits of a probability.
    private const int Digits = 53;

    private uint batch;
    private fixed uint words[Philox.Words];
    private int used = Philox.Words;

    /// <summary>A probability's binary digits, the first one highest.</summary>
    internal static ulong Threshold(double probability) => (ulong)(probability * (1L << Digits));

    /// <summary>256 fair coins.</summary>
    internal Vector256<uint> Fair()
    {
        fixed (uint* start = words)
        {
            if (used == Philox.Words)
            {
                philox.Fill(batch++, start);
                used = 0;
            }
            var coins = Vector256.Load(start + used);
            used += 8;
            return coins;
        }
    }

    /// <summary>
    /// Coins that fall on 1 with one of two probabilities each: random digits are compared with the probability's, the first that differs
    /// decides. Two digits decide a coin on average, ten all 256.
    /// </summary>
    /// <param name="which">A bit for each coin: 1 for the first probability.</param>
    /// <param name="ifSet">The first, as <see cref="Threshold"/> gives it.</param>
    /// <param name="ifClear">The second.</param>
    internal Vector256<uint> Biased(Vector256<uint> which, ulong ifSet, ulong ifClear)
    {
        var (ones, undecided) = (Vector256<uint>.Zero, Vector256<uint>.AllBitsSet);
        for (int digit = Digits - 1; digit >= 0 && undecided != Vector256<uint>.Zero; digit--)
        {
            var random = Fair();
            // The digit of each coin's probability.
            var set = Vector256.Create((uint)-(int)((ifSet >> digit) & 1));
            var clear = Vector256.Create((uint)-(int)((ifClear >> digit) & 1));
            var wanted = Vector256.ConditionalSelect(which, set, clear);
            var differ = undecided & (random ^ wanted);
            ones |= differ & wanted;
            undecided ^= differ;
        }
        return ones;
    }
}
