namespace TorchRf.Sweeps.Engines;

/// <summary>Something that works on the shards of a sweep, each a process of its own, and merges them when all have ended.</summary>
public interface ISweepEngine
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Hands the tasks over, or with <paramref name="dryRun"/> only says what would be done.</summary>
    /// <param name="tasks">The work.</param>
    /// <param name="resources">What each task asks for.</param>
    /// <param name="dryRun">Nothing is submitted, started or written.</param>
    /// <param name="tell">Gets a line at a time: what is not enforced, which task ended and how.</param>
    /// <param name="cancellation">Ends what this call still waits for in an orderly way.</param>
    /// <exception cref="InvalidSettingException">The resources are not allowed.</exception>
    /// <exception cref="EngineException">The engine is not there, refuses, or still works on this sweep.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; every task has stopped.</exception>
    EngineReport Submit(SweepTasks tasks, Resources resources, bool dryRun, Action<string> tell, CancellationToken cancellation);
}

/// <summary>What an engine did.</summary>
/// <param name="Succeeded">Whether all was submitted or, where the engine waits for its tasks, all succeeded.</param>
/// <param name="Lines">What a person is told.</param>
/// <param name="Document">The same as JSON.</param>
public sealed record EngineReport(bool Succeeded, IReadOnlyList<string> Lines, JsonObject Document);

/// <summary>An engine cannot take a sweep: it is not installed, refuses a task, or still works on the sweep. The message is one line that says what to do.</summary>
public sealed class EngineException(string message, Exception? cause = null) : IOException(message, cause);

/// <summary>The work that an engine is given: one sweep's shards that are not finished, and how a task runs one.</summary>
public sealed record SweepTasks
{
    /// <summary>The variables that pin the threads of OpenMP and of the BLAS behind torch.</summary>
    public static IReadOnlyList<string> ThreadVariables { get; } = ["OMP_NUM_THREADS", "MKL_NUM_THREADS"];

    /// <summary>How torchrf is started: a program and its first arguments, such as dotnet and the path of TorchRf.Cli.dll. Paths are absolute.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>The plan's file, absolute.</summary>
    public required string Plan { get; init; }

    /// <summary>Whether the quick variant of the plan is meant.</summary>
    public bool Quick { get; init; }

    /// <summary>The sweep's folder, absolute; it exists.</summary>
    public required string Folder { get; init; }

    /// <summary>The shards with unfinished runs, from 1 to <see cref="ShardCount"/>, ascending. None leaves only the merge.</summary>
    public required IReadOnlyList<int> Shards { get; init; }

    /// <summary>How many shards the sweep is divided into.</summary>
    public required int ShardCount { get; init; }

    /// <summary>How many threads each task computes on.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The shards a sweep is divided into.</summary>
    public static int ShardsOf(int runs, int runsPerTask) => Math.Max(1, (int)(((long)runs + runsPerTask - 1) / runsPerTask));

    /// <summary>The command line up to the shard's number, which follows as an argument of its own together with <see cref="ShardCount"/>: "K/N".</summary>
    public IReadOnlyList<string> BeforeShard => [.. Program, "sweep", Plan, .. QuickFlag, "--out", Folder, "--shard"];

    /// <summary>The command line that runs a shard.</summary>
    /// <param name="shard">From 1 to <see cref="ShardCount"/>.</param>
    public IReadOnlyList<string> Shard(int shard) => [.. BeforeShard, string.Create(CultureInfo.InvariantCulture, $"{shard}/{ShardCount}")];

    /// <summary>The command line that merges the finished runs and names what is missing.</summary>
    public IReadOnlyList<string> Merge => [.. Program, "sweep", "merge", Plan, .. QuickFlag, "--out", Folder];

    private string[] QuickFlag => Quick ? ["--quick"] : [];

    /// <summary>Checks what an engine relies on.</summary>
    public void Validate()
    {
        if (Program.Count == 0 || !Path.IsPathRooted(Plan) || !Path.IsPathRooted(Folder))
            throw new ArgumentException("A program and absolute paths are needed.");
        int last = 0;
        foreach (int shard in Shards)
        {
            if (shard <= last || shard > ShardCount)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Shard {shard} is out of range or order; there are {ShardCount}."));
            last = shard;
        }
        // Neither a script nor a directive of SLURM can hold them.
        InvalidSettingException.Require(!Folder.Any(c => char.IsControl(c) || c == '\\'), "out", Folder, "a folder without control characters and backslashes in its path");
    }
}
