using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchRf.LibTorch.Interop;

/// <summary>The exports of native/torchrf_native.cpp. Tensors cross as owned references to their TensorImpl.</summary>
internal static unsafe partial class Native
{
    private const string Library = "torchrf_native";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        WaitPassively();
        var file = Path.Combine(AppContext.BaseDirectory, "libtorchrf_native.so");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"The native part of TorchRf.LibTorch could not be loaded from {file}: {e.Message.ReplaceLineEndings(" ")} " +
                "It needs libtorch (on Debian: apt-get install libtorch-dev libopenblas0; elsewhere build with LIBTORCH=/path/to/libtorch).", e);
        }
    }

    // libgomp's threads spin between operations unless told otherwise before it is loaded: on a machine with anything else
    // to do, small operations on two threads then take ten times as long as on one. .NET's own environment is a copy that libgomp does not see.
    private static void WaitPassively()
    {
        const int keepWhatTheUserSet = 0;
        if (!OperatingSystem.IsLinux())
            return;
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", keepWhatTheUserSet);
        // OpenBLAS's threads look out for more work for 2^26 cycles after every product, a core's time that whoever computes next is short of. 2^20, a third of a
        // millisecond, still spans what comes between two products of one operation.
        _ = setenv("OPENBLAS_THREAD_TIMEOUT", "20", keepWhatTheUserSet);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    /// <summary>Throws libtorch's own message when a call reported failure.</summary>
    internal static void Check(int status)
    {
        if (status < 0)
            throw Error();
    }

    /// <summary>The thread's last error, as the exception type that TorchSharp uses for it.</summary>
    internal static ExternalException Error() => new(Marshal.PtrToStringUTF8(torchrf_error()) ?? "libtorch failed without a message");

    [LibraryImport(Library)] internal static partial nint torchrf_error();
    [LibraryImport(Library)] internal static partial nint torchrf_version();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint torchrf_operator(string name, string overload);
    [LibraryImport(Library)] internal static partial int torchrf_call(nint op, NativeValue* args, int count, NativeValue* results, int capacity);

    [LibraryImport(Library)] internal static partial void torchrf_release(nint tensor);
    [LibraryImport(Library)] internal static partial int torchrf_dim(nint tensor);
    [LibraryImport(Library)] internal static partial int torchrf_sizes(nint tensor, long* sizes);
    [LibraryImport(Library)] internal static partial int torchrf_dtype(nint tensor);
    [LibraryImport(Library)] internal static partial long torchrf_element_size(nint tensor);
    [LibraryImport(Library)] internal static partial int torchrf_device(nint tensor, int* type, int* index);
    [LibraryImport(Library)] internal static partial int torchrf_is_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial nint torchrf_data(nint tensor);

    [LibraryImport(Library)] internal static partial int torchrf_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int torchrf_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] internal static partial int torchrf_get_grad(nint tensor, nint* grad);
    [LibraryImport(Library)] internal static partial int torchrf_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)]
    internal static partial int torchrf_backward(nint* roots, int count, nint* gradients, int gradientCount, int retain, int create);
    [LibraryImport(Library)]
    internal static partial int torchrf_grad(nint* outputs, int outputCount, nint* inputs, int inputCount,
        nint* gradients, int gradientCount, int retain, int create, int allowUnused, nint* results);
    [LibraryImport(Library)] internal static partial int torchrf_grad_mode();
    [LibraryImport(Library)] internal static partial void torchrf_set_grad_mode(int enabled);

    [LibraryImport(Library)] internal static partial nint torchrf_generator(long device, ulong seed);
    [LibraryImport(Library)] internal static partial void torchrf_generator_release(nint generator);
    [LibraryImport(Library)] internal static partial int torchrf_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial ulong torchrf_generator_initial_seed(nint generator);
    [LibraryImport(Library)] internal static partial nint torchrf_generator_get_state(nint generator);
    [LibraryImport(Library)] internal static partial int torchrf_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)] internal static partial int torchrf_get_threads();
    [LibraryImport(Library)] internal static partial int torchrf_set_threads(int threads);
    [LibraryImport(Library)] internal static partial int torchrf_cuda_devices();
    [LibraryImport(Library)] internal static partial int torchrf_cuda_synchronize(int index);
}
