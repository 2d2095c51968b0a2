using System.Numerics;

namespace TorchRf.Measures;

/// <summary>
/// Random masks with the row and column sums of a given one, by trades: two units lay together the inputs that only one of them has, and draw anew who gets which, as many each as before (the curveball algorithm of
/// Strona et al., Nat. Commun. 5, 2014; that it goes to the uniform law over all such masks is proven by Carstens, Phys. Rev. E 91, 2015). In a round every unit trades with one other at random.
/// </summary>
/// <remarks>
/// The masks are exchangeable with the given one under the null whether the chain has mixed or not (Besag and Clifford, Biometrika 76, 1989): it is followed for <see cref="Rounds"/> to a mask in the middle, and from
/// there as far to each mask that is returned. Trades are symmetric, so that this is a run of the chain backwards and others forwards.
/// </remarks>
public static class DegreeKeepingMasks
{
    /// <summary>Rounds of K / 2 trades between the middle and each mask. After half as many a mask shares no more with the one it came from than any two of the null do (a test holds it for 40 units of local fields).</summary>
    public const int Rounds = 20;

    /// <summary>Draws masks, each when it is asked for or shortly before.</summary>
    /// <param name="mask">Shape (K, N), Bool.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same masks, on any number of threads.</param>
    /// <param name="rounds">Rounds on either side of the middle.</param>
    /// <returns>Shape (K, N) each, Bool, on the mask's device; the caller's to dispose.</returns>
    public static IEnumerable<Tensor> Draw(Tensor mask, int count, int seed, int rounds = Rounds)
    {
        var (units, sites, device) = ((int)mask.shape[0], (int)mask.shape[1], mask.device);
        var random = new Random(seed);
        ulong[][] middle = Traded(Packed(mask.ToArray<bool>(), units, sites), rounds, random.Next());
        int together = Math.Max(1, Math.Min(count, torch.get_num_threads()));
        foreach (int[] seeds in Enumerable.Range(0, count).Select(_ => random.Next()).ToArray().Chunk(together))
        {
            var drawn = new ulong[seeds.Length][][];
            Parallel.For(0, seeds.Length, new ParallelOptions { MaxDegreeOfParallelism = together }, i => drawn[i] = Traded(middle, rounds, seeds[i]));
            foreach (var rows in drawn)
            {
                using var unpacked = torch.tensor(Unpacked(rows, sites), [units, sites]);
                yield return unpacked.to(device, copy: true).DetachFromDisposeScope();
            }
        }
    }

    private static ulong[][] Traded(ulong[][] rows, int rounds, int seed)
    {
        var random = new Random(seed);
        ulong[][] traded = [.. rows.Select(row => row.ToArray())];
        int[] order = [.. Enumerable.Range(0, rows.Length)];
        for (int round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            for (int i = 0; i + 1 < order.Length; i += 2)
                Trade(traded[order[i]], traded[order[i + 1]], random);
        }
        return traded;
    }

    private static void Trade(ulong[] one, ulong[] other, Random random)
    {
        // What only one of them has, and how much of it is the first's.
        var (left, take) = (0, 0);
        for (int w = 0; w < one.Length; w++)
        {
            left += BitOperations.PopCount(one[w] ^ other[w]);
            take += BitOperations.PopCount(one[w] & ~other[w]);
        }
        for (int w = 0; w < one.Length && left > 0; w++)
        {
            ulong apart = one[w] ^ other[w], mine = 0;
            for (ulong bits = apart; bits != 0; bits &= bits - 1, left--)
                if (random.Next(left) < take)
                {
                    mine |= bits & (~bits + 1);
                    take--;
                }
            one[w] = (one[w] & ~apart) | mine;
            other[w] = (other[w] & ~apart) | (apart ^ mine);
        }
    }

    private static ulong[][] Packed(bool[] mask, int units, int sites)
    {
        var rows = new ulong[units][];
        for (int unit = 0; unit < units; unit++)
        {
            rows[unit] = new ulong[(sites + 63) / 64];
            for (int site = 0; site < sites; site++)
                if (mask[((long)unit * sites) + site])
                    rows[unit][site >> 6] |= 1UL << (site & 63);
        }
        return rows;
    }

    private static bool[] Unpacked(ulong[][] rows, int sites)
    {
        var mask = new bool[(long)rows.Length * sites];
        for (int unit = 0; unit < rows.Length; unit++)
            for (int site = 0; site < sites; site++)
                mask[((long)unit * sites) + site] = (rows[unit][site >> 6] >> (site & 63) & 1) != 0;
        return mask;
    }
}
