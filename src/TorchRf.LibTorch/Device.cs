using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

/// <summary>The kinds of device a tensor can live on.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>Where a tensor lives: a kind of device and which one of it (-1: the current one).</summary>
    public class Device
    {
        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        /// <param name="description">"cpu", "cuda" or "cuda:1".</param>
        /// <exception cref="ArgumentException">The description is none of these.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0].ToLowerInvariant() switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"'{description}' is not a device; it is cpu, cuda or cuda:INDEX."),
            };
            int number = -1;
            if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out number)))
                throw new ArgumentException($"'{description}' is not a device; it is cpu, cuda or cuda:INDEX.");
            index = number;
        }

        public DeviceType type { get; }

        public int index { get; }

        internal long Packed => (uint)type | ((long)index << 32);

        public override string ToString() =>
            type == DeviceType.CPU ? "cpu" : index < 0 ? "cuda" : FormattableString.Invariant($"cuda:{index}");
    }

    /// <summary>The device that <paramref name="description"/> names: "cpu", "cuda" or "cuda:1".</summary>
    public static Device device(string description) => new(description);

    /// <summary>The element types of tensors, with libtorch's numbers.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        ComplexFloat64 = 10,
        Bool = 11,
        BFloat16 = 15,
    }

    /// <summary>The version of the libtorch that the native part was built for.</summary>
    public static string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8(Native.torchrf_version()) ?? "";

    /// <summary>How many threads an operation may use.</summary>
    public static int get_num_threads() => Native.torchrf_get_threads();

    /// <summary>Sets how many threads an operation may use, those of the BLAS included where it lets itself be told.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.torchrf_set_threads(num));

    /// <summary>CUDA devices.</summary>
    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => Native.torchrf_cuda_devices();

        /// <summary>Waits until everything queued on the device is done.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.torchrf_cuda_synchronize(device?.index ?? -1));
    }
}
