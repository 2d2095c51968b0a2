using System.Text.Json.Nodes;
using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>What the SLURM engine asks of SLURM.</summary>
public class SlurmEngineTests : FileFixture
{
    [Test]
    public void A_sweep_becomes_array_jobs_and_a_merge_that_waits_for_all_of_them()
    {
        var slurm = new FakeSlurm();
        var report = Submit(slurm, Tasks(1, 2, 4, 6, 7, 8, 12), new Resources());
        Assert.That(report.Succeeded);
        Assert.That(slurm.Asked, Is.EqualTo(new[] { "array-1.sh", "array-2.sh", "array-3.sh", "merge.sh after 101,102,103" }));
        Assert.That(File.ReadAllText(InFolder("slurm/array-2.sh")), Does.Contain("--array=1-3\n").And.Contain("SLURM_ARRAY_TASK_ID + 5"));
        Assert.That(Submitted["jobs"]!.AsArray().Select(j => $"{j!["id"]} {j["script"]} {j["shards"]}"),
            Is.EqualTo(new[] { "101 array-1.sh 1-2,4", "102 array-2.sh 6-8", "103 array-3.sh 12", "104 merge.sh " }));
        Assert.That(report.Lines, Has.Some.EqualTo("Job 102: shards 6-8 of 12").And.Some.EqualTo("Job 104: the merge, when all have ended"));
        Assert.That(Submitted.ToJsonString(), Is.EqualTo(report.Document.ToJsonString()));
    }

    [Test]
    public void A_throttle_holds_for_all_array_jobs_together()
    {
        var slurm = new FakeSlurm();
        Submit(slurm, Tasks(1, 7, 12), new Resources { Throttle = 2 });
        Assert.That(slurm.Asked, Is.EqualTo(new[] { "array-1.sh", "array-2.sh after 101", "array-3.sh after 102", "merge.sh after 101,102,103" }));
    }

    [Test]
    public void When_a_later_job_is_refused_the_earlier_ones_are_cancelled_and_named()
    {
        var slurm = new FakeSlurm { Refuses = "array-3.sh" };
        Assert.That(() => Submit(slurm, Tasks(1, 7, 12), new Resources()),
            Throws.TypeOf<EngineException>().With.Message.EqualTo("sbatch refused: quota; jobs 101, 102, submitted before, were cancelled, nothing is in the queue"));
        Assert.That(slurm.Asked, Is.EqualTo(new[] { "array-1.sh", "array-2.sh", "array-3.sh", "cancel 101,102" }));
        Assert.That(Submitted["jobs"]!.AsArray(), Is.Empty);
    }

