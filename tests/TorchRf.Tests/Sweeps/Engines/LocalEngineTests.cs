using System.Text.Json.Nodes;
using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

[Platform(Exclude = "Win")]
public class LocalEngineTests : FileFixture
{
    private readonly List<string> told = [];
    private FakeProgram program = null!;

    [SetUp]
    public void MakeProgram()
    {
        program = new FakeProgram(Folder, "it's a \"sweep\" $HOME");
        told.Clear();
    }

    [Test]
    public void Every_task_runs_and_then_the_merge()
    {
        var report = Submit(program.Tasks(9, 2, 3, 9), new Resources());
        Assert.That(report.Succeeded);
        Assert.That(program.Record, Is.EquivalentTo(new[] { "2 start", "2 done", "3 start", "3 done", "9 start", "9 done", "merge start", "merge done" }));
        Assert.That(program.Record[^2..], Is.EqualTo(new[] { "merge start", "merge done" }));
        Assert.That(told, Has.Count.EqualTo(3).And.One.StartsWith("3/3 shard").And.One.Contains("shard 9 of 9 finished"));
        Assert.That(File.ReadAllText(program.In("local/9.out")), Is.EqualTo("this is 9, of 9, with 1 1\n"));
        Assert.That(report.Lines, Has.Some.StartsWith("this is merge"));
    }

    [Test]
    public void Threads_are_pinned_and_bound_how_many_tasks_run_at_once()
    {
        Submit(program.Tasks(2, 1, 2) with { Threads = 3 }, new Resources(), processors: 5);
        Assert.That(File.ReadAllText(program.In("local/1.out")), Does.EndWith("with 3 3\n"));
        Assert.That(program.Record, Is.EqualTo(new[] { "1 start", "1 done", "2 start", "2 done", "merge start", "merge done" }), "5 processors hold one task of 3 threads at a time");
    }

    [Test]
    public void No_more_tasks_run_at_once_than_the_throttle_says()
    {
        int[] shards = [.. Enumerable.Range(1, 5)];
        foreach (int shard in shards)
            program.Mark("hold", shard);
        var work = Task.Run(() => Submit(program.Tasks(5, shards), new Resources { Throttle = 2 }, processors: 8));
        program.WaitFor("1 start");
        program.WaitFor("2 start");
        foreach (int shard in shards)
        {
            program.WaitFor($"{shard} start");
            Assert.That(program.Record.Count(l => l.EndsWith("start", StringComparison.Ordinal)), Is.LessThanOrEqualTo(shard + 1));
            program.Unmark("hold", shard);
            program.WaitFor($"{shard} done");
        }
        Assert.That(work.Result.Succeeded);
    }

    [Test]
    public void A_task_that_fails_or_is_killed_loses_no_other_and_the_merge_runs()
    {
        program.Mark("fail", 1);
        program.Mark("hold", 2);
        var work = Task.Run(() => Submit(program.Tasks(4, 1, 2, 3, 4), new Resources { Throttle = 2 }));
        program.WaitFor("2 start");
        Shell.Output("kill", "-KILL", $"{program.Pid(2)}");
        var report = work.Result;
        Assert.That(report.Succeeded, Is.False);
        Assert.That(program.Record, Is.SupersetOf(new[] { "3 done", "4 done", "merge done" }));
        Assert.That(report.Document["failed"]!.AsArray().Select(f => $"{f!["shard"]}: {f["code"]}"), Is.EqualTo(new[] { "1: 3", "2: 137" }));
        Assert.That(told, Has.One.Contains("shard 1 of 4 failed with exit code 3").And.One.Contains("shard 2 of 4 was ended by signal 9"));
        Assert.That((int?)report.Document["finished"], Is.EqualTo(2));
    }

    [Test]
    public void A_task_is_warned_before_its_limit_and_goes_to_the_end_of_the_queue()
    {
        program.Mark("hold", 1);
        var work = Task.Run(() => Submit(program.Tasks(2, 1, 2), new Resources { Throttle = 1, Time = "10:00", Warning = 597 }));
        program.WaitFor("1 warned");
        program.Unmark("hold", 1);
        var report = work.Result;
        Assert.That(report.Succeeded);
        Assert.That((int?)report.Document["requeued"], Is.GreaterThanOrEqualTo(1));
        string[] record = program.Record;
        Assert.That(record[..3], Is.EqualTo(new[] { "1 start", "1 warned", "2 start" }));
        Assert.That(record, Is.SupersetOf(new[] { "1 done", "2 done", "merge done" }));
        Assert.That(told, Has.Some.StartsWith("shard 1 of 2 kept a checkpoint"));
    }

    [Test]
    public void A_task_that_does_not_heed_the_warning_is_killed_at_its_limit()
    {
        program.Mark("hold", 1);
        program.Mark("deaf", 1);
        var report = Submit(program.Tasks(1, 1), new Resources { Time = "0:02", Warning = 1 });
        Assert.That(report.Succeeded, Is.False);
        Assert.That((bool?)report.Document["failed"]![0]!["time_limit"], Is.True);
        Assert.That(told, Has.One.Contains("was killed at its time limit"));
        Assert.That(program.Record, Has.None.EqualTo("1 done").And.Some.EqualTo("merge done"));
    }

    [Test]
    public void Cancelling_asks_every_task_for_an_orderly_end_and_waits_for_it()
    {
        foreach (int shard in new[] { 1, 2, 3 })
            program.Mark("hold", shard);
        using var cancel = new CancellationTokenSource();
        var work = Task.Run(() => Submit(program.Tasks(3, 1, 2, 3), new Resources { Throttle = 2 }, cancellation: cancel.Token));
        program.WaitFor("1 start");
        program.WaitFor("2 start");
        cancel.Cancel();
        Assert.That(async () => await work, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(program.Record, Is.EquivalentTo(new[] { "1 start", "2 start", "1 stopped", "2 stopped" }), "neither the third nor the merge was started");
    }

    [Test]
    public void What_it_cannot_enforce_is_told()
    {
        Submit(program.Tasks(1), new Resources { Partition = "p", Account = "a", Mem = "4G", Gpus = 1 });
        Assert.That(told, Is.EqualTo(new[] { "the local engine does not enforce --partition, --account, --mem, --gpus" }));
    }

    [Test]
    public void A_dry_run_prints_the_command_lines_and_starts_nothing()
    {
        var report = new LocalEngine(2).Submit(program.Tasks(2, 1, 2), new Resources(), dryRun: true, told.Add, default);
        Assert.That(report.Lines[0], Is.EqualTo("# 2 tasks, 2 at once, then the merge"));
        Assert.That(Directory.EnumerateFileSystemEntries(program.Folder), Is.Empty);
        // What is printed is what would be run.
        Assert.That(Shell.Run("bash", "-c", report.Lines[2]), Is.EqualTo((0, "this is 2, of 2, with 1 1\n", "")));
        Assert.That(((JsonArray)report.Document["commands"]!), Has.Count.EqualTo(3));
    }

    private EngineReport Submit(SweepTasks tasks, Resources resources, int processors = 2, CancellationToken cancellation = default) =>
        new LocalEngine(processors).Submit(tasks, resources, dryRun: false, told.Add, cancellation);
}
