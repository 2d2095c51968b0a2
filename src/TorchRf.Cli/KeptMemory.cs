using System.Runtime.InteropServices;

namespace TorchRf.Cli;

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
