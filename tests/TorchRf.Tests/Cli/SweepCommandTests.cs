using System.Diagnostics;
using System.Text.Json.Nodes;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Cli;

/// <summary>"torchrf sweep" as a person or a batch system runs it, and "sweep submit" on this machine's processors.</summary>
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class SweepCommandTests : FileFixture
{
    private const string Six = """
        { "common": { "data": "gaussian", "sites": 8, "inits": 3, "steps": 60, "batch": 8, "checkpoint_every": 10 },
          "grid": { "lr": [0.05, 0.1, 0.2] }, "replicates": 2 }
        """;

    private Torchrf.Outcome Sweep(string line) => Torchrf.RunLine(Folder, "sweep " + line);

    private string Merged(string folder) => File.ReadAllText(InFolder(folder + "/merged.json")) + File.ReadAllText(InFolder(folder + "/merged.csv"));

    [SetUp]
    public void WritePlan() => File.WriteAllText(InFolder("plan.json"), Six);

    [Test]
    public void Four_shards_give_the_table_of_one_and_so_do_three_processes_that_share_all()
    {
        var whole = Sweep("plan.json --out whole");
        Assert.That((whole.Code, whole.Error.Split('\n').Length), Is.EqualTo((0, 7)), whole.Error);
        Assert.That(whole.Out, Does.Contain("3 settings x 2 replicates = 6 runs").And.Contain("6 of 6 runs finished."));

        foreach (int k in new[] { 3, 1, 4, 2 })
            Sweep($"plan.json --out shards --shard {k}/4").CheckDone();
        Sweep("merge plan.json --out shards").CheckDone();
        Assert.That(Merged("shards"), Is.EqualTo(Merged("whole")));

        var together = Enumerable.Range(0, 3).Select(_ => Torchrf.Start(Folder, "sweep", "plan.json", "--out", "together")).ToArray();
        foreach (var process in together)
        {
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            // Whoever ends while another still works on a run says so with a 1.
            Assert.That(process.ExitCode, Is.EqualTo(0).Or.EqualTo(1), error.Result);
            process.Dispose();
        }
        Sweep("merge plan.json --out together").CheckDone();
        Assert.That(Merged("together"), Is.EqualTo(Merged("whole")));

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(InFolder("together/plan.json"))), JsonNode.Parse(Six)), "the plan is kept with its runs");

        // Another order of the same plan has the same runs; so has the plan in another place.
        File.WriteAllText(InFolder("turned.json"), Six.Replace("[0.05, 0.1, 0.2]", "[0.2, 0.05, 0.1]", StringComparison.Ordinal).Insert(1, "\"name\": \"plan\","));
        var again = Sweep("turned.json --out whole --json").CheckDone();
        Assert.That(again.Error, Is.Empty, "all were finished");
        string[] Rows(JsonNode table) => [.. table["settings"]!.AsArray().Select(r => r!.ToJsonString()).Order(StringComparer.Ordinal)];
        Assert.That(Rows(again.Json), Is.EqualTo(Rows(JsonNode.Parse(File.ReadAllText(InFolder("together/merged.json")))!)));
    }

    [Test]
    public void A_dry_run_lists_and_counts_and_writes_nothing()
    {
        var listed = Sweep("plan.json --dry-run").CheckDone();
        Assert.That(listed.Out.Split('\n').Count(l => l.Contains("waiting", StringComparison.Ordinal)), Is.EqualTo(6));
        Assert.That(listed.Out, Does.Contain("= 6 runs, 18 initialisations, 360 steps."));
        Assert.That(listed.Out.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(80));
        var shard = Sweep("plan.json --dry-run --shard 2/4 --json");
        Assert.That(shard.Json["runs"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Failures_are_told_listed_retried_and_missing_from_the_table()
    {
        File.WriteAllText(InFolder("plan.json"), Six.Replace("0.2]", "1e30]", StringComparison.Ordinal));
        var first = Sweep("plan.json");
        Assert.That(first.Code, Is.EqualTo(1));
        Assert.That(first.Error.Split('\n').Count(l => l.StartsWith("torchrf: run ", StringComparison.Ordinal) && l.Contains("failed: ", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(first.Out, Does.Contain("4 of 6 runs finished, 2 failed"));

        var status = Sweep("status plan.json").CheckDone();
        Assert.That(status.Out, Does.Contain("4 finished, 2 failed, 0 running, 0 interrupted, 0 waiting").And.Contain("lr 1E+30"));
        Assert.That(Sweep("status plan.json --json").Json["failed"]!.GetValue<int>(), Is.EqualTo(2));

        var merged = Sweep("merge plan.json --json");
        Assert.That(merged.Code, Is.EqualTo(1));
        Assert.That(merged.Error, Does.Contain("2 of 6 runs are missing: "));
        Assert.That(merged.Json["missing"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(merged.Json["settings"]!.AsArray(), Has.Count.EqualTo(3));

        Assert.That(Sweep("plan.json").Error, Does.Not.Contain("failed: "), "what failed is left alone");
        var retried = Sweep("retry plan.json --failed");
        Assert.That(retried.Code, Is.EqualTo(1));
        Assert.That(retried.Error, Does.Contain("2 failed runs again"));
        Assert.That(retried.Error.Split('\n').Count(l => l.Contains(" failed: ", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void The_local_engine_gives_the_table_of_a_single_process()
    {
        Sweep("plan.json --out whole").CheckDone();
        var submitted = Sweep("submit plan.json --engine local --runs-per-task 2 --out shards").CheckDone();
        Assert.That(submitted.Out, Does.Contain("3 settings x 2 replicates = 6 runs").And.Contain("Tasks:  3 finished, 0 failed"));
        Assert.That(submitted.Error, Does.Contain("torchrf: 3/3 shard "));
        Assert.That(Merged("shards"), Is.EqualTo(Merged("whole")));
        var again = Sweep("submit plan.json --engine local --runs-per-task 2 --out shards --json");
        Assert.That((again.Code, again.Error, again.Json["open"]!.GetValue<int>(), again.Json["shards"]!.AsArray().Count), Is.EqualTo((0, "", 0, 0)), "all were finished");
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void What_failed_is_left_out_until_it_is_wanted()
    {
        File.WriteAllText(InFolder("plan.json"), Six.Replace("0.2]", "1e30]", StringComparison.Ordinal));
        var first = Sweep("submit plan.json --engine local --json");
        Assert.That(first.Code, Is.EqualTo(1));
        Assert.That(first.Json["local"]!["failed"]!.AsArray().Select(f => f!.ToJsonString()), Is.EqualTo(new[] { 5, 6 }.Select(n => $$"""{"shard":{{n}},"code":1,"time_limit":false}""")));
        Assert.That(first.Json["local"]!["merge"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(File.ReadAllText((string)first.Json["local"]!["logs"]! + "/merge.out"), Does.Contain("2 of 6 runs are missing"));

        var second = Sweep("submit plan.json --engine local --json");
        Assert.That(second.Error, Does.Contain("2 runs have failed and are left out; --retry runs them again"));
        Assert.That(second.Json["shards"]!.AsArray(), Is.Empty);
        Assert.That(Sweep("submit plan.json --engine local --retry --dry-run --json").Json["shards"]!.AsArray().Select(s => (int)s!), Is.EqualTo(new[] { 5, 6 }));
        Assert.That(Sweep("submit plan.json --engine local --retry --json").Json["local"]!["failed"]!.AsArray(), Has.Count.EqualTo(2), "they were run again");
    }

    [TestCase("INT", 130)]
    [TestCase("TERM", 143)]
    [Platform(Exclude = "Win")]
    public void A_stopped_pool_stops_its_tasks_in_order_and_goes_on_later(string signal, int code)
    {
        File.WriteAllText(InFolder("plan.json"), """
            { "common": { "data": "gaussian", "sites": 8, "inits": 3, "steps": 4000, "batch": 8, "checkpoint_every": 1000000 }, "replicates": 2 }
            """);
        using (var process = Torchrf.StartHeedingSignals(Folder, "sweep", "submit", "plan.json", "--engine", "local", "--throttle", "1", "--out", "stopped"))
        {
            var error = process.StandardError.ReadToEndAsync();
            Eventually.Holds(() => Directory.Exists(InFolder("stopped/runs")) && Directory.EnumerateFiles(InFolder("stopped/runs"), "checkpoint-*", SearchOption.AllDirectories).Any(), () => "a checkpoint");
            // A terminal's Ctrl-C goes to all that was started from it; two signals would end a task at once.
            Shell.Output("kill", ["-" + signal, $"{process.Id}", .. signal == "INT" ? Children(process.Id) : []]);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(code), error.Result);
            Assert.That(error.Result.TrimEnd('\n').Split('\n')[^1], Is.EqualTo("torchrf: Stopped. The same command goes on where it was."));
        }
        Assert.That(File.ReadAllText(InFolder("stopped/local/1.out")), Does.Contain("torchrf: Stopped."), "the task had its time to");
        Sweep("submit plan.json --engine local --out stopped").CheckDone();
        Sweep("plan.json --out whole").CheckDone();
        Assert.That(Merged("stopped"), Is.EqualTo(Merged("whole")));
    }

    [Test]
    public void A_dry_run_shows_scripts_and_writes_nothing()
    {
        var dry = Sweep("submit plan.json --engine slurm --dry-run --time 2:00:00 --partition short --throttle 4 --json").CheckDone();
        var script = (string)dry.Json["slurm"]!["jobs"]![0]!["text"]!;
        Assert.That(script, Does.Contain("#SBATCH --array=1-6%4\n").Or.Contain("#SBATCH --array=1-5%4\n"));
        Assert.That(script, Does.Contain("#SBATCH --time=02:00:00\n").And.Contain("#SBATCH --partition=short\n").And.Contain($"TorchRf.Cli.dll sweep {Folder}/plan.json --out {Folder}/checkpoints/sweep-plan --shard \"$shard/6\" &"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Gpus_for_a_plan_that_uses_none_are_pointed_out()
    {
        Assert.That(Sweep("submit plan.json --engine slurm --gpus 1 --dry-run").Error, Does.Contain("the plan's runs compute on the CPU"));
        Assert.That(Sweep("submit plan.json --engine slurm --dry-run").Error, Does.Not.Contain("compute on the CPU"));
    }

    [TestCase("plan.json --shard 0/3", "--shard is 0/3; it must be k/n")]
    [TestCase("plan.json --shard 2", "--shard is 2; it must be k/n")]
    [TestCase("plan.json --shard 1/2 --width 89mm", "--width is 89mm; it must be left out with --shard and --dry-run, which draw nothing")]
    [TestCase("none.json", "none.json: there is no such plan")]
    [TestCase("plan.json --quick", "plan.json: the plan has no \"quick\" variant")]
    [TestCase("plan.json --out plan.json", "--out is plan.json; it must be a folder.")]
    [TestCase("plan.json --out .", "--out is .; it must be a new or empty folder, or that of an earlier sweep; this holds other files.")]
    [TestCase("status plan.json", "it must be the folder of a sweep that was started; this has no sweep.json.")]
    [TestCase("merge plan.json --out nowhere", "--out is nowhere; it must be the folder of a sweep that was started")]
    [TestCase("submit plan.json", "--engine")]
    [TestCase("submit plan.json --engine pbs", "--engine is pbs; it must be slurm or local.")]
    [TestCase("submit plan.json --engine local --cpus two", "--cpus is two; it must be a whole number.")]
    [TestCase("submit plan.json --engine local --time soon", "--time is soon; it must be a time as SLURM writes it")]
    [TestCase("submit plan.json --engine local --time 1", "--time is 1; it must be above the 60 s of --warning")]
    [TestCase("submit plan.json --engine slurm --time 2 --dry-run", "--time is 2; it must be above 00:02:00")]
    [TestCase("submit plan.json --engine slurm --mem lots", "--mem is lots; it must be a whole number above 0 and K, M, G or T")]
    [TestCase("submit plan.json --engine slurm --partition a;b", "--partition is a;b; it must be a name")]
    public void Bad_input_gets_one_line_and_code_2_and_leaves_nothing(string line, string reason)
    {
        Sweep(line).CheckRefused(reason);
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Runs_of_more_threads_than_processors_a_task_are_refused()
    {
        File.WriteAllText(InFolder("plan.json"), Six.Replace("\"sites\"", "\"threads\": 2, \"sites\"", StringComparison.Ordinal));
        Sweep("submit plan.json --engine local --cpus 1").CheckRefused("--cpus is 1; it must be at least the 2 threads that the plan's runs use.");
    }

    private static string[] Children(int process) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(thread => File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
