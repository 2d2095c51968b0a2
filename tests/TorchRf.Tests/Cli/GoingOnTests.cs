using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>Runs that are repeated, stopped, moved and made longer: whatever came between, the bits are those of a run that nothing happened to.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class GoingOnTests : FileFixture
{
    private const string Settings = "--sites 8 --inits 2 --batch 20 --threads 1 --device cpu --checkpoint-every 10 --log-every 4";
    private static readonly string[] Left = ["weights.safetensors", "results.json", "curves.csv"];

    [TestCase("train ")]
    [TestCase("compare ")]
    public void A_run_that_was_killed_goes_on_when_its_command_is_repeated(string command)
    {
        Run(command + Settings + " --steps 40 --out whole");
        Kill("whole", "killed", at: 30);
        // Rows later than the checkpoint are void, and so is that which was being written.
        var curves = File.ReadLines(InFolder("killed/curves.csv")).TakeWhile(row => !row.StartsWith("32,", StringComparison.Ordinal)).Append("32,9,9,9,9,9").Append("36,0.3");
        File.WriteAllText(InFolder("killed/curves.csv"), string.Join('\n', curves.ToArray()));
        var again = Run(command + Settings + " --steps 40 --out killed");
        Assert.That(again.Error, Does.Contain("step 32 of 40").And.Not.Contain("step 28 of 40"));
        AreAlike("killed", "whole");
    }

    [TestCase("train " + Settings)]
    [TestCase("compare " + Settings)]
    [TestCase("predict --sites 8 --inits 2")]
    public void A_finished_run_is_shown_again_and_not_done(string command)
    {
        var first = Run(command + " --steps 30 --out run");
        var again = Run(command + " --steps 30 --out run");
        Assert.That(again.Out, Is.EqualTo(first.Out));
        Assert.That(again.Error, Is.EqualTo("torchrf: this run is finished: here is what it found; --restart does it anew\n"));
        var json = Run("resume run --json");
        Assert.That(Run(command + " --steps 30 --out run --restart --json").Out, Is.EqualTo(json.Out));
        Assert.That(json.Json["pictures"]!.AsArray().Select(p => File.Exists(Path.Combine(InFolder("run"), (string)p!))), Is.EqualTo(new[] { true, true, true, true }));
        File.WriteAllText(InFolder("run/results.json"), "{");
        Assert.That(Run(command + " --steps 30 --out run").Error, Does.StartWith("torchrf: damaged, and done again: run/results.json"));
        Assert.That(File.ReadAllText(InFolder("run/results.json")), Does.EndWith("}\n"));
    }

    // Of 30 steps the last is no snapshot of a longer run; of 50 it is.
    [TestCase("train", 30, 120)]
    [TestCase("compare", 50, 120)]
    public void More_steps_go_on_in_a_folder_of_their_own(string command, int fewer, int more)
    {
        Run($"{command} {Settings} --steps {more} --out whole");
        Run($"{command} {Settings} --steps {fewer}");
        var origin = Directory.GetDirectories(InFolder("checkpoints")).Single();
        var longer = Run($"{command} {Settings} --steps {more}");
        Assert.That(longer.Error, Does.Contain($"goes on from step {fewer} of checkpoints"));
        var folder = Directory.GetDirectories(InFolder("checkpoints")).Single(d => d != origin);
        AreAlike(folder, "whole");
        Assert.That(ContinuedFrom(folder), Is.EqualTo($"checkpoints/{Path.GetFileName(origin)} at step {fewer}").Or.EqualTo($"checkpoints\\{Path.GetFileName(origin)} at step {fewer}"));

        Kill(origin, "stopped", at: fewer - 10);
        Run($"resume stopped --steps {more} --out longer --checkpoint-every 100");
        AreAlike("longer", "whole");
        Assert.That(ContinuedFrom("longer"), Is.EqualTo($"stopped at step {fewer - 10}"));
        Assert.That(File.Exists(InFolder("stopped/results.json")), Is.False, "it stays as it was");
    }

    [Test]
    public void A_run_goes_on_where_its_data_are_now_if_they_are_the_same()
    {
        using var generator = new Generator(3);
        foreach (var (name, xi) in new[] { ("a.npy", 1), ("b.npy", 3) })
            NpyFile.Write(InFolder(name), new Gaussian(8, xi).Sample(100, generator));
        Run("train --data file --class0 a.npy --class1 b.npy --inits 2 --batch 20 --threads 1 --checkpoint-every 10 --steps 40 --out whole");
        Kill("whole", "killed", at: 30);
        Directory.CreateDirectory(InFolder("moved"));
        File.Move(InFolder("a.npy"), InFolder("moved/a.npy"));
        Torchrf.RunLine(Folder, "resume killed").CheckRefused("a.npy; it must be a file; there is none of that name");
        Torchrf.RunLine(Folder, "resume killed --class0 b.npy").CheckRefused("b.npy: its contents are not those that the run was made with");
        Run("resume killed --class0 moved/a.npy --threads 2");
        AreAlike("killed", "whole", "weights.safetensors", "curves.csv");
    }

    [TestCase("resume nowhere", "nowhere: there is no folder of that name")]
    [TestCase("resume .", ".: not the folder of a run (it has no run.json)")]
    [TestCase("resume run --steps 5", "--steps is 5; it must be left out, or more than the 10 of the run.")]
    [TestCase("resume run --out there", "--out is there; it must be left out unless the run is to have more steps, and so another folder.")]
    [TestCase("resume figure", "figure: a run of 'figure2', which cannot be gone on with by its folder")]
    [TestCase("resume analysis", "analysis: a run of 'analyze', which cannot be gone on with by its folder")]
    [TestCase("plot analysis", "analysis/results.json: not all that its picture is drawn from is there, as of a version that did not keep it")]
    [TestCase("plot described", "described: a description, which keeps nothing that it could be gone on with or drawn from again")]
    [TestCase("plot figure", "figure: a run of 'figure2', which leaves no numbers that its pictures could be drawn from again")]
    [TestCase("train --resume --restart", "--restart is given; it must be left out beside --resume")]
    [TestCase("runs --where lr", "--where is lr; it must be a setting and its value, key=value.")]
    [TestCase("runs . --where speed=1", "--where is speed=1; it must be a setting that these runs have")]
    public void What_cannot_be_is_refused(string line, string reason)
    {
        Run($"predict --sites 8 --inits 2 --steps 10 --out run");
        foreach (var folder in new[] { "figure", "analysis", "described" })
            Directory.CreateDirectory(InFolder(folder));
        File.WriteAllText(InFolder("described/description.csv"), "");
        File.WriteAllText(InFolder("analysis/run.json"), """{ "schema": 2, "command": "analyze", "settings": {} }""");
        File.WriteAllText(InFolder("analysis/results.json"), """{ "answered": 0, "classes": [{ "sites": 8, "distances": [0], "covariance": [1] }] }""");
        File.WriteAllText(InFolder("figure/run.json"), """{ "schema": 2, "command": "figure2", "settings": {} }""");
        Torchrf.RunLine(Folder, line).CheckRefused(reason);
        var json = Torchrf.RunLine(Folder, line + " --json");
        Assert.That((json.Code, (int)json.Json["error"]!["exit_code"]!), Is.EqualTo((2, 2)));
        Assert.That("torchrf: " + (string)json.Json["error"]!["message"]! + "\n", Is.EqualTo(json.Error));
    }

    [Test]
    public void Runs_are_listed_with_what_is_left_of_damaged_ones()
    {
        Run("train --sites 8 --inits 2 --batch 20 --threads 1 --steps 40 --checkpoint-every 10");
        Run("train --sites 8 --inits 2 --batch 20 --threads 1 --steps 40 --checkpoint-every 10 --lr 0.1");
        Run("predict --sites 8 --inits 2 --steps 10 --data nlgp");
        var whole = Directory.GetDirectories(InFolder("checkpoints"), "train-*")[0];
        Kill(whole, "checkpoints/killed", at: 30);
        Directory.CreateDirectory(InFolder("checkpoints/broken"));
        File.WriteAllText(InFolder("checkpoints/broken/run.json"), "{");
        Directory.CreateDirectory(InFolder("checkpoints/no-run"));

        JsonNode[] Listed(string options) => [.. Run($"runs checkpoints {options}--json").Json["runs"]!.AsArray().OfType<JsonNode>()];
        Assert.That(Listed("").Select(r => (string)r["state"]!), Is.EquivalentTo(new[] { "done", "done", "done", "unfinished", "damaged" }));
        Assert.That(Listed("--state damaged ").Single()["damage"]!.ToString(), Does.Contain("run.json: not valid JSON"));
        Assert.That((int)Listed("--state unfinished ").Single()["step"]!, Is.EqualTo(30));
        Assert.That(Listed("--data nlgp ").Single()["command"]!.ToString(), Is.EqualTo("predict"));
        Assert.That(Listed("--command train --state done --where lr=1e-1 --where couplings=0.3,0.7 "), Has.Length.EqualTo(1));
        using (FolderLock.Take(InFolder("checkpoints/killed")))
            Assert.That(Listed("--state running "), Has.Length.EqualTo(1));
        var found = JsonNode.Parse(File.ReadAllText(Path.Combine(whole, "results.json")))!["snapshots"]!.AsArray()[^1]!;
        var listed = Listed("--command train ").First(r => r["folder"]!.ToString().EndsWith(Path.GetFileName(whole), StringComparison.Ordinal));
        Assert.That(((double)listed["ipr"]!, (double)listed["loss"]!), Is.EqualTo(((double)found["ipr"]!["mean"]!, (double)found["loss"]!)));

        var table = Run("runs").Out;
        Assert.That(table, Does.Contain("30/40").And.Contain("broken is damaged: "));
        // A recipe's own rows are no settings in which runs differ.
        Directory.CreateDirectory(InFolder("checkpoints/figure3"));
        TorchRf.IO.JsonFile.Write(InFolder("checkpoints/figure3/run.json"), new TorchRf.IO.RunDocument("figure3", new JsonObject { ["rows"] = new JsonArray(new JsonObject { ["lr"] = 3 }) }, []).ToJson());
        Assert.That(Run("runs --compare --json").Json["differing"]!.ToJsonString(), Does.Not.Contain("rows"));
        Assert.That(Run("runs --compare --command train --json").Json["differing"]!.ToJsonString(), Is.EqualTo("""["lr"]"""));
    }

    [TestCase("train " + Settings, "fields")]
    [TestCase("compare " + Settings, "comparison")]
    [TestCase("compare --data nlgp --sites 4x4 --inits 2 --batch 20", "comparison")]
    [TestCase("predict --sites 8 --inits 2", "fields")]
    public void Pictures_are_drawn_anew_from_the_folder(string command, string picture)
    {
        Run(command + " --steps 30 --out run");
        Assert.That(Run("plot run --out there --json").Json["files"]!.AsArray(), Has.Count.EqualTo(4));
        foreach (var extension in new[] { "png", "svg", "csv" })
            Assert.That(File.ReadAllBytes(InFolder($"there/{picture}.{extension}")), Is.EqualTo(File.ReadAllBytes(InFolder($"run/{picture}.{extension}"))), extension);
        Run("plot run --width 89mm");
        Assert.That(File.ReadAllBytes(InFolder($"there/{picture}.png")), Is.Not.EqualTo(File.ReadAllBytes(InFolder($"run/{picture}.png"))));
        var weights = InFolder("run/weights.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^1]);
        Torchrf.RunLine(Folder, "plot run").CheckRefused("run/weights.safetensors: ");
    }

    [Test]
    public void Of_a_run_that_is_not_finished_what_there_is_is_drawn()
    {
        Run($"compare {Settings} --steps 40 --out whole");
        Kill("whole", "killed", at: 30);
        Assert.That(Run("plot killed --out there").Error, Is.EqualTo("torchrf: not finished: as of step 30\n"));
        Assert.That(File.Exists(InFolder("there/fields.png")));
    }

    // "trained" at the snapshots is what the curves have there; an event of TensorBoard is its length in 8 bytes, a checksum, itself, and a checksum.
    [Test]
    public void Curves_have_a_row_at_each_step_that_was_asked_for()
    {
        Run($"train {Settings} --steps 40 --out whole --tensorboard");
        var rows = File.ReadAllLines(InFolder("whole/curves.csv"));
        Assert.That(rows[0], Is.EqualTo("step,loss,accuracy,ipr,ipr_std,ipr_max"));
        Assert.That(rows.Skip(1).Select(r => int.Parse(r.Split(',')[0])), Is.EqualTo(Enumerable.Range(0, 11).Select(i => 4 * i)));
        foreach (var snapshot in JsonNode.Parse(File.ReadAllText(InFolder("whole/results.json")))!["snapshots"]!.AsArray())
            Assert.That(rows, Does.Contain(string.Join(',', new[] { snapshot!["step"], snapshot["loss"], snapshot["accuracy"], snapshot["ipr"]!["mean"], snapshot["ipr"]!["std"] }
                .Select(n => n!.ToJsonString()))).Or.Some.StartsWith($"{snapshot["step"]},{snapshot["loss"]!.ToJsonString()},"));

        Kill("whole", "killed", at: 30);
        Run($"train {Settings} --steps 40 --out killed --tensorboard");
        Assert.That(Events("whole"), Is.EqualTo((1 + (5 * 11) + 3, 3)), "a version, five numbers a row, and a picture a snapshot");
        Assert.That(Events("killed"), Is.EqualTo(Events("whole")));
    }

    [Test]
    public void The_curves_of_a_run_that_asked_for_none_are_its_snapshots()
    {
        Run("train --sites 8 --inits 2 --batch 20 --threads 1 --steps 30 --out run");
        Assert.That(File.ReadAllLines(InFolder("run/curves.csv")).Skip(1).Select(r => r.Split(',')[0]), Is.EqualTo(new[] { "0", "20", "30" }));
        Assert.That(RunDocument.Read(InFolder("run/run.json")).Settings.ContainsKey("log_every"), Is.False, "its name is that which it had before there were others");
    }

    [Test]
    public void Python_reads_a_run()
    {
        Numpy.Require();
        Run($"compare {Settings} --steps 30 --out run");
        Numpy.Run(Folder, $"""
            sys.path.insert(0, "{Path.Combine(Repository.Root, "samples")}")
            import torchrf_reader
            run = torchrf_reader.read("run")
            assert run.axes["trained"] == ("step", "init", "unit", "site") and run.arrays["trained"].shape == (3, 2, 1, 8)
            assert list(run.steps) == [0, 20, 30] and run.settings["batch"] == 20
            assert list(run.curves["step"]) == [0, 4, 8, 12, 16, 20, 24, 28, 30]
            w = run.arrays["trained"][-1].astype(float)
            ipr = ((w ** 4).sum(-1) / (w ** 2).sum(-1) ** 2)
            assert abs(ipr.mean() - run.curves["ipr"][-1]) < 1e-12 and abs(ipr.max() - run.curves["ipr_max"][-1]) < 1e-12
            """);
    }

    private Torchrf.Outcome Run(string line)
    {
        var outcome = Torchrf.RunLine(Folder, line);
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        return outcome;
    }

    // What kill -9 after a checkpoint leaves of a run: all that was written by then, and curves that are ahead of it.
    private void Kill(string whole, string killed, long at)
    {
        Directory.CreateDirectory(InFolder(killed));
        foreach (var file in Directory.EnumerateFiles(InFolder(whole)).Where(f => Path.GetFileName(f) is "run.json" or "curves.csv"))
            File.Copy(file, Path.Combine(InFolder(killed), Path.GetFileName(file)));
        var newest = new KeptCheckpoints(InFolder(whole)).Files().First(c => c.Step <= at);
        Assert.That(newest.Step, Is.EqualTo(at));
        File.Copy(newest.File, Path.Combine(InFolder(killed), Path.GetFileName(newest.File)));
    }

    private void AreAlike(string one, string other, params string[] files)
    {
        foreach (var file in files.Length > 0 ? files : Left)
            Assert.That(File.ReadAllBytes(Path.Combine(InFolder(one), file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(InFolder(other), file))), file);
    }

    private string? ContinuedFrom(string folder) => (string?)RunDocument.Read(Path.Combine(InFolder(folder), "run.json")).Environment["continued_from"];

    private (int All, int Pictures) Events(string run)
    {
        var bytes = File.ReadAllBytes(Directory.GetFiles(InFolder(run + "/tensorboard")).Single());
        int all = 0, pictures = 0;
        for (int at = 0; at < bytes.Length; all++)
        {
            int length = (int)BitConverter.ToInt64(bytes, at);
            pictures += bytes.AsSpan(at + 12, length).IndexOf("PNG\r\n"u8) >= 0 ? 1 : 0;
            at += 16 + length;
        }
        return (all, pictures);
    }
}
