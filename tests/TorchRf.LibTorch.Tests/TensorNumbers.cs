namespace TorchRf.LibTorch.Tests;

/// <summary>Reads tensors as plain numbers, so that a test compares arrays.</summary>
internal static class TensorNumbers
{
    /// <summary>The elements in row-major order, as doubles.</summary>
    internal static double[] Doubles(this Tensor tensor)
    {
        using var converted = tensor.detach().to(ScalarType.Float64).contiguous();
        return converted.data<double>().ToArray();
    }

    /// <summary>The elements in row-major order, as whole numbers.</summary>
    internal static long[] Longs(this Tensor tensor)
    {
        using var converted = tensor.detach().to(ScalarType.Int64).contiguous();
        return converted.data<long>().ToArray();
    }

    /// <summary>The elements of a tensor of truth values.</summary>
    internal static bool[] Truths(this Tensor tensor) => tensor.data<bool>().ToArray();

    /// <summary>The numbers 0, 1, 2 ... in Float64, of the given shape.</summary>
    internal static Tensor Counting(params long[] shape) =>
        torch.arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Float64).reshape(shape);
}
