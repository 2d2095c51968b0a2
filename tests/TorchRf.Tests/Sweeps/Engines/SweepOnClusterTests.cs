using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>A real sweep, figure 5's quick variant, on a real SLURM whose tasks are killed and warned.</summary>
[Category("Slurm")]
[NonParallelizable]
public class SweepOnClusterTests
{
    private OneNodeCluster? cluster;
    private TemporaryFolder home = null!;

    [OneTimeSetUp]
    public void StartCluster() => cluster = OneNodeCluster.Start();

    [OneTimeTearDown]
    public void StopCluster() => cluster?.Dispose();

    [SetUp]
    public void WritePlan()
    {
        home = new TemporaryFolder();
        using var plan = typeof(EnsembleRunner).Assembly.GetManifestResourceStream("TorchRf.Experiments.figure5.json")!;
        using var file = File.Create(home["figure5.json"]);
        plan.CopyTo(file);
    }

    [TearDown]
    public void RemoveHome()
    {
        OneNodeCluster.CancelAll();
        home.Dispose();
    }

    [Test]
    public void A_task_is_killed_and_one_warned_and_the_table_is_that_of_a_single_process()
    {
        var first = Submit();
        Assert.That(first["open"]!.GetValue<int>(), Is.EqualTo(20));
        Assert.That(first["of"]!.GetValue<int>(), Is.EqualTo(7));
        var (array, _, merge) = (Id(first, 0), Id(first, 1), Id(first, 2));

        // Of three runs each; they are met in the first.
        AwaitStart(shard: 1);
        Shell.Output("kill", "-KILL", ProcessOf(shard: 1));
        AwaitStart(shard: 2);
        Shell.Output("scancel", "--signal=USR1", "--batch", array + "_2");
        OneNodeCluster.AwaitEmptyQueue();

        Assert.That((OneNodeCluster.Job(array + "_1")["JobState"], OneNodeCluster.Job(array + "_1")["ExitCode"]), Is.EqualTo(("FAILED", "137:0")));
        Assert.That((OneNodeCluster.Job(array + "_2")["JobState"], OneNodeCluster.Job(array + "_2")["Restarts"]), Is.EqualTo(("COMPLETED", "1")));
        Assert.That(File.ReadAllText(home[$"on cluster/slurm/{array}_2.out"]), Does.Contain("torchrf: Stopped.").And.Contain("shard 2 of 7, start 2 "));
        Assert.That(File.ReadAllText(home[$"on cluster/slurm/merge-{merge}.out"]), Does.Contain("of 20 runs are missing: " + Plan.Runs[0].Id));
        Assert.That(OneNodeCluster.Job(merge)["ExitCode"], Is.EqualTo("1:0"));

        var second = Submit();
        Assert.That(second["shards"]!.AsArray().Select(s => s!.GetValue<int>()), Is.EqualTo(new[] { 1 }), "the others are finished");
        OneNodeCluster.AwaitEmptyQueue();
        Assert.That(OneNodeCluster.Job(Id(second, 1))["ExitCode"], Is.EqualTo("0:0"), "the merge misses nothing");

        var alone = Torchrf.Run(home.Path, "sweep", "figure5.json", "--quick", "--out", "alone");
        Assert.That(alone.Code, Is.Zero, alone.Error);
        var shards = Torchrf.Run(home.Path, "sweep", "submit", "figure5.json", "--quick", "--out", "in shards", "--engine", "local", "--runs-per-task", "5");
        Assert.That(shards.Code, Is.Zero, shards.Error);
        foreach (var file in new[] { "merged.json", "merged.csv" })
        {
            Assert.That(File.ReadAllText(home[$"on cluster/{file}"]), Is.EqualTo(File.ReadAllText(home[$"alone/{file}"])));
            Assert.That(File.ReadAllText(home[$"in shards/{file}"]), Is.EqualTo(File.ReadAllText(home[$"alone/{file}"])));
        }
    }

    private SweepPlan Plan => SweepPlan.Read(home["figure5.json"], new EnsembleRunner(), quick: true);

    private JsonNode Submit()
    {
        var outcome = Torchrf.Run(home.Path, "sweep", "submit", "figure5.json", "--quick", "--out", "on cluster", "--engine", "slurm", "--runs-per-task", "3", "--time", "30", "--json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        return outcome.Json;
    }

    private static string Id(JsonNode submitted, int job) => (string)submitted["slurm"]!["jobs"]![job]!["id"]!;

    // A run's folder has a checkpoint of its start.
    private void AwaitStart(int shard)
    {
        var run = new SweepFolder(home["on cluster"]).Of(Plan.Runs[shard - 1]);
        Eventually.Holds(() => Directory.Exists(run) && Directory.EnumerateFiles(run, "checkpoint-*").Any(), () => $"a checkpoint in {run}");
    }

    // The one process whose command line ends with the shard.
    private string ProcessOf(int shard)
    {
        var arguments = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{home["on cluster"]}\0--shard\0{shard}/7\0"));
        return Path.GetFileName(Directory.EnumerateDirectories("/proc").Single(process => int.TryParse(Path.GetFileName(process), out _) && CommandLine(process).AsSpan().EndsWith(arguments)));
    }

    private static byte[] CommandLine(string process)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It has just ended.
            return [];
        }
    }
}
