using System.Runtime.InteropServices;

namespace TorchRf.Cli;

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
