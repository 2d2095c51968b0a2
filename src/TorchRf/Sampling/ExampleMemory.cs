using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchRf.Sampling;

/// <summary>
/// Where a tensor's examples lie in memory, for kernels that write them. It does not keep the tensor alive.
/// </summary>
internal readonly unsafe struct ExampleMemory
{
    private readonly nint start;
    private readonly long sites;

    /// <param name="examples">Shape (examples, N), Float32, contiguous, on the CPU.</param>
    /// <exception cref="ArgumentException">It is not that.</exception>
    internal ExampleMemory(Tensor examples)
    {
        if (examples.dim() != 2 || examples.dtype != ScalarType.Float32 || examples.device.type != DeviceType.CPU || !examples.is_contiguous())
            throw new ArgumentException($"Examples are written to a contiguous Float32 matrix on the CPU, not {examples}.", nameof(examples));
        (Rows, sites) = (examples.shape[0], examples.shape[1]);
        if (Rows == 0)
            return;
        // A span holds 2^31 bytes at most, and what is behind the first row is reached by a pointer: torch's memory does not move.
        using var first = examples.narrow(0, 0, 1);
        start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>How many examples there are.</summary>
    internal long Rows { get; }

    /// <summary>The first site of an example.</summary>
    internal float* Row(long index) => (float*)start + (index * sites);
}
