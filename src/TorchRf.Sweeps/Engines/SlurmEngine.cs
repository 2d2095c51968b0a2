using System.Text.Json;

namespace TorchRf.Sweeps.Engines;

/// <summary>
/// SLURM: array jobs, as many as the site's MaxArraySize asks for, and a merge that starts when all have ended. A task that is warned of its time limit keeps a checkpoint and goes back to the
/// queue. With a throttle, an array job waits for the one before, so that it holds for all together. Scripts, logs and job numbers are in the folder's slurm/.
/// </summary>
public sealed class SlurmEngine(ISlurm slurm) : ISweepEngine
{
    // SLURM's own default.
    private const int UsualMaxArraySize = 1001;

    // SLURM may warn that much earlier than asked.
    private static readonly TimeSpan WarningResolution = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => "slurm";

    /// <inheritdoc/>
    public EngineReport Submit(SweepTasks tasks, Resources resources, bool dryRun, Action<string> tell, CancellationToken cancellation)
    {
        tasks.Validate();
        resources.Validate();
        InvalidSettingException.Require(resources.Limit is null || resources.Limit > TimeSpan.FromSeconds(resources.Warning) + WarningResolution, "time", resources.Time, string.Create(
            CultureInfo.InvariantCulture, $"above {TimeLimit.Text(TimeSpan.FromSeconds(resources.Warning) + WarningResolution)}: SLURM may warn a minute before the {resources.Warning} s of --warning"));
        resources.CpusFor(tasks.Threads);
        var folder = Path.Combine(tasks.Folder, "slurm");
        var chunks = ArrayChunk.Of(tasks.Shards, dryRun ? MaxArraySizeIfKnown(tell) : slurm.MaxArraySize());
        var scripts = chunks.Select((chunk, i) => (File: string.Create(CultureInfo.InvariantCulture, $"array-{i + 1}.sh"), Text: TaskScript.Array(tasks, resources, chunk), Shards: (string?)ArrayChunk.Ranges(chunk.Shards)))
            .Append((File: "merge.sh", Text: TaskScript.Merge(tasks, resources), Shards: null)).ToArray();
        if (dryRun)
        {
            var planned = scripts.Select(s => new SubmittedJobs.Job(null, s.File, s.Shards)).ToArray();
            var document = SubmittedJobs.ToJson(planned, tasks.ShardCount);
            foreach (var (job, script) in document["jobs"]!.AsArray().Zip(scripts))
                job!["text"] = script.Text;
            return new EngineReport(true, [.. scripts.SelectMany((s, i) => (string[])[$"# {Path.Combine(folder, s.File)}", .. s.Text.TrimEnd('\n').Split('\n'), "", "# submitted with",
                SlurmPrograms.CommandLine(Path.Combine(folder, s.File), Before(i, scripts.Length, n => $"JOB{n + 1}", resources)), ""])], document);
        }

        RequireEnded(folder);
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "array-*.sh"))
            File.Delete(old);
        foreach (var (file, text, _) in scripts)
            AtomicFile.WriteText(Path.Combine(folder, file), text);
        var jobs = new List<SubmittedJobs.Job>();
        foreach (var (file, _, shards) in scripts)
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                var after = Before(jobs.Count, scripts.Length, n => jobs[n].Id!, resources);
                jobs.Add(new SubmittedJobs.Job(slurm.Submit(Path.Combine(folder, file), after.Length > 0 ? after.Split(':') : []), file, shards));
                SubmittedJobs.Write(folder, jobs, tasks.ShardCount);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                TakeBack(folder, jobs, tasks.ShardCount, e);
                throw;
            }
        }
        return new EngineReport(true, Lines(jobs, tasks, folder), SubmittedJobs.ToJson(jobs, tasks.ShardCount));
    }

    // The jobs that one waits for: the merge for all, an array for the one before it where not more than so many tasks may run.
    private static string Before(int job, int jobs, Func<int, string> id, Resources resources) =>
        job == jobs - 1 ? string.Join(':', Enumerable.Range(0, job).Select(id))
        : job > 0 && resources.Throttle is not null ? id(job - 1)
        : "";

    private int MaxArraySizeIfKnown(Action<string> tell)
    {
        try
        {
            return slurm.MaxArraySize();
        }
        catch (EngineException e)
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"{e.Message}; this dry run assumes the usual MaxArraySize, {UsualMaxArraySize}"));
            return UsualMaxArraySize;
        }
    }

    private void RequireEnded(string folder)
    {
        var left = SubmittedJobs.Read(folder);
        if (left.Count == 0)
            return;
        var queued = slurm.Queued();
        string[] open = [.. left.Where(queued.Contains)];
        if (open.Length > 0)
            throw new EngineException($"this sweep is still in the queue: {Jobs(open)}; wait for {(open.Length > 1 ? "them" : "it")}, or give up with: scancel {string.Join(' ', open)}");
    }

    // Half a sweep without its merge helps nobody.
    private void TakeBack(string folder, List<SubmittedJobs.Job> jobs, int of, Exception cause)
    {
        string[] ids = [.. jobs.Select(j => j.Id!)];
        if (ids.Length == 0)
            return;
        try
        {
            slurm.Cancel(ids);
            SubmittedJobs.Write(folder, [], of);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{cause.Message}; {Jobs(ids)}, submitted before, may still be in the queue ({e.Message}): scancel {string.Join(' ', ids)}", cause);
        }
        if (cause is not OperationCanceledException)
            throw new EngineException($"{cause.Message}; {Jobs(ids)}, submitted before, {(ids.Length > 1 ? "were" : "was")} cancelled, nothing is in the queue", cause);
    }

    private static string Jobs(string[] ids) => (ids.Length > 1 ? "jobs " : "job ") + string.Join(", ", ids);

    private static IReadOnlyList<string> Lines(List<SubmittedJobs.Job> jobs, SweepTasks tasks, string folder) =>
    [
        .. jobs.Select(j => j.Shards is null
            ? $"Job {j.Id}: the merge{(jobs.Count > 1 ? ", when all have ended" : "")}"
            : string.Create(CultureInfo.InvariantCulture, $"Job {j.Id}: {(j.Shards.AsSpan().IndexOfAny(",-") < 0 ? "shard" : "shards")} {j.Shards} of {tasks.ShardCount}")),
        $"Logs, scripts and job numbers: {Path.GetRelativePath(Environment.CurrentDirectory, folder) switch { ['.', '.', ..] => folder, var near => near }}",
        $"Look: squeue --me. Give up: scancel {string.Join(' ', jobs.Select(j => j.Id))}",
    ];
}

