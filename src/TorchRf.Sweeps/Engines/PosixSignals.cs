using System.Runtime.InteropServices;

namespace TorchRf.Sweeps.Engines;

/// <summary>Sends a process a signal, which .NET does not.</summary>
internal static class PosixSignals
{
    /// <summary>Asks for an orderly end.</summary>
    internal const int Terminate = 15;

    /// <summary>Ends it at once.</summary>
    internal const int Kill = 9;

    /// <summary>Warns that time runs out: Linux's number; macOS has another.</summary>
    internal static int Warn => OperatingSystem.IsMacOS() ? 30 : 10;

    /// <summary>Sends it; nothing happens where there is no such process.</summary>
    internal static void Send(int process, int signal) => _ = kill(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
