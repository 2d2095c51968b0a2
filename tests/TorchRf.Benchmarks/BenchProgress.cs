using System.Globalization;
using TorchRf.Benchmarks.Contests;
using TorchRf.Cli.Terminal;

namespace TorchRf.Benchmarks;

/// <summary>Shows on standard error what is timed: a bar on a terminal, a line for each case otherwise.</summary>
internal static class BenchProgress
{
    internal static T Show<T>(Func<IProgress<BenchmarkProgress>, T> work)
    {
        int told = -1;
        // Drawn between turns only: a bar that moves by itself would take time from what is timed.
        return ProgressBar.Show("Timing", work, at => (at.Done + at.Part, at.Cases, Title(at)), Line, moves: false);

        string? Line(BenchmarkProgress at)
        {
            if (at.Done == told)
                return null;
            told = at.Done;
            return Title(at);
        }
    }

    private static string Title(BenchmarkProgress at) => string.Create(CultureInfo.InvariantCulture, $"{at.Case} ({at.Done + 1} of {at.Cases})");
}
