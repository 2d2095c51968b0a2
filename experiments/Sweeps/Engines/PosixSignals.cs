using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TorchRf.Experiments.Sweeps.Engines;

/// <summary>Sends a process a signal, which .NET does not.</summary>
internal static class PosixSignals
{
    /// <summary>Asks for an orderly end.</summary>
    internal const int Terminate = 15;

    /// <summary>Warns that time runs out: Linux's number; macOS has another.</summary>
    internal static int Warn => OperatingSystem.IsMacOS() ? 30 : 10;

    /// <summary>Sends it, unless the process has ended.</summary>
    internal static void Send(Process process, int signal)
    {
        if (!process.HasExited)
            _ = kill(process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
