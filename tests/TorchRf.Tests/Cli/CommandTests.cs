using System.Text.Json.Nodes;
using TorchRf.Data;

namespace TorchRf.Tests.Cli;

/// <summary>What the commands say and leave behind.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class CommandTests : FileFixture
{
    [Test]
    public void Without_arguments_the_commands_are_listed()
    {
        var outcome = Torchrf.Run(Folder);
        Assert.That(outcome.Code, Is.Zero);
        foreach (var command in new[] { "compare", "train", "predict", "describe", "analyze", "figure", "reproduce", "sweep", "checkpoint", "info" })
            Assert.That(outcome.Out, Does.Contain($"  {command} "));
    }

    [Test]
    public void Describe_gives_kurtosis_covariance_and_amplifier()
    {
        var json = Torchrf.RunLine(Folder, "describe --data ising --sites 10 --json").Json;
        Assert.That((double)json["excess_kurtosis"]!, Is.EqualTo(-2));
        Assert.That(json["classes"]![1]!["covariance"]!.AsArray(), Has.Count.EqualTo(10));
        double a = Math.Tanh(0.7);
        Assert.That((double)json["classes"]![1]!["covariance"]![1]!, Is.EqualTo((a + Math.Pow(a, 9)) / (1 + Math.Pow(a, 10))).Within(1e-12));
        var (at, phi, taylor) = (json["amplifier"]!["a"]!.AsArray(), json["amplifier"]!["phi"]!.AsArray(), json["amplifier"]!["taylor"]!.AsArray());
        Assert.That(phi, Has.Count.EqualTo(at.Count));
        Assert.That((double)phi[^1]!, Is.EqualTo(1).Within(1e-12));
        Assert.That((double)taylor[^1]!, Is.EqualTo(Math.Sqrt(2 / Math.PI) * 4 / 3).Within(1e-12));
    }

    [Test]
    public void An_infinite_kurtosis_is_said_to_be_infinite()
    {
        var json = Torchrf.RunLine(Folder, "describe --data kur --k 3.5 --json").Json;
        Assert.That((string)json["excess_kurtosis"]!, Is.EqualTo("infinite"));
        Assert.That(json["amplifier"]!["taylor"], Is.Null);
    }

    [Test]
    public void Compare_leaves_a_run_that_its_settings_repeat_bit_for_bit()
    {
        var first = Torchrf.RunLine(Folder, "compare --inits 3 --steps 60 --batch 200 --seed 5 --out first --json");
        Assert.That(first.Code, Is.Zero, first.Error);
        var snapshots = first.Json["snapshots"]!.AsArray();
        Assert.That(snapshots.Select(s => (int)s!["step"]!), Is.EqualTo(new[] { 0, 20, 50, 60 }));
        foreach (var name in new[] { "cosine", "norm_ratio", "loss" })
            Assert.That((double)snapshots[^1]![name]!, Is.GreaterThan(0), name);
        foreach (var (side, of) in new[] { ("simulated", "mean"), ("simulated", "std"), ("predicted", "mean"), ("predicted", "std") })
            Assert.That((double)snapshots[^1]!["ipr"]![side]![of]!, Is.GreaterThan(0));
        var agreement = snapshots[^1]!["agreement"]!;
        Assert.That((int)agreement["exact"]!, Is.LessThanOrEqualTo((int)agreement["within1"]!));
        Assert.That((int)agreement["within1"]!, Is.LessThanOrEqualTo((int)agreement["within2"]!));
        Assert.That(HowRun("first"), Is.EqualTo(("vector code", (string)first.Json["gradient"]!)));

        var second = Torchrf.RunLine(Folder, "compare --config first/run.json --out second --json");
        Assert.That(second.Json["snapshots"]!.ToJsonString(), Is.EqualTo(first.Json["snapshots"]!.ToJsonString()));
        Assert.That(File.ReadAllBytes(InFolder("second/weights.safetensors")), Is.EqualTo(File.ReadAllBytes(InFolder("first/weights.safetensors"))));
    }

    [Test]
    public void Train_says_what_became_of_a_committees_units()
    {
        var outcome = Torchrf.RunLine(Folder,
            "train --model committee --units 4 --bias trained --initial-bias -100 --inits 2 --steps 20 --batch 100 --sampler torch --out run --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(HowRun("run"), Is.EqualTo(("torch", "autograd")));
        Assert.That(outcome.Json["units"]!["dead"]!.AsArray().Select(n => (int)n!), Is.EqualTo(new[] { 4, 4 }));
        Assert.That((double)outcome.Json["units"]!["localized_fraction"]!["mean"]!, Is.InRange(0, 1));
        Assert.That(outcome.Json["final"]!["loss"]!.AsArray().Select(n => (double)n!), Is.All.EqualTo(0.5), "nothing is answered");
        Assert.That(outcome.Json["verdict"], Is.Null, "the lemma is about a neuron");
        var told = Torchrf.RunLine(Folder, "train --config run/run.json --out again");
        Assert.That(told.Out, Does.Contain("committee of 4 ReLU units, bias trained").And.Contain("Dead: 8 of 8 units"));
        Assert.That(File.ReadAllBytes(InFolder("again/weights.safetensors")), Is.EqualTo(File.ReadAllBytes(InFolder("run/weights.safetensors"))));
    }

    [Test]
    public void Models_without_labels_have_no_accuracy()
    {
        var outcome = Torchrf.RunLine(Folder, "train --model sparse-coding --units 3 --sites 8 --inits 2 --steps 20 --batch 100 --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Json["snapshots"]!.AsArray().Select(s => s!["accuracy"]), Is.All.Null);
        Assert.That(outcome.Json["final"]!["accuracy"], Is.Null);
    }

    [Test]
    public void Another_seed_gives_another_run()
    {
        string Weights(int seed)
        {
            Torchrf.RunLine(Folder, $"predict --inits 2 --steps 20 --seed {seed} --out s{seed} --json");
            return Convert.ToHexString(File.ReadAllBytes(InFolder($"s{seed}/weights.safetensors")));
        }
        Assert.That(Weights(1), Is.Not.EqualTo(Weights(2)));
    }

    [Test]
    public void A_run_killed_in_the_middle_and_resumed_gives_the_same_bits()
    {
        const string settings = "--inits 4 --steps 3000 --batch 500 --checkpoint-every 100 --threads 1";
        Assert.That(Torchrf.RunLine(Folder, $"train {settings} --out whole").Code, Is.Zero);
        using (var process = Torchrf.Start(Folder, $"train {settings} --out killed".Split(' ')))
        {
            while (!process.HasExited && !(Directory.Exists(InFolder("killed")) && Directory.EnumerateFiles(InFolder("killed"), "checkpoint-*.safetensors").Any()))
                Thread.Sleep(5);
            process.Kill();
            process.WaitForExit();
        }
        Assert.That(File.Exists(InFolder("killed/weights.safetensors")), Is.False, "the run ended before it was killed");
        var resumed = Torchrf.RunLine(Folder, $"train {settings} --out killed --resume");
        Assert.That(resumed.Code, Is.Zero, resumed.Error);
        Assert.That(File.ReadAllBytes(InFolder("killed/weights.safetensors")), Is.EqualTo(File.ReadAllBytes(InFolder("whole/weights.safetensors"))));
    }

    [Test]
    public void Resuming_with_other_settings_is_refused_and_nothing_is_lost()
    {
        Torchrf.RunLine(Folder, "train --inits 2 --steps 20 --batch 100 --out run");
        var before = File.ReadAllBytes(InFolder("run/weights.safetensors"));
        var refused = Torchrf.RunLine(Folder, "train --inits 2 --steps 20 --batch 200 --out run --resume");
        Assert.That(refused.Code, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("'batch' is 100 instead of 200"));
        Assert.That(File.ReadAllBytes(InFolder("run/weights.safetensors")), Is.EqualTo(before));
    }

    [Test]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_used()
    {
        const string settings = "--inits 2 --steps 40 --batch 100 --checkpoint-every 20 --threads 1 --out run";
        Torchrf.RunLine(Folder, "train " + settings);
        var whole = File.ReadAllBytes(InFolder("run/weights.safetensors"));
        var newest = Directory.GetFiles(InFolder("run"), "checkpoint-*.safetensors").Order().Last();
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..100]);
        File.Delete(InFolder("run/results.json"));
        var resumed = Torchrf.RunLine(Folder, $"train {settings} --resume");
        Assert.That(resumed.Error, Does.Contain("damaged").And.Contain(Path.GetFileName(newest)));
        Assert.That(File.ReadAllBytes(InFolder("run/weights.safetensors")), Is.EqualTo(whole));
    }

    [Test]
    public void A_run_is_not_repeated_on_a_file_that_has_changed()
    {
        TorchRf.IO.NpyFile.Write(InFolder("a.npy"), torch.eye(5));
        TorchRf.IO.NpyFile.Write(InFolder("b.npy"), torch.eye(5) * 2 + 1);
        Assert.That(Torchrf.RunLine(Folder, "predict --data file --class0 a.npy --class1 b.npy --inits 1 --steps 2 --out first").Code, Is.Zero);
        TorchRf.IO.NpyFile.Write(InFolder("b.npy"), torch.eye(5) * 3 + 1);
        var again = Torchrf.RunLine(Folder, "predict --config first/run.json --out second");
        Assert.That(again.Code, Is.EqualTo(2));
        Assert.That(again.Error, Does.Contain("b.npy: its contents are not those that the run was made with"));
    }

    [Test]
    public void Photographs_get_a_verdict()
    {
        var json = Torchrf.RunLine(Folder, "compare --data photo --inits 4 --steps 20 --batch 200 --json").Json;
        Assert.That((double)json["verdict"]!["excess_kurtosis"]!, Is.GreaterThan(0));
        Assert.That((bool)json["verdict"]!["expected_to_localize"]!, Is.False);
        Assert.That((string)json["verdict"]!["text"]!, Does.Contain("no localization is expected").And.Contain("Trained: mean IPR"));
    }

    [Test]
    public void A_persons_own_examples_can_be_compared()
    {
        using var generator = new Generator(3);
        TorchRf.IO.NpyFile.Write(InFolder("a.npy"), new TorchRf.Data.Gaussian(12, 1).Sample(3000, generator));
        TorchRf.IO.NpyFile.Write(InFolder("b.npy"), new TorchRf.Data.Gaussian(12, 3).Sample(3000, generator));
        var outcome = Torchrf.RunLine(Folder, "compare --data file --class0 a.npy --class1 b.npy --inits 4 --steps 50 --batch 1000 --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That((double)outcome.Json["snapshots"]![1]!["cosine"]!, Is.GreaterThan(0.95));
    }

    [TestCase("figure 2 --width 89mm")]
    [TestCase("figure 3 --steps 10 --inits 2 --batch 100")]
    public void Figures_are_drawn(string line)
    {
        var outcome = Torchrf.RunLine(Folder, line + " --out pictures --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        foreach (var file in outcome.Json["files"]!.AsArray())
            Assert.That(new FileInfo(Path.Combine(Folder, (string)file!)).Length, Is.GreaterThan(1000));
        Assert.That(File.Exists(InFolder("pictures/run.json")) && File.Exists(InFolder("pictures/results.json")));
    }

    [Test]
    public void Info_measures_the_machine()
    {
        var json = Torchrf.RunLine(Folder, "info --threads 1 --json").Json;
        Assert.That((double)json["gflops"]!, Is.GreaterThan(0));
        Assert.That((int)json["threads"]!, Is.EqualTo(1));
        Assert.That((string)json["torch"]!, Does.Match(@"^\d+\.\d+"));
    }

    // What its run.json says of how examples were drawn and gradients taken.
    private (string, string) HowRun(string folder)
    {
        var environment = JsonNode.Parse(File.ReadAllText(InFolder(folder + "/run.json")))!["environment"]!;
        return ((string)environment["sampling"]!, (string)environment["gradient"]!);
    }
}
