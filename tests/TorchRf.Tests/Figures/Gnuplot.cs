using System.ComponentModel;
using System.Diagnostics;
using NUnit.Framework;

namespace TorchRf.Tests.Figures;

/// <summary>Whether gnuplot is installed here; tests that draw are skipped, visibly, where it is not.</summary>
internal static class Gnuplot
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("gnuplot", "--version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    internal static void Require()
    {
        if (!Installed.Value)
        {
            Assert.Ignore("gnuplot is not installed (gnuplot-nox and fonts-dejavu-core on Debian), so nothing can be drawn.");
        }
    }
}
