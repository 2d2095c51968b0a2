using System.Buffers.Binary;

namespace TorchRf.Training;

/// <summary>Seeds for the separate streams of randomness of one run, so that none depends on how much another was used.</summary>
/// <remarks>
/// Of the 64 bits, torch's generator on the CPU keeps the lower 32: of n runs, n (n - 1) / 2^33 pairs are to be expected to share the stream for a purpose, one pair of
/// 100 000 runs. More bits would be other numbers from the same seed; who makes many runs compares their <see cref="Starts"/>.
/// </remarks>
public static class Seeds
{
    private static readonly string[] OfEveryRun = ["init", "model", "data"];

    /// <summary>A seed for one purpose, as unlike that of any other as chance allows (FNV-1a, then SplitMix64).</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">"init", "data", ...</param>
    /// <param name="index">Which one of several.</param>
    /// <remarks>No purpose shares its stream with the initial weights, the rest of the model or the data of the same run: where 32 bits would agree, it gets others.</remarks>
    public static ulong Derive(ulong seed, string purpose, long index = 0)
    {
        ulong derived = Hashed(seed, purpose, index);
        while (OfEveryRun.TakeWhile(other => other != purpose).Any(other => (uint)Derive(seed, other) == (uint)derived))
            derived = Mix(derived);
        return derived;
    }

    /// <summary>Where the streams start that every run draws from on the CPU, the 32 bits that its generator keeps: two runs with one of them in common draw the same numbers for that purpose.</summary>
    /// <param name="seed">The run's seed.</param>
    public static IEnumerable<(string Purpose, uint Start)> Starts(ulong seed) => OfEveryRun.Select(purpose => (purpose, (uint)Derive(seed, purpose)));

    private static ulong Hashed(ulong seed, string purpose, long index)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in purpose)
            hash = (hash ^ c) * 1099511628211;
        return Mix(Mix(seed ^ hash) ^ (ulong)index);
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}

/// <summary>
/// The state of a random generator as torch lays it out, checked before torch is given it: torch refuses a state that cannot be by an error that not every
/// binding passes on, and the process would end.
/// </summary>
internal static class GeneratorState
{
    // ATen's CPUGeneratorImpl: seed (8 bytes), words left (4), whether it is seeded (4), next word (8), 624 words of 8 bytes, and what is left of a pair of normals.
    private const int CpuLength = 5056;
    private const int MersenneWords = 624;

    // CUDA's: seed and offset, 8 bytes each. Philox gives four numbers at a time.
    private const int CudaLength = 16;
    private const int NumbersAtATime = 4;

    /// <summary>Whether a generator can have this state. Of a layout that is not known here, torch is left to judge.</summary>
    public static bool IsPossible(ReadOnlySpan<byte> state) => state.Length switch
    {
        CpuLength => BinaryPrimitives.ReadInt32LittleEndian(state[8..]) is >= 1 and <= MersenneWords
            && BinaryPrimitives.ReadInt32LittleEndian(state[12..]) != 0
            && BinaryPrimitives.ReadUInt64LittleEndian(state[16..]) <= MersenneWords,
        CudaLength => BinaryPrimitives.ReadUInt64LittleEndian(state[8..]) % NumbersAtATime == 0,
        _ => true,
    };
}
