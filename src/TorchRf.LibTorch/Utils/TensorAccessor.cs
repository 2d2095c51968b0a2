namespace TorchRf.LibTorch.Utils;

/// <summary>Reads and writes the elements of a tensor on the CPU, in row-major order whatever its strides.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor tensor;

    internal TensorAccessor(torch.Tensor tensor) => this.tensor = tensor;

    public long Count => tensor.numel();

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray()
    {
        var copy = new T[Count];
        if (tensor.is_contiguous())
        {
            tensor.Elements<T>().CopyTo(copy);
            GC.KeepAlive(tensor);
            return copy;
        }
        using var contiguous = tensor.contiguous();
        contiguous.Elements<T>().CopyTo(copy);
        return copy;
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing to free: the tensor owns the memory.</summary>
    public void Dispose() { }
}
