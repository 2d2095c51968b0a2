using System.Globalization;

namespace TorchRf.Sweeps.Engines;

/// <summary>A sweep's tasks as processes of this machine, so many at once. How one ends changes nothing for another.</summary>
/// <param name="tasks">The work.</param>
/// <param name="resources">What each task asks for.</param>
/// <param name="width">The most tasks at once.</param>
/// <param name="log">Where a shard's output goes.</param>
/// <param name="tell">Gets a line when a task ended or went back to the queue.</param>
internal sealed class LocalPool(SweepTasks tasks, Resources resources, int width, Func<int, string> log, Action<string> tell)
{
    private readonly Queue<int> waiting = new(tasks.Shards);
    private readonly Dictionary<Task<LocalEnd>, int> running = [];
    private readonly SortedDictionary<int, LocalEnd> failed = [];

    /// <summary>The shards whose tasks failed, and how.</summary>
    internal IReadOnlyDictionary<int, LocalEnd> Failed => failed;

    /// <summary>How often a task went back to the queue.</summary>
    internal int Requeued { get; private set; }

    /// <summary>Runs all tasks to their ends.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; every task has stopped.</exception>
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
            failed[shard] = end;
        int done = tasks.Shards.Count - waiting.Count - running.Count;
        tell(string.Create(CultureInfo.InvariantCulture, $"{done}/{tasks.Shards.Count} shard {shard} of {tasks.ShardCount} {How(end)}{(end.Succeeded ? "" : $" ({log(shard)})")}"));
    }

    private static string How(LocalEnd end) =>
        end.Succeeded ? "finished"
        : end.Killed ? "was killed at its time limit"
        : end.Code > 128 ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {end.Code - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"failed with exit code {end.Code}");
}
