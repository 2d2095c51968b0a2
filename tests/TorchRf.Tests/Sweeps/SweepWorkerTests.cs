using TorchRf.IO;
using TorchRf.Sweeps;

namespace TorchRf.Tests.Sweeps;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class SweepWorkerTests : SweepFixture
{
    // A plan of one run, its folder and the run's own.
    private (SweepPlan Plan, SweepFolder Folder, string Path) One()
    {
        var plan = Plan("{" + Common + "}");
        var folder = Open(plan);
        return (plan, folder, folder.Of(plan.Runs[0]));
    }

    // Works on a run that is killed when it tells of a step.
    private void Kill(SweepFolder folder, SweepRun run, long at) =>
        Assert.That(() => Worker(folder, p => { if (p.Step == at) throw new OperationCanceledException(); }).Do(run), Throws.InstanceOf<OperationCanceledException>());

    // Goes on with a run: the first step that it tells of.
    private long First(SweepFolder folder, SweepRun run)
    {
        long? first = null;
        Assert.That(Worker(folder, p => first ??= p.Step).Do(run), Is.EqualTo(RunState.Finished), string.Join('\n', Told));
        return first!.Value;
    }

    [Test]
    public void Finished_runs_are_skipped_and_their_checkpoints_gone()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        Assert.That(plan.Runs.Select(r => folder.State(r)), Has.All.EqualTo(RunState.Waiting));
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
        Assert.That(Shown, Is.EqualTo(4));
        Assert.That(plan.Runs.Select(r => folder.State(r)), Has.All.EqualTo(RunState.Finished));
        Assert.That(Directory.GetFiles(folder.Path, "checkpoint-*", SearchOption.AllDirectories), Is.Empty);
        var table = Table(plan, folder);
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
        Assert.That(Shown, Is.EqualTo(4));
        Assert.That(Table(plan, folder), Is.EqualTo(table));
        Assert.That(Told, Is.Empty);
    }

    [Test]
    public void A_run_that_diverges_says_so_and_loses_no_other()
    {
        var plan = Plan(OneDiverges);
        var folder = Open(plan);
        Assert.That(Do(folder, plan.Runs), Is.EqualTo(new[] { RunState.Finished, RunState.Failed, RunState.Finished }));
        Assert.That(folder.Failure(plan.Runs[1]), Does.Contain("sgd, lr 1E+30"));
        Assert.That(Told.Single(), Does.Contain(plan.Runs[1].Id));
        Assert.That(Do(folder, plan.Runs)[1], Is.EqualTo(RunState.Failed));
        Assert.That(Shown, Is.EqualTo(3), "what failed is left alone");
        folder.Retry(plan.Runs[1]);
        Assert.That(folder.State(plan.Runs[1]), Is.EqualTo(RunState.Interrupted));
        Assert.That(Do(folder, plan.Runs)[1], Is.EqualTo(RunState.Failed));
        Assert.That(Shown, Is.EqualTo(4));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(38)]
    public void An_interrupted_run_goes_on_to_the_same_bits(int at)
    {
        var (plan, folder, _) = One();
        Kill(folder, plan.Runs[0], at);
        Assert.That(folder.State(plan.Runs[0]), Is.EqualTo(RunState.Interrupted));
        Assert.That(First(folder, plan.Runs[0]), Is.EqualTo((at / 4 * 4) + 1));
        Assert.That(Table(plan, folder), Is.EqualTo(Undisturbed(plan)));
    }

    [Test]
    public void A_cancelled_sweep_stops_with_a_checkpoint_of_its_last_step()
    {
        var (plan, folder, path) = One();
        using var stop = new CancellationTokenSource();
        Assert.That(() => Worker(folder, p => { if (p.Step == 13) stop.Cancel(); }).Do(plan.Runs[0], stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(path, "checkpoint-*13.safetensors"), Has.Length.EqualTo(1));
        Assert.That(() => Worker(folder).Do(plan.Runs[0], stop.Token), Throws.InstanceOf<OperationCanceledException>(), "nothing is begun once it is cancelled");
        Assert.That(folder.Failure(plan.Runs[0]), Is.Null);
    }

    [Test]
    public void A_run_that_another_process_has_is_left_to_it()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        using (RunFolder.Create(folder.Of(plan.Runs[2]), "train", plan.Runs[2].Settings.ToJson(), []))
            Assert.That(Do(folder, plan.Runs), Is.EqualTo(new[] { RunState.Finished, RunState.Finished, RunState.Running, RunState.Finished }));
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
        Assert.That(Told, Is.Empty);
    }

    [TestCase("{ not json")]
    [TestCase("{ \"schema\": 1 }")]
    [TestCase("")]
    public void A_damaged_run_json_costs_its_run_no_more_than_a_new_start(string content)
    {
        var (plan, folder, path) = One();
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "run.json"), content);
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
        Assert.That(Told.Single(), Does.StartWith("started anew: ").And.Contain("run.json"));
        Assert.That(Table(plan, folder), Is.EqualTo(Undisturbed(plan)));
    }

    [Test]
    public void A_run_json_of_a_newer_schema_and_what_is_beside_it_stay()
    {
        var (plan, folder, path) = One();
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "run.json"), $$"""{ "schema": {{RunFolder.Schema + 1}}, "command": "train", "settings": {} }""");
        File.WriteAllText(Path.Combine(path, "checkpoint-0000000030.safetensors"), "a later version's");
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Failed));
        Assert.That(folder.Failure(plan.Runs[0]), Does.Contain("is newer than"));
        Assert.That(File.ReadAllText(Path.Combine(path, "checkpoint-0000000030.safetensors")), Is.EqualTo("a later version's"));
    }

    [Test]
    public void What_another_process_has_renewed_meanwhile_is_gone_on_with()
    {
        var (plan, folder, path) = One();
        Kill(folder, plan.Runs[0], 9);
        var before = Directory.GetFiles(path);
        using (RunFolder.Renew(path, "train", plan.Runs[0].Settings.ToJson(), []))
            Assert.That(Directory.GetFiles(path), Is.SupersetOf(before));
    }

    // As on another machine that has the folder under another name.
    [Test]
    public void An_interrupted_run_goes_on_where_its_files_lie_elsewhere()
    {
        const string json = """{ "common": { "data": "photo", "photos": ["a.pgm"], "sites": 4, "strides": [2, 1], "batch": 20, "steps": 40, "checkpoint_every": 4 } }""";
        byte[] photo = [.. "P5 9 9 255\n"u8, .. Enumerable.Range(0, 81).Select(i => (byte)(i * 37))];
        Directory.CreateDirectory(InFolder("moved"));
        Save("a.pgm", photo);
        Save("moved/a.pgm", photo);
        var plan = Plan(json);
        var folder = Open(plan);
        Kill(folder, plan.Runs[0], 9);
        Assert.That(First(folder, Plan(json, name: "moved/plan.json").Runs[0]), Is.EqualTo(9));
    }

    [Test]
    public void A_checkpoint_of_a_run_with_other_settings_is_passed_over()
    {
        var plan = Plan("{" + Common + ", \"replicates\": 2 }");
        var folder = Open(plan);
        foreach (var run in plan.Runs)
            Kill(folder, run, 9);
        foreach (var file in Directory.GetFiles(folder.Of(plan.Runs[0]), "checkpoint-*"))
            File.Copy(file, Path.Combine(folder.Of(plan.Runs[1]), Path.GetFileName(file)), overwrite: true);
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
        Assert.That(Told, Has.Count.EqualTo(2).And.All.Contains("of a run with other settings"));
        Assert.That(Table(plan, folder), Is.EqualTo(Undisturbed(plan)));
    }

    [Test]
    public void A_run_too_large_for_memory_loses_no_other()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        var worker = Worker(folder, _ => { if (Shown == 2) throw new InsufficientMemoryException(); });
        Assert.That(plan.Runs.Select(r => worker.Do(r)), Is.EqualTo(new[] { RunState.Finished, RunState.Failed, RunState.Finished, RunState.Finished }));
    }

    // A folder where a file should be written stands for any refusal of the disk while a run is opened.
    [Test]
    public void A_disk_that_refuses_the_folder_of_a_run_does_not_make_it_fail()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        Directory.CreateDirectory(folder.Of(plan.Runs[0]));
        Directory.CreateDirectory(Path.Combine(folder.Of(plan.Runs[0]), ".lock-holder"));
        Assert.That(Do(folder, plan.Runs.Take(2)), Is.EqualTo(new[] { RunState.Interrupted, RunState.Finished }));
        Assert.That(folder.Failure(plan.Runs[0]), Is.Null);
        Assert.That(Told.Single(), Does.Contain("was stopped"));
        Directory.Delete(Path.Combine(folder.Of(plan.Runs[0]), ".lock-holder"));
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
    }

    [Test]
    public void What_was_killed_while_a_sweeps_folder_was_made_is_one()
    {
        var plan = Plan(Four);
        Directory.Delete(Path.Combine(Open(plan).Path, "runs"));
        Assert.That(() => Open(plan), Throws.Nothing);
    }

    [Test]
    public void A_damaged_result_is_computed_again()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        Do(folder, plan.Runs);
        var table = Table(plan, folder);
        var file = Path.Combine(folder.Of(plan.Runs[1]), "result.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"count\": 3", "\"count\": 4", StringComparison.Ordinal));
        Assert.That(folder.State(plan.Runs[1]), Is.EqualTo(RunState.Interrupted));
        Do(folder, plan.Runs);
        Assert.That(Shown, Is.EqualTo(5));
        Assert.That(Table(plan, folder), Is.EqualTo(table));
    }

    [Test]
    public void A_disk_that_refuses_one_run_may_take_the_next_and_one_that_refuses_two_ends_the_sweep()
    {
        var plan = Plan(Four);
        var folder = Open(plan);
        var worker = Worker(folder, p => { if (p.Step == 1 && Shown is 1 or 3 or 4) throw new IOException("No space left on device"); });
        Assert.That(worker.Do(plan.Runs[0]), Is.EqualTo(RunState.Interrupted));
        Assert.That(Told.Single(), Does.Contain(plan.Runs[0].Id).And.Contain("No space left"));
        Assert.That(worker.Do(plan.Runs[1]), Is.EqualTo(RunState.Finished));
        Assert.That(worker.Do(plan.Runs[2]), Is.EqualTo(RunState.Interrupted));
        Assert.That(() => worker.Do(plan.Runs[3]), Throws.InstanceOf<IOException>());
        Assert.That(plan.Runs.Select(r => folder.Failure(r)), Has.All.Null);
        Assert.That(Do(folder, plan.Runs), Has.All.EqualTo(RunState.Finished));
    }

    [Test]
    public void A_comparison_measures_the_theory_too()
    {
        var plan = Plan("{" + Common + ", \"command\": \"compare\" }");
        var folder = Open(plan);
        Do(folder, plan.Runs);
        var measures = folder.Result(plan.Runs[0])!.Measures;
        Assert.That(measures.Keys, Is.EqualTo(new[] { "accuracy", "cosine", "ipr", "localized", "loss", "ratio", "theory_ipr" }));
        Assert.That(measures.Values.Select(m => m.Count), Has.All.EqualTo(3));
        var weights = SafeTensors.Read(Path.Combine(folder.Of(plan.Runs[0]), "weights.safetensors")).Tensors;
        var ipr = TorchRf.Measures.InverseParticipationRatio.Of(weights["trained"][-1].to(ScalarType.Float64));
        Assert.That(measures["ipr"].Mean, Is.EqualTo(ipr.mean().item<double>()).Within(1e-12));
        var cosine = TorchRf.Measures.Similarity.Cosine(weights["theory"][-1], weights["trained"][-1].to(ScalarType.Float64));
        Assert.That(measures["cosine"].Mean, Is.EqualTo(cosine.mean().item<double>()).Within(1e-12));
    }

    [Test]
    public void The_folder_of_something_else_is_refused()
    {
        var plan = Plan(Four);
        Directory.CreateDirectory(InFolder("mine"));
        Save("mine/thesis.tex", "important"u8);
        Assert.That(() => Open(plan, "mine"), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("other files"));
        Assert.That(() => SweepFolder.Open(InFolder("none"), plan), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("sweep.json"));
        Open(plan);
        Assert.That(() => Open(Plan(Four, name: "other.json")), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("of the sweep 'plan', not of 'other'"));
        Assert.That(() => Open(Plan(OneDiverges)), Throws.Nothing, "a plan may change; its runs are found by what they are");
        File.WriteAllText(InFolder("sweep/sweep.json"), "{");
        Assert.That(() => Open(plan), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("sweep.json: not valid JSON"));
    }
}
