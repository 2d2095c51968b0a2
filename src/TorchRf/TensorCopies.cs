using System.Collections.Concurrent;

namespace TorchRf;

/// <summary>A constant in Float64 on the CPU, with its copies in other dtypes and on other devices made once each. Whoever holds it disposes of it.</summary>
internal sealed class TensorCopies : IDisposable
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

    /// <summary>Lets go of the constant and its copies, at once and not when the garbage collector comes to it.</summary>
    public void Dispose()
    {
        original.Dispose();
        foreach (var copy in copies.Values)
            if (copy.IsValueCreated)
                copy.Value.Dispose();
    }
}
