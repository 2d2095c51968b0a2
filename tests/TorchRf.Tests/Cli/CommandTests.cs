using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Reporting;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>What the commands say and leave behind.</summary>
public class CommandTests : FileFixture
{
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
        Assert.That((double)json["classes"]![0]!["lengthscale"]!, Is.EqualTo(-1 / Math.Log(Math.Tanh(0.3))).Within(1e-12));
        Assert.That(json["classes"]![0]!.AsObject().ContainsKey("raw_variance"), Is.False, "spins are not scaled");
        var field = Torchrf.RunLine(Folder, "describe --data phi4 --mu2 -6 --lambda 8 --sites 100 --json").Json["classes"]!.AsArray().Single()!;
        Assert.That((double)field["raw_variance"]!, Is.EqualTo(0.51943).Within(5.1e-6));
        Assert.That((double)field["excess_kurtosis"]!, Is.EqualTo(-1.36022).Within(5.1e-6));
        Assert.That((double)field["lengthscale"]!, Is.EqualTo(1.2352).Within(5.1e-5));
        // Of kernels that of the nearest exp(-d^2 / xi^2), which a Gaussian field's own is.
        Assert.That((double)Torchrf.RunLine(Folder, "describe --data gaussian --json").Json["classes"]![1]!["lengthscale"]!, Is.EqualTo(3).Within(1e-6));
        var heavy = Torchrf.RunLine(Folder, "describe --data kur --k 3.5 --json").Json;
        Assert.That(((string)heavy["excess_kurtosis"]!, heavy["amplifier"]!["taylor"]), Is.EqualTo(("infinite", (object?)null)));
    }

    [Test]
    public void A_file_may_be_named_like_a_response_file()
    {
        NpyFile.Write(InFolder("@data.npy"), torch.tensor([.. Enumerable.Range(0, 80).Select(i => (float)Math.Sin(i * i))]).view(20, 4));
        Assert.That(Torchrf.RunLine(Folder, "analyze @data.npy").Out, Does.StartWith("@data.npy, 20 examples of 4 sites"));
    }

    [Test]
    public void Compare_counts_units_of_a_committee_and_says_so()
    {
        var outcome = Torchrf.Do(Folder, "compare --model committee --units 3 --sites 8 --inits 2 --steps 20 --batch 20 --out run");
        Assert.That(outcome.Out.ReplaceLineEndings(" "), Does.Contain("how many of 6 units agree exactly"));
        Assert.That((int)JsonNode.Parse(File.ReadAllText(InFolder("run/results.json")))!["snapshots"]![0]!["agreement"]!["of"]!, Is.EqualTo(6));
    }

    [Test]
    public void A_quick_reproduction_says_first_that_it_is_a_smoke_test()
    {
        var outcome = Torchrf.Do(Folder, "reproduce --quick --only 2 --out r");
        Assert.That(outcome.Error, Does.StartWith("torchrf: --quick is a smoke test").And.Match("The full run found [0-9]+ same, [0-9]+ differ, [0-9]+ cannot tell"));
        Assert.That(ReportPage.IsReport(InFolder("r/REPRODUCTION-figure2.html")));
    }

    [Test]
    public void Compare_leaves_a_run_that_its_settings_repeat_bit_for_bit()
    {
        var first = Torchrf.Do(Folder, "compare --inits 3 --steps 60 --batch 200 --seed 5 --out first --json");
        var snapshots = first.Json["snapshots"]!.AsArray();
        Assert.That(snapshots.Select(s => (int)s!["step"]!), Is.EqualTo(new[] { 0, 20, 50, 60 }));
        foreach (var name in new[] { "cosine", "norm_ratio", "loss" })
            Assert.That((double)snapshots[^1]![name]!, Is.GreaterThan(0), name);
        foreach (var (side, of) in new[] { ("trained", "mean"), ("trained", "std"), ("theory", "mean"), ("theory", "std") })
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
        var outcome = Torchrf.Do(Folder, "train --model committee --units 4 --bias trained --initial-bias -100 --inits 2 --steps 20 --batch 100 --sampler torch --out run --json");
        Assert.That(HowRun("run"), Is.EqualTo(("torch", "autograd")));
        Assert.That(outcome.Json["units"]!["dead"]!.AsArray().Select(n => (int)n!), Is.EqualTo(new[] { 4, 4 }));
        Assert.That((double)outcome.Json["units"]!["localized_fraction"]!["mean"]!, Is.InRange(0, 1));
        Assert.That(outcome.Json["final"]!["loss"]!.AsArray().Select(n => (double)n!), Is.All.EqualTo(0.5), "nothing is answered");
        Assert.That(outcome.Json["verdict"], Is.Null, "the lemma is about a neuron");
        var told = Torchrf.RunLine(Folder, "train --config run/run.json --out again");
        Assert.That(told.Out.ReplaceLineEndings(" "), Does.Contain("committee of 4 ReLU units, bias trained").And.Contain("Dead: 8 of 8 units"));
        Assert.That(File.ReadAllBytes(InFolder("again/weights.safetensors")), Is.EqualTo(File.ReadAllBytes(InFolder("run/weights.safetensors"))));
    }

    [Test]
    public void A_run_is_not_repeated_on_a_file_that_has_changed()
    {
        NpyFile.Write(InFolder("a.npy"), torch.eye(5));
        NpyFile.Write(InFolder("b.npy"), torch.eye(5) * 2 + 1);
        Torchrf.Do(Folder, "predict --data file --class0 a.npy --class1 b.npy --inits 1 --steps 2 --out first");
        NpyFile.Write(InFolder("b.npy"), torch.eye(5) * 3 + 1);
        var again = Torchrf.RunLine(Folder, "predict --config first/run.json --out second");
        Assert.That(again.Code, Is.EqualTo(2));
        Assert.That(again.Error, Does.Contain("b.npy: its contents are not those that the run was made with"));
    }

    [Test]
    public void Photographs_get_a_verdict()
    {
        var json = Torchrf.RunLine(Folder, "compare --data photo --remove-mean example --inits 4 --steps 20 --batch 200 --json").Json;
        Assert.That((double)json["verdict"]!["excess_kurtosis"]!, Is.GreaterThan(0));
        Assert.That((string)json["expectation"]!, Is.EqualTo("cannot tell"));
        Assert.That((string)json["reasons"]![0]!, Does.StartWith("Not stationary: "));
        Assert.That(json["verdict"]!["expected_to_localize"], Is.Null);
        Assert.That((double)json["fraction_localized_surrogate"]!, Is.InRange(0, 1));
        Assert.That((string)json["verdict"]!["text"]!, Does.Contain("this cannot be told").And.Contain("Trained: mean IPR").And.Contain("nothing certain was expected"));
    }

    [TestCase("figure 2 --width 89mm")]
    [TestCase("figure 3 --steps 10 --inits 2 --batch 100")]
    public void Figures_are_drawn(string line)
    {
        var outcome = Torchrf.Do(Folder, line + " --out pictures --json");
        foreach (var file in outcome.Json["files"]!.AsArray())
            Assert.That(new FileInfo(Path.Combine(Folder, (string)file!)).Length, Is.GreaterThan(1000));
        Assert.That(File.Exists(InFolder("pictures/run.json")) && File.Exists(InFolder("pictures/results.json")));
    }

    [Test]
    public void Localized_independent_components_are_reported_kept_and_drawn([Values("fixed-point", "autograd")] string method)
    {
        var outcome = Torchrf.Do(Folder, $"ica --data kur --k 3 --sites 12 --components 6 --examples 4000 --method {method} --out run --json");
        var json = outcome.Json;
        Assert.That(json["ipr"]!.AsArray(), Has.Count.EqualTo(6));
        Assert.That((double)json["fraction_localized"]!, Is.EqualTo((int)json["localized"]! / 6.0));
        Assert.That((string?)json["settings"]!["method"], Is.EqualTo(method));
        Assert.That(outcome.Error.Contains("did not converge", StringComparison.Ordinal), Is.EqualTo(!(bool)json["converged"]!));
        var weights = SafeTensors.Read(InFolder("run/weights.safetensors")).Tensors;
        Assert.That(weights["receptive_fields"].shape, Is.EqualTo(new long[] { 6, 12 }));
        Assert.That(File.Exists(InFolder("run/results.json")) && File.Exists(InFolder("run/run.json")));
    }

    [Test]
    public void ICA_that_does_not_converge_is_warned_of_on_standard_error_and_lines_fit_80_columns()
    {
        var outcome = Torchrf.Do(Folder, "ica --data kur --k 3 --sites 12 --examples 2000 --class 1 --max-iterations 1 --out run");
        Assert.That(outcome.Error, Does.Contain("torchrf: ICA did not converge: after 1 iterations"));
        Assert.That(outcome.Out, Does.Contain("Not converged after 1 iterations").And.Contain("Class 1: Kur").And.Not.Contain("Class 0"));
        Assert.That(outcome.Out.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
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
