using System.Collections.Concurrent;

namespace TorchRf;

/// <summary>A constant in Float64 on the CPU, with its copies in other dtypes and on other devices made once each.</summary>
internal sealed class TensorCopies
{
    private readonly Tensor original;
    private readonly ConcurrentDictionary<(ScalarType, string), Lazy<Tensor>> copies = new();

    internal TensorCopies(Tensor original) => this.original = original.DetachFromDisposeScope();

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
            return original.to(dtype, device).DetachFromDisposeScope();
        })).Value;
    }
}
