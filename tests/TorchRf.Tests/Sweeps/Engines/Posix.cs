namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>Whether there are shells and signals here; tests that need them are skipped, visibly, where there are none.</summary>
internal static class Posix
{
    internal static void Require()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Windows has neither POSIX shells nor their signals.");
    }
}