    [Test]
    public void When_they_cannot_be_cancelled_it_is_said_how()
    {
        var slurm = new FakeSlurm { Refuses = "array-2.sh", CancelFails = true };
        Assert.That(() => Submit(slurm, Tasks(1, 7), new Resources()), Throws.TypeOf<EngineException>().With.Message.Contains("may still be in the queue").And.Message.EndsWith("scancel 101"));
        Assert.That(Submitted["jobs"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_sweep_that_is_still_in_the_queue_is_not_submitted_again()
    {
        var slurm = new FakeSlurm();
        Submit(slurm, Tasks(1, 7), new Resources());
        slurm.Waiting = ["102", "103"];
        slurm.Asked.Clear();
        Assert.That(() => Submit(slurm, Tasks(7), new Resources()), Throws.TypeOf<EngineException>().With.Message.Contains("jobs 102, 103").And.Message.Contains("scancel 102 103"));
        Assert.That(slurm.Asked, Is.Empty);
        slurm.Waiting = ["999"];
        Submit(slurm, Tasks(7), new Resources());
        Assert.That(slurm.Asked, Is.EqualTo(new[] { "array-1.sh", "merge.sh after 104" }));
        Assert.That(File.Exists(InFolder("slurm/array-2.sh")), Is.False, "a script of the submission before");
    }

    [Test]
    public void A_dry_run_prints_the_scripts_and_leaves_no_trace()
    {
        var slurm = new FakeSlurm();
        var report = new SlurmEngine(slurm).Submit(Tasks(1, 7), new Resources { Throttle = 1 }, dryRun: true, Told, default);
        Assert.That(slurm.Asked, Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(Folder), Is.Empty);
        Assert.That(report.Lines, Has.Some.EqualTo("#SBATCH --array=2%1").And.Some.EqualTo($"sbatch --parsable --dependency=afterany:JOB1 {InFolder("slurm/array-2.sh")}")
            .And.Some.EqualTo($"sbatch --parsable --dependency=afterany:JOB1:JOB2 {InFolder("slurm/merge.sh")}"));
        Assert.That((string?)report.Document["jobs"]![0]!["text"], Does.StartWith("#!/bin/bash\n"));
    }

    [Test]
    public void A_dry_run_needs_no_SLURM()
    {
        var told = new List<string>();
        var report = new SlurmEngine(new FakeSlurm { Absent = true }).Submit(Tasks(1, 7), new Resources(), dryRun: true, told.Add, default);
        Assert.That(report.Lines, Has.Some.EqualTo("#SBATCH --array=1,7"));
        Assert.That(told, Has.Count.EqualTo(1).And.One.Contains("1001"));
        Assert.That(() => Submit(new FakeSlurm { Absent = true }, Tasks(1), new Resources()), Throws.TypeOf<EngineException>());
    }

    [Test]
    public void A_damaged_record_of_jobs_is_named()
    {
        Directory.CreateDirectory(InFolder("slurm"));
        foreach (var damaged in new[] { "", "[]", "{}", "{\"jobs\":[{\"id\":5}]}", "{\"jobs\":{}}" })
        {
            File.WriteAllText(InFolder("slurm/submitted.json"), damaged);
            Assert.That(() => Submit(new FakeSlurm(), Tasks(1), new Resources()), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(InFolder("slurm/submitted.json") + ": "), damaged);
        }
    }

    private JsonNode Submitted => JsonNode.Parse(File.ReadAllText(InFolder("slurm/submitted.json")))!;

    private SweepTasks Tasks(params int[] shards) => new() { Program = ["torchrf"], Plan = "/plan.json", Folder = Folder, Shards = shards, ShardCount = 12 };

    private static EngineReport Submit(FakeSlurm slurm, SweepTasks tasks, Resources resources) => new SlurmEngine(slurm).Submit(tasks, resources, dryRun: false, Told, default);

    private static void Told(string line) => Assert.Fail(line);

    private sealed class FakeSlurm : ISlurm
    {
        internal List<string> Asked { get; } = [];

        internal string? Refuses { get; init; }

        internal bool CancelFails { get; init; }

        internal bool Absent { get; init; }

        internal string[] Waiting { get; set; } = [];

        private int last = 100;

        public int MaxArraySize() => Absent ? throw new EngineException("scontrol was not found") : 6;

        public string Submit(string script, IReadOnlyList<string> after)
        {
            var name = Path.GetFileName(script);
            Asked.Add(name + (after.Count > 0 ? " after " + string.Join(',', after) : ""));
            return name == Refuses ? throw new EngineException("sbatch refused: quota") : $"{++last}";
        }

        public void Cancel(IReadOnlyList<string> jobs)
        {
            Asked.Add("cancel " + string.Join(',', jobs));
            if (CancelFails)
                throw new EngineException("scancel refused: no");
        }

        public IReadOnlySet<string> Queued() => Waiting.ToHashSet();
    }
}

public class ArrayChunkTests
{
    [TestCase(new[] { 1 }, "1")]
    [TestCase(new[] { 1, 2 }, "1-2")]
    [TestCase(new[] { 1, 4, 7, 8, 9 }, "1,4,7-9")]
    [TestCase(new int[0], "")]
    public void Neighbours_are_drawn_together(int[] numbers, string ranges) => Assert.That(ArrayChunk.Ranges(numbers), Is.EqualTo(ranges));

    [Test]
    public void Every_index_is_below_the_sites_largest_and_every_shard_is_in_one_chunk([Values(2, 3, 6, 1001)] int maxArraySize, [Values(1, 5, 6, 7, 1000, 1001)] int shards)
    {
        int[] every = [.. Enumerable.Range(1, shards)];
        var chunks = ArrayChunk.Of(every, maxArraySize);
        Assert.That(chunks.SelectMany(c => c.Shards), Is.EqualTo(every));
        foreach (var chunk in chunks)
            Assert.That(chunk.Shards.Select(s => s - chunk.Offset), Is.All.InRange(1, maxArraySize - 1));
        Assert.That(chunks, Has.Count.EqualTo((shards + maxArraySize - 2) / (maxArraySize - 1)));
    }

    [Test]
    public void A_site_without_arrays_is_told([Values(0, 1)] int maxArraySize) => Assert.That(() => ArrayChunk.Of([1], maxArraySize), Throws.TypeOf<EngineException>());
}