/// <summary>The shards that one array job works on: a site allows array indices only below its MaxArraySize, so the index k of a chunk means shard k + offset.</summary>
public sealed record ArrayChunk(int Offset, IReadOnlyList<int> Shards)
{
    /// <summary>The indices as sbatch's --array takes them.</summary>
    public string Indices => Ranges(Shards.Select(s => s - Offset));

    /// <summary>Divides shards into chunks.</summary>
    public static IReadOnlyList<ArrayChunk> Of(IReadOnlyList<int> shards, int maxArraySize)
    {
        if (maxArraySize < 2)
            throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"this SLURM allows no array jobs (MaxArraySize is {maxArraySize}); ask its administrators, or take --engine local"));
        int width = maxArraySize - 1;
        return [.. from shard in shards group shard by (shard - 1) / width into chunk select new ArrayChunk(chunk.Key * width, [.. chunk])];
    }

    /// <summary>Ascending numbers, neighbours drawn together: 1,4,7-9.</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int n in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == n - 1)
                ranges[^1] = (ranges[^1].First, n);
            else
                ranges.Add((n, n));
        }
        return string.Join(',', ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));
    }
}

/// <summary>The jobs of a sweep's last submission, kept in slurm/submitted.json of its folder, so that it is known what was asked for even if the program ends right after.</summary>
internal static class SubmittedJobs
{
    private const int Schema = 1;

    /// <summary>A job.</summary>
    /// <param name="Id">Its number; null where it is not submitted.</param>
    /// <param name="Script">Its batch script.</param>
    /// <param name="Shards">The shards it works on, as ranges; null for the merge.</param>
    internal sealed record Job(string? Id, string Script, string? Shards);

    internal static string File(string folder) => Path.Combine(folder, "submitted.json");

    internal static JsonObject ToJson(IEnumerable<Job> jobs, int of) => new()
    {
        ["schema"] = Schema,
        ["of"] = of,
        ["jobs"] = new JsonArray([.. jobs.Select(j => (JsonNode)new JsonObject { ["id"] = j.Id, ["script"] = j.Script, ["shards"] = j.Shards })]),
    };

    internal static void Write(string folder, IEnumerable<Job> jobs, int of) => JsonFile.Write(File(folder), ToJson(jobs, of));

    /// <summary>The numbers of the jobs of the last submission; none where there was none.</summary>
    internal static IReadOnlyList<string> Read(string folder)
    {
        var file = File(folder);
        if (!System.IO.File.Exists(file))
            return [];
        try
        {
            return [.. JsonNode.Parse(System.IO.File.ReadAllText(file))!["jobs"]!.AsArray().Select(j => (string?)j!["id"]).OfType<string>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidDataException($"{file}: not a list of submitted jobs; look with squeue whether some are left, then remove it");
        }
    }
}
