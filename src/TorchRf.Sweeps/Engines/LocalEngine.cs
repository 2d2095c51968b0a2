using System.ComponentModel;
using System.Runtime.InteropServices;
using CliWrap;

namespace TorchRf.Sweeps.Engines;

/// <summary>
/// This machine: processes of the same program, as many at once as the throttle says or the processors hold. It obeys the time limit as SLURM does: a task that is warned keeps a checkpoint and goes to the
/// end of the queue. It waits until all have ended and been merged; what the tasks print is in the folder's local/.
/// </summary>
public sealed class LocalEngine(int processors) : ISweepEngine
{
    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public EngineReport Submit(SweepTasks tasks, Resources resources, bool dryRun, Action<string> tell, CancellationToken cancellation)
    {
        tasks.Validate();
        resources.Validate();
        if (OperatingSystem.IsWindows())
            throw new EngineException("--engine local needs a POSIX shell, which Windows has not; \"torchrf sweep\" itself does all runs in one process");
        int width = resources.Throttle ?? Math.Max(1, processors / resources.CpusFor(tasks.Threads));
        string[] ignored = [.. new[] { ("--partition", resources.Partition is not null), ("--account", resources.Account is not null), ("--mem", resources.Mem is not null), ("--gpus", resources.Gpus > 0) }
            .Where(o => o.Item2).Select(o => o.Item1)];
        if (ignored.Length > 0)
            tell($"the local engine does not enforce {string.Join(", ", ignored)}");
        if (dryRun)
        {
            var pinned = SweepTasks.ThreadVariables.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v}={tasks.Threads}")).ToArray();
            string[] commands = [.. tasks.Shards.Select(tasks.Shard).Append(tasks.Merge).Select(words => string.Join(' ', pinned) + " " + ShellWords.Join(words))];
            return new EngineReport(true,
                [string.Create(CultureInfo.InvariantCulture, $"# {tasks.Shards.Count} {(tasks.Shards.Count == 1 ? "task" : "tasks")}, {Math.Min(width, Math.Max(1, tasks.Shards.Count))} at once, then the merge"), .. commands],
                new JsonObject { ["at_once"] = width, ["commands"] = new JsonArray([.. commands.Select(c => (JsonNode)JsonValue.Create(c))]) });
        }
        return Work(tasks, resources, width, tell, cancellation).GetAwaiter().GetResult();
    }

    private static async Task<EngineReport> Work(SweepTasks tasks, Resources resources, int width, Action<string> tell, CancellationToken cancellation)
    {
        var logs = Directory.CreateDirectory(Path.Combine(tasks.Folder, "local")).FullName;
        var pool = new LocalPool(tasks, resources, width, shard => Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"{shard}.out")), tell);
        await pool.Run(cancellation).ConfigureAwait(false);
        var printed = Path.Combine(logs, "merge.out");
        var merge = await new LocalTask(tasks.Merge, tasks.Threads, printed, append: false, tell).Run(null, default, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        int finished = tasks.Shards.Count - pool.Failed.Count;
        return new EngineReport(pool.Failed.Count == 0 && merge.Succeeded,
        [
            .. (await File.ReadAllTextAsync(printed, cancellation).ConfigureAwait(false)).TrimEnd().Split('\n'),
            string.Create(CultureInfo.InvariantCulture, $"Tasks:  {finished} finished, {pool.Failed.Count} failed{(pool.Requeued > 0 ? $", {pool.Requeued} times one went back to the queue" : "")}"),
            $"Logs:   {logs}",
        ],
        new JsonObject
        {
            ["finished"] = finished,
            ["failed"] = new JsonArray([.. pool.Failed.Select(f => (JsonNode)new JsonObject { ["shard"] = f.Key, ["code"] = f.Value.Code, ["time_limit"] = f.Value.Killed })]),
            ["requeued"] = pool.Requeued,
            ["merge"] = merge.Code,
            ["logs"] = logs,
        });
    }
}

/// <summary>A sweep's tasks as processes of this machine, so many at once. How one ends changes nothing for another.</summary>
internal sealed class LocalPool(SweepTasks tasks, Resources resources, int width, Func<int, string> log, Action<string> tell)
{
    private readonly Queue<int> waiting = new(tasks.Shards);
    private readonly Dictionary<Task<LocalEnd>, int> running = [];

    internal SortedDictionary<int, LocalEnd> Failed { get; } = [];

    internal int Requeued { get; private set; }

    /// <summary>Runs all tasks to their ends; where it is cancelled, they have stopped.</summary>
    internal async Task Run(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (waiting.Count + running.Count > 0)
            {
                while (waiting.Count > 0 && running.Count < width)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int next = waiting.Dequeue();
                    running.Add(new LocalTask(tasks.Shard(next), tasks.Threads, log(next), append: true, tell)
                        .Run(resources.Limit, TimeSpan.FromSeconds(resources.Warning), stop.Token), next);
                }
                var ended = await Task.WhenAny(running.Keys).ConfigureAwait(false);
                running.Remove(ended, out int shard);
                var end = await ended.ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                Take(shard, end);
            }
        }
        finally
        {
            // Whatever went wrong, no process is left behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running.Keys.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(int shard, LocalEnd end)
    {
        if (end.Warned)
        {
            Requeued++;
            waiting.Enqueue(shard);
            tell(string.Create(CultureInfo.InvariantCulture, $"shard {shard} of {tasks.ShardCount} kept a checkpoint before its time was up, and goes back to the queue"));
            return;
        }
        if (!end.Succeeded)
            Failed[shard] = end;
        int done = tasks.Shards.Count - waiting.Count - running.Count;
        tell(string.Create(CultureInfo.InvariantCulture, $"{done}/{tasks.Shards.Count} shard {shard} of {tasks.ShardCount} {How(end)}{(end.Succeeded ? "" : $" ({log(shard)})")}"));
    }

    private static string How(LocalEnd end) =>
        end.Succeeded ? "finished"
        : end.Killed ? "was killed at its time limit"
        : end.Code > 128 ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {end.Code - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"failed with exit code {end.Code}");
}

/// <summary>How a local task ended.</summary>
/// <param name="Code">The program's exit code; 128 + the signal where one ended it.</param>
/// <param name="Killed">Whether its time was up.</param>
internal sealed record LocalEnd(int Code, bool Killed)
{
    /// <summary>Whether it kept a checkpoint and stopped, because it was warned.</summary>
    internal bool Warned => !Killed && Code == TaskScript.WarnedExitCode;

    internal bool Succeeded => !Killed && Code == 0;
}

/// <summary>One process of the local engine.</summary>
/// <param name="words">Its command line.</param>
/// <param name="threads">How many threads it computes on.</param>
/// <param name="log">Where what it prints goes.</param>
/// <param name="append">Whether the log goes on.</param>
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
