using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;
using TorchRf.Sweeps.Engines;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>The SLURM engine and a real SLURM; the work is a shell script, or a real sweep.</summary>
[Category("Slurm")]
[NonParallelizable]
public class ClusterTests : FileFixture
{
    private readonly SlurmEngine engine = new(new SlurmPrograms());
    private readonly OneNodeCluster cluster = new();

    [OneTimeSetUp]
    public void StartCluster() => cluster.Start();

    [OneTimeTearDown]
    public void StopCluster() => cluster.Dispose();

    [TearDown]
    public void EmptyQueue() => OneNodeCluster.CancelAll();

    [Test]
    public void Tasks_are_killed_warned_and_fail_and_the_sweep_ends_with_its_merge()
    {
        var program = new FakeProgram(Folder, "it's a \"sweep\" 100% #1 $HOME");
        program.Mark("hold", 1);
        program.Mark("hold", 2);
        program.Mark("fail", 7);
        program.Mark("hold", 8);
        var tasks = program.Tasks(12, 1, 2, 4, 6, 7, 8, 12);
        // The latest warning is 61 s after the start, for SLURM's minute of grace may only move it forward.
        var resources = new Resources { Partition = "main", Time = "3", Warning = 119, Mem = "100M" };
        var report = engine.Submit(tasks, resources, dryRun: false, Assert.Fail, default);
        string[] jobs = [.. report.Document["jobs"]!.AsArray().Select(j => (string)j!["id"]!)];
        Assert.That(report.Document["jobs"]!.AsArray().Select(j => (string?)j!["shards"]), Is.EqualTo(new[] { "1-2,4", "6-8", "12", null }));

        program.WaitFor("2 start");
        Assert.That(() => engine.Submit(tasks, resources, dryRun: false, Assert.Fail, default), Throws.TypeOf<EngineException>().With.Message.Contains("still in the queue").And.Message.Contains(jobs[3]));
        Shell.Output("scancel", "--signal=USR1", "--batch", jobs[0] + "_2");
        program.WaitFor("1 start");
        Shell.Output("kill", "-KILL", $"{program.Pid(1)}");
        program.WaitFor("2 warned");
        program.Unmark("hold", 2);
        // SLURM's own warning.
        program.WaitFor("8 warned");
        program.Unmark("hold", 8);
        program.WaitFor("merge done");
        OneNodeCluster.AwaitEmptyQueue();

        Assert.That(program.Record[^2..], Is.EqualTo(new[] { "merge start", "merge done" }), "after all others");
        Assert.That(program.Record.Where(l => l.EndsWith("done", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "12 done", "2 done", "4 done", "6 done", "8 done", "merge done" }));
        Assert.That(program.Record.Count(l => l is "1 start" or "7 start"), Is.EqualTo(2), "what failed is not tried again");
        Assert.That(State(jobs[0] + "_1"), Is.EqualTo(("FAILED", "137:0", "0")));
        Assert.That(State(jobs[0] + "_2"), Is.EqualTo(("COMPLETED", "0:0", "1")));
        Assert.That(State(jobs[1] + "_2"), Is.EqualTo(("FAILED", "3:0", "0")));
        Assert.That(State(jobs[1] + "_3"), Is.EqualTo(("COMPLETED", "0:0", "1")));
        Assert.That(State(jobs[2] + "_2"), Is.EqualTo(("COMPLETED", "0:0", "0")));
        Assert.That(File.ReadAllText(program.In($"slurm/{jobs[0]}_2.out")), Does.Contain("shard 2 of 12, start 1 ").And.Contains("goes back to the queue").And.Contains("shard 2 of 12, start 2 ").And.Contains("with 1 1"));
        Assert.That(File.ReadAllText(program.In($"slurm/merge-{jobs[3]}.out")), Does.StartWith("this is merge"));
    }

    [Test]
    public void What_SLURM_refuses_becomes_one_line_and_leaves_nothing_in_the_queue()
    {
        Assert.That(new SlurmPrograms().MaxArraySize(), Is.EqualTo(OneNodeCluster.MaxArraySize));
        var tasks = new FakeProgram(Folder, "sweep").Tasks(2, 1, 2);
        Assert.That(() => engine.Submit(tasks, new Resources { Partition = "nowhere" }, dryRun: false, Assert.Fail, default),
            Throws.TypeOf<EngineException>().With.Message.StartsWith("sbatch refused: invalid partition specified: nowhere").And.Message.Not.Contains("\n"));
        Assert.That(new SlurmPrograms().Queued(), Is.Empty);
    }

    [Test]
    public void A_throttle_keeps_the_array_jobs_in_line()
    {
        var program = new FakeProgram(Folder, "sweep");
        Assert.That(engine.Submit(program.Tasks(7, 1, 2, 6, 7), new Resources { Throttle = 1 }, dryRun: false, Assert.Fail, default).Succeeded);
        program.WaitFor("merge done");
        var record = program.Record;
        Assert.That(record.Chunk(2).Select(two => two[0].Split(' ')[0] == two[1].Split(' ')[0]), Is.All.True, "one after the other: " + string.Join(", ", record));
    }

    // Figure 5's quick variant, a task of which is warned in its first run.
    [Test]
    public void A_real_sweep_gives_the_table_of_a_single_process()
    {
        File.Copy(Path.Combine(Repository.Root, "experiments", "figure5.json"), InFolder("figure5.json"));
        var submitted = Torchrf.Do(Folder, "sweep submit figure5.json --quick --out cluster --engine slurm --runs-per-task 3 --time 30 --json");
        var array = (string)submitted.Json["slurm"]!["jobs"]![0]!["id"]!;
        var run = new SweepFolder(InFolder("cluster")).Of(SweepPlan.Read(InFolder("figure5.json"), new EnsembleRunner(), quick: true).Runs[1]);
        Eventually.Holds(() => Directory.Exists(run) && Directory.EnumerateFiles(run, "checkpoint-*").Any(), () => $"a checkpoint in {run}");
        Shell.Output("scancel", "--signal=USR1", "--batch", array + "_2");
        OneNodeCluster.AwaitEmptyQueue();

        Assert.That(State(array + "_2"), Is.EqualTo(("COMPLETED", "0:0", "1")));
        Assert.That(File.ReadAllText(InFolder($"cluster/slurm/{array}_2.out")), Does.Contain("torchrf: Stopped.").And.Contain("shard 2 of 7, start 2 "));
        Torchrf.Do(Folder, "sweep figure5.json --quick --out alone");
        foreach (var file in new[] { "merged.json", "merged.csv" })
            Assert.That(File.ReadAllText(InFolder($"cluster/{file}")), Is.EqualTo(File.ReadAllText(InFolder($"alone/{file}"))));
    }

    private static (string State, string Code, string Restarts) State(string job)
    {
        var known = OneNodeCluster.Job(job);
        return (known["JobState"], known["ExitCode"], known["Restarts"]);
    }
}
