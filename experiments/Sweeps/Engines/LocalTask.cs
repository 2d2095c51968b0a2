using System.ComponentModel;
using System.Diagnostics;

namespace TorchRf.Experiments.Sweeps.Engines;

/// <summary>How a local task ended.</summary>
/// <param name="Code">The program's exit code; 128 + the signal where one ended it.</param>
/// <param name="Killed">Whether its time was up.</param>
internal sealed record LocalEnd(int Code, bool Killed)
{
    /// <summary>Whether it kept a checkpoint and stopped, because it was warned.</summary>
    internal bool Warned => !Killed && Code == TaskScript.WarnedExitCode;

    /// <summary>Whether all went well.</summary>
    internal bool Succeeded => !Killed && Code == 0;
}

/// <summary>One process of the local engine.</summary>
/// <param name="words">Its command line.</param>
/// <param name="threads">The threads it is pinned to.</param>
/// <param name="log">Where its output goes.</param>
/// <param name="append">Whether what is there stays.</param>
internal sealed class LocalTask(IReadOnlyList<string> words, int threads, string log, bool append)
{
    private const int KilledExitCode = 137;

    // The most that a timer of .NET waits.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Runs it to its end.</summary>
    /// <param name="limit">When it is killed; null for never.</param>
    /// <param name="warning">How long before it is warned.</param>
    /// <param name="stop">Asks it for an orderly end.</param>
    internal async Task<LocalEnd> Run(TimeSpan? limit, TimeSpan warning, CancellationToken stop)
    {
        using var process = Start();
        bool killed = false;
        using var stopped = stop.Register(() => PosixSignals.Send(process, PosixSignals.Terminate));
        // Disposed by waiting for what they do: it needs the process.
        await using var warn = limit is TimeSpan w ? new Timer(_ => PosixSignals.Send(process, PosixSignals.Warn), null, Capped(w - warning), Timeout.InfiniteTimeSpan) : null;
        await using var kill = limit is TimeSpan k ? new Timer(_ => Kill(), null, Capped(k), Timeout.InfiniteTimeSpan) : null;
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return new LocalEnd(process.ExitCode, killed && process.ExitCode == KilledExitCode);

        void Kill()
        {
            if (process.HasExited)
                return;
            killed = true;
            process.Kill(entireProcessTree: true);
        }
    }

    // A shell gives way to the program at once: it opens the log, which then needs no one to write it, and makes the program deaf to a terminal's
    // Ctrl-C, which goes to everything started from it. The pool passes it on; two signals would end a task without a checkpoint.
    private Process Start()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"trap '' INT; log=$1; shift; exec \"$@\" {(append ? ">>" : ">")}\"$log\" 2>&1 </dev/null", "sh", log, .. words]);
        foreach (var variable in SweepTasks.ThreadVariables)
            start.Environment[variable] = threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new EngineException($"a task cannot be started: {e.Message}", e);
        }
    }

    private static TimeSpan Capped(TimeSpan time) => time < Longest ? time : Longest;
}
