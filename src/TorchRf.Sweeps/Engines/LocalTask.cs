using System.ComponentModel;
using System.Globalization;
using CliWrap;

namespace TorchRf.Sweeps.Engines;

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
/// <param name="tell">Gets a line where the log cannot be written.</param>
internal sealed class LocalTask(IReadOnlyList<string> words, int threads, string log, bool append, Action<string> tell)
{
    private const int KilledExitCode = 137;

    // The most that a timer of .NET waits.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly TimeSpan LongestKill = TimeSpan.FromSeconds(4);

    /// <summary>Runs it to its end.</summary>
    /// <param name="limit">When it is killed; null for never.</param>
    /// <param name="warning">How long before it is warned.</param>
    /// <param name="stop">Asks it for an orderly end.</param>
    internal async Task<LocalEnd> Run(TimeSpan? limit, TimeSpan warning, CancellationToken stop)
    {
        using var kill = new CancellationTokenSource();
        var process = Start(kill.Token);
        using var stopped = stop.Register(() => Send(PosixSignals.Terminate));
        await using var warn = limit is TimeSpan w ? new Timer(_ => Send(PosixSignals.Warn), null, Capped(w - warning), Timeout.InfiniteTimeSpan) : null;
        if (limit is TimeSpan k)
            kill.CancelAfter(Capped(k));
        // Where what it may have started cannot be looked for, it is killed alone, so that no other waits for it forever.
        await using var last = limit is TimeSpan l ? new Timer(_ => Send(PosixSignals.Kill), null, Capped(l + LongestKill), Timeout.InfiniteTimeSpan) : null;
        try
        {
            return new LocalEnd((await process.ConfigureAwait(false)).ExitCode, Killed: false);
        }
        catch (OperationCanceledException)
        {
            return new LocalEnd(KilledExitCode, Killed: true);
        }

        void Send(int signal)
        {
            if (!process.Task.IsCompleted)
                PosixSignals.Send(process.ProcessId, signal);
        }
    }

    // A shell gives way to the program at once: it opens the log, which then needs no one to write it, and makes the program deaf to a terminal's
    // Ctrl-C, which goes to everything started from it. The pool passes it on; two signals would end a task without a checkpoint.
    private CommandTask<CommandResult> Start(CancellationToken kill)
    {
        try
        {
            return Cli.Wrap("/bin/sh")
                .WithArguments(["-c", $"trap '' INT; log=$1; shift; exec \"$@\" {(append ? ">>" : ">")}\"$log\" 2>&1 </dev/null", "sh", log, .. words])
                .WithEnvironmentVariables(SweepTasks.ThreadVariables.ToDictionary(v => v, _ => (string?)threads.ToString(CultureInfo.InvariantCulture)))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(tell))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(kill);
        }
        catch (Win32Exception e)
        {
            throw new EngineException($"a task cannot be started: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static TimeSpan Capped(TimeSpan time) => time < Longest ? time : Longest;
}
