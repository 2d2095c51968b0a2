using System.Globalization;
using System.Text.Json.Nodes;

namespace TorchRf.Sweeps.Engines;

/// <summary>
/// This machine: processes of the same program, as many at once as the throttle says or the processors hold. It obeys the time limit as SLURM does: a task that is warned keeps a checkpoint and goes to the
/// end of the queue. It waits until all have ended and been merged; what the tasks print is in the folder's local/.
/// </summary>
/// <param name="processors">How many processors the tasks share.</param>
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
