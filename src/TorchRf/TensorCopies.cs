using System.Collections.Concurrent;

namespace TorchRf;

/// <summary>A constant in Float64 on the CPU, with its copies in other dtypes and on other devices made once each.</summary>
/// <remarks>
/// Data models and what is made of them hold theirs as long as anybody holds them, as .NET's objects are held. The garbage collector, which does not see native memory, is told how much
/// it is, so that what nobody holds any more goes before there is much of it.
/// </remarks>
internal sealed class TensorCopies
{
    private readonly Tensor original;
    private readonly ConcurrentDictionary<(ScalarType, string), Lazy<Tensor>> copies = new();
    private long bytes;

    internal TensorCopies(Tensor original) => this.original = Kept(original);

    ~TensorCopies()
    {
        if (bytes > 0)
            GC.RemoveMemoryPressure(bytes);
    }

    internal Tensor Original => original;

    /// <summary>The constant as <paramref name="other"/> needs it. It belongs to this object and to no scope.</summary>
    internal Tensor Like(Tensor other)
    {
        // Nearly always, and asked for at every step.
        if (other.dtype == original.dtype && other.device_type == original.device_type && other.device_index == original.device_index)
            return original;
        var (dtype, device) = (other.dtype, other.device);
        return copies.GetOrAdd((dtype, device.ToString()), _ => new Lazy<Tensor>(() =>
        {
            using var noGrad = torch.no_grad();
            return Kept(original.to(dtype, device));
        })).Value;
    }

    private Tensor Kept(Tensor tensor)
    {
        long size = tensor.numel() * tensor.element_size();
        if (size > 0)
            GC.AddMemoryPressure(size);
        Interlocked.Add(ref bytes, size);
        return tensor.DetachFromDisposeScope();
    }
}
