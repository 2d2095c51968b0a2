using System.Runtime.InteropServices;

namespace TorchRf;

/// <summary>The one way from a tensor to an array.</summary>
public static class TensorArrays
{
    private static readonly Dictionary<Type, ScalarType> DTypes = new()
    {
        [typeof(double)] = ScalarType.Float64,
        [typeof(float)] = ScalarType.Float32,
        [typeof(Half)] = ScalarType.Float16,
        [typeof(long)] = ScalarType.Int64,
        [typeof(int)] = ScalarType.Int32,
        [typeof(short)] = ScalarType.Int16,
        [typeof(sbyte)] = ScalarType.Int8,
        [typeof(byte)] = ScalarType.Byte,
        [typeof(bool)] = ScalarType.Bool,
    };

    /// <summary>A tensor's values, row by row, copied as a block.</summary>
    /// <remarks>TorchSharp's own <c>data&lt;T&gt;().ToArray()</c> copies element by element, reads other memory where the dtype is another one, and throws on empty tensors of two or more axes (0.107.0).</remarks>
    /// <typeparam name="T">A number of .NET that a dtype stands for, or bool; values of another dtype are converted.</typeparam>
    /// <param name="tensor">Of any shape, on any device, contiguous or not; at most 2 GiB.</param>
    /// <returns>As many values as the tensor has.</returns>
    public static T[] ToArray<T>(this Tensor tensor) where T : unmanaged
    {
        if (tensor.numel() == 0)
            return [];
        var dtype = DType(typeof(T));
        if (tensor.dtype == dtype && tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
            return MemoryMarshal.Cast<byte, T>(tensor.bytes).ToArray();
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.detach().to(torch.CPU).to(dtype).contiguous().bytes).ToArray();
    }

    private static ScalarType DType(Type type) =>
        DTypes.TryGetValue(type, out var dtype) ? dtype : throw new NotSupportedException($"No dtype stands for {type}.");
}
