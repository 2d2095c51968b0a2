using System.Buffers.Binary;

namespace TorchRf.Training;

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
