using System.Runtime.InteropServices;
using TorchRf.LibTorch.Interop;
using TorchRf.LibTorch.Utils;

namespace TorchRf.LibTorch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// The raw memory of a contiguous tensor on the CPU; setting it copies bytes in. The span does not keep the tensor
        /// alive: hold on to the tensor (a using, a scope, GC.KeepAlive) for as long as the span is read.
        /// </summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous, or not on the CPU.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                RequireCpu();
                if (!is_contiguous())
                    throw new InvalidOperationException("The bytes of a tensor that is not contiguous cannot be read; call contiguous() first.");
                var size = numel() * ElementSize;
                if (size > int.MaxValue)
                    throw new ArgumentException(FormattableString.Invariant($"A tensor of {size} bytes does not fit into one span; take it in pieces."));
                Span<byte> memory = size == 0 ? [] : new Span<byte>((void*)Native.torchrf_data(Handle), (int)size);
                GC.KeepAlive(this);
                return memory;
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"{value.Length} bytes do not fill a tensor of {target.Length}.", nameof(value));
                value.CopyTo(target);
                GC.KeepAlive(this);
            }
        }

        /// <summary>The elements of a tensor on the CPU, in row-major order.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireCpu();
            RequireType<T>();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The one element of a one-element tensor.</summary>
        public unsafe T item<T>() where T : unmanaged
        {
            if (numel() != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            RequireType<T>();
            if (device.type != DeviceType.CPU)
            {
                using var onCpu = cpu();
                return onCpu.item<T>();
            }
            var number = *(T*)Native.torchrf_data(Handle);
            GC.KeepAlive(this);
            return number;
        }

        // The caller keeps the tensor alive while it uses the span.
        internal unsafe Span<T> Elements<T>() where T : unmanaged =>
            numel() == 0 ? [] : new Span<T>((void*)Native.torchrf_data(Handle), checked((int)numel()));

        private void RequireCpu()
        {
            if (device.type != DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        private void RequireType<T>()
        {
            var held = dtype switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                _ => null,
            };
            if (held != typeof(T))
                throw new ArgumentException($"A tensor of {dtype} does not hold elements of type {typeof(T).Name}.");
        }
    }

    /// <summary>A tensor of the array's numbers, copied.</summary>
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromSpan<double>(rawArray, [rawArray.Length], ScalarType.Float64, dtype, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromSpan<double>(rawArray, dimensions.ToArray(), ScalarType.Float64, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromSpan<float>(rawArray, [rawArray.Length], ScalarType.Float32, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromSpan<float>(rawArray, dimensions.ToArray(), ScalarType.Float32, dtype, device, requires_grad);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromSpan<long>(dataArray, [dataArray.Length], ScalarType.Int64, dtype, device, requires_grad);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        FromSpan<double>([scalar], [], ScalarType.Float64, dtype, device, requires_grad);

    private static Tensor FromSpan<T>(ReadOnlySpan<T> values, long[] shape, ScalarType held, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var result = empty(shape, held);
        if (result.numel() != values.Length)
            throw new ArgumentException($"{values.Length} numbers do not fill a tensor of shape [{string.Join(", ", shape)}].");
        values.CopyTo(result.Elements<T>());
        if ((dtype is ScalarType wanted && wanted != held) || (device is not null && device.type != DeviceType.CPU))
        {
            var copy = result.to(dtype ?? held, device ?? result.device);
            result.Dispose();
            result = copy;
        }
        return requires_grad ? result.requires_grad_(true) : result;
    }
}
