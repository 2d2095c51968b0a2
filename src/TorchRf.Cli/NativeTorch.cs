using System.Runtime.InteropServices;

namespace TorchRf.Cli;

/// <summary>Torch's native libraries: where there are any, and what to say where they do not load.</summary>
internal static class NativeTorch
{
    // TorchSharp's packages, by .NET's names of platforms.
    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-x64", "win-arm64"];

    /// <summary>What says that they did not load: directly, or while a type that needs them was set up. Null where it was something else.</summary>
    internal static Exception? Unloadable(Exception? e) =>
        e is null or DllNotFoundException ? e
        : e is TypeInitializationException { InnerException: NotSupportedException or DllNotFoundException } t ? t.InnerException
        : Unloadable(e.InnerException);

    /// <summary>Why they did not, in one line.</summary>
    /// <param name="platform">This platform ("linux-musl-x64").</param>
    /// <param name="cause">What the loader said.</param>
    internal static string WhyNot(string platform, Exception cause) =>
        Platforms.Contains(platform)
            ? $"torch's native library does not load: {cause.Message.Trim().Split('\n')[0]}"
            : $"TorchSharp has no native library for {platform}; there are {string.Join(", ", Platforms[..^1])} and {Platforms[^1]}.";
}

/// <summary>
/// Has the C library keep the memory of tensors that are freed. Left to itself it gives large pieces back to the system at once and takes them anew, page by page, at the next step: a sixth of
/// the time of a step of 10 committees of 10 units on a quiet machine, and most of it on a busy one.
/// </summary>
internal static class KeptMemory
{
    // glibc's numbers for its parameters.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    private const int Mebibyte = 1 << 20;

    /// <summary>Asks for it, where the C library is glibc and the user has not said otherwise by its environment variables.</summary>
    internal static void Ask()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal) || name == "GLIBC_TUNABLES"))
            return;
        try
        {
            _ = mallopt(MapThreshold, 256 * Mebibyte);
            _ = mallopt(TrimThreshold, 512 * Mebibyte);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, which has its own ways.
        }
    }

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);
}

/// <summary>
/// Spares the end of the process what libtorch does there: taking its table of operators apart, entry by entry, takes 70 ms
/// for memory that the system takes back at once.
/// </summary>
internal static class QuickExit
{
    /// <summary>
    /// To be called last, when all is written: what was arranged for the process's end after this is still done (the runtime's
    /// own shutdown comes before all of it), what was arranged earlier is not. Nothing on systems that do not know the way.
    /// </summary>
    /// <returns><paramref name="code"/>.</returns>
    internal static int With(int code)
    {
        // _exit(status) is handed over as what is called at the end, with the status and an argument that it does not look at.
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad(C, out nint libc) && NativeLibrary.TryGetExport(libc, nameof(on_exit), out _)
            && NativeLibrary.TryGetExport(libc, "_exit", out nint exit))
            _ = on_exit(exit, 0);
        return code;
    }

    private const string C = "libc.so.6";

    [DllImport(C)]
    private static extern int on_exit(nint function, nint argument);
}
