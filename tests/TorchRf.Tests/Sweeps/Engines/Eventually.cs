using System.Diagnostics;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    // Only a guard against hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until something holds, and fails where it never does.</summary>
    /// <param name="condition">What is to hold.</param>
    /// <param name="what">What was waited for, and what there is instead.</param>
    internal static void Holds(Func<bool> condition, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"waited {Patience.TotalMinutes} minutes for {what()}");
            Thread.Sleep(50);
        }
    }
}
