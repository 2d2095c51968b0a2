using System.Text.Json.Nodes;
using TorchRf.Cli.Commands;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Tests.Ica;

namespace TorchRf.Tests.Cli;

/// <summary>What people come back to of searches for independent components and of analyses: gone on with, drawn, listed and compared by their folders.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class KeptSearchTests : FileFixture
{
    private static readonly string[] Drawn = ["png", "csv"];

    private static readonly string[] AllCommands = ["analyze", "describe", "train", "compare", "predict", "ica"];

    [Test]
    public void A_search_that_was_stopped_begins_anew_where_its_data_are_now()
    {
        Save("a.npy", 4);
        Do("ica --class0 a.npy --threads 1 --out run");
        File.Move(InFolder("a.npy"), InFolder("b.npy"));
        byte[] bits = File.ReadAllBytes(InFolder("run/weights.safetensors"));
        File.Delete(InFolder("run/results.json"));
        Torchrf.RunLine(Folder, "resume run").CheckRefused("a.npy; it must be a file; there is none of that name");
        Assert.That(Do("runs . --json").Json["runs"]![0]!["state"]!.ToString(), Is.EqualTo("unfinished"));
        Assert.That(Do("resume run --class0 b.npy --threads 2").Error, Does.StartWith("torchrf: the search was stopped, and keeps no checkpoints; starting anew, to the same bits\n"));
        Assert.That(File.ReadAllBytes(InFolder("run/weights.safetensors")), Is.EqualTo(bits));
        var shown = Do("resume run --class0 b.npy --width 89mm --json");
        Assert.That(shown.Error, Does.StartWith("torchrf: this run is finished"));
        Assert.That(shown.Json["pictures"]!.AsArray().Select(p => File.Exists(InFolder($"run/{p}"))), Is.EqualTo(new[] { true, true, true, true }));
        foreach (var option in new[] { "--steps 5", "--checkpoint-every 5", "--out there", "--tensorboard" })
            Torchrf.RunLine(Folder, "resume run --class0 b.npy " + option).CheckRefused("it must be left out: a search for independent components has no steps to add, no checkpoints and no curves.");
    }

    // In the middle where all sites are alike, and where it is where they are not.
    [TestCase("--data kur --k 3 --sites 8 --examples 2000 --components 3", 0)]
    [TestCase("--data gaussian --sites 4x4 --examples 1000 --components 2 --class 1", 0)]
    [TestCase("--class0 a.npy", 3)]
    public void A_search_is_drawn_anew_from_its_folder(string options, int sites)
    {
        if (sites > 0)
            Save("a.npy", sites);
        Do($"ica {options} --out run");
        File.Delete(InFolder("a.npy"));
        Do("plot run --out there");
        AreAlike("components");
        var weights = SafeTensors.Read(InFolder("run/weights.safetensors")).Tensors;
        SafeTensors.Write(InFolder("run/weights.safetensors"), new Dictionary<string, Tensor> { ["receptive_fields"] = weights["receptive_fields"][1..] });
        Torchrf.RunLine(Folder, "plot run").CheckRefused("run/weights.safetensors: its receptive fields do not go with the search's results");
    }

    [TestCase("analyze a.npy")]
    [TestCase("analyze a.npy --class1 b.npy")]
    public void An_analysis_is_drawn_anew_from_its_folder(string command)
    {
        Save("a.npy", 4);
        Save("b.npy", 4, seed: 2);
        Do(command + " --out run");
        File.Delete(InFolder("a.npy"));
        Do("plot run --out there");
        AreAlike("analysis");
        var results = JsonNode.Parse(File.ReadAllText(InFolder("run/results.json")))!;
        results["marginal"]!["edges"]![1] = -100;
        File.WriteAllText(InFolder("run/results.json"), results.ToJsonString());
        Torchrf.RunLine(Folder, "plot run").CheckRefused("run/results.json: ");
    }

    [Test]
    public void What_data_say_and_what_a_threshold_is_are_told_of_searches_and_once_of_sweeps()
    {
        Save("a.npy", 40);
        var told = Do("ica --class0 a.npy --out run").Out.ReplaceLineEndings(" ");
        Assert.That(told, Does.Contain("Note: a.npy: each site was brought to unit variance").And.Contain("above IPR 0.133 (three standard deviations above white Gaussian weights, 3/N = 0.075 at N = 40): "));
        File.WriteAllText(InFolder("plan.json"), """{ "command": "ica", "common": { "data": "file", "class0": "a.npy", "components": 2 }, "grid": { "contrast": ["logcosh", "cube"] } }""");
        Assert.That(Do("sweep plan.json").Out.Split("Note: a.npy: each"), Has.Length.EqualTo(2));
        Assert.That(Do("sweep plan.json --json").Json["notes"]!.AsArray().Single()!.ToString(), Does.StartWith("a.npy: each site was brought to unit variance"));
        Assert.That(JsonNode.Parse(File.ReadAllText(InFolder("run/results.json")))!["notes"]!.AsArray().Select(n => n!.ToString()), Has.One.StartsWith("a.npy: each site was brought to unit variance"));
    }

    [Test]
    public void Runs_are_compared_by_what_their_data_use_and_files_by_their_names()
    {
        Directory.CreateDirectory(InFolder("far/away"));
        foreach (var name in new[] { "far/a.npy", "far/away/b.npy" })
            Save(name, 3);
        Do("ica --class0 far/a.npy --out all/a");
        Do("ica --class0 far/away/b.npy --tolerance 1e-9 --max-iterations 1 --out all/b");
        Do("predict --data kur --k 3 --sites 8 --inits 2 --steps 10 --out all/kur");
        Do("predict --sites 8 --inits 2 --steps 10 --out all/ising");
        var listed = Do("runs all --json").Json["runs"]!.AsArray().ToDictionary(r => Path.GetFileName((string)r!["folder"]!), r => r!);
        Assert.That(listed["a"]["converged"]!.GetValue<bool>() && !listed["b"]["converged"]!.GetValue<bool>());
        Assert.That((double)listed["a"]["ipr"]!, Is.InRange(1 / 3.0, 1));
        Assert.That(listed["ising"]["settings"]!.AsObject().Select(s => s.Key), Does.Contain("couplings").And.Not.Contain("k").And.Not.Contain("photos"));
        var table = Do("runs all --compare").Out.Split('\n');
        Assert.That(table.Single(l => l.Contains(" a ", StringComparison.Ordinal)), Does.Match(@"\ba +file +a\.npy .* converged +\d"));
        Assert.That(table.Single(l => l.Contains(" b ", StringComparison.Ordinal)), Does.Match(@"\bb +file +away.b\.npy .* not converged +\d"));
        Assert.That(table, Has.One.EqualTo($"Files are in {Path.Combine(Environment.CurrentDirectory, "far")}{Path.DirectorySeparatorChar}.").Or.One.Match(@"^Files are in .*far.\.$"));
        Assert.That(table[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), Does.Contain("max_iterations").And.Not.Contain("k"), "k is one run's alone");
    }

    [Test]
    public void Two_and_three_sites_can_be_looked_at_and_are_not_trained_on([ValueSource(nameof(AllCommands))] string command, [Values(2, 3)] int sites)
    {
        Save("a.npy", sites);
        Save("b.npy", sites, seed: 2);
        var outcome = Torchrf.RunLine(Folder, $"{command} --class0 a.npy --class1 b.npy --out run");
        if (command is "analyze" or "describe" or "ica")
            outcome.CheckDone();
        else
            outcome.CheckRefused($"a.npy: examples of {sites} sites, and a neuron is trained on 4 or more");
    }

    [Test]
    public void Of_pictures_a_folder_is_named_once_and_of_many_the_first_and_the_last()
    {
        string Shown(params string[] files) => new ListedRun("", "") { Settings = new JsonObject { ["photos"] = new JsonArray([.. files.Select(f => (JsonNode)f)]) } }.Files("photos", "/far/");
        Assert.That(Shown("/far/a.png", "/far/b.png"), Is.EqualTo("a.png,b.png"));
        Assert.That(Shown("/far/in/a.png", "/far/in/b.png"), Is.EqualTo("in/a.png,b.png"));
        Assert.That(Shown("/far/in/a.png", "/far/in/b.png", "/far/in/c.png"), Is.EqualTo("in/a.png … c.png (3)"));
        Assert.That(Shown([.. SamplePhotographs.Files]), Is.EqualTo("the program's own"));
        Assert.That(ListedRun.SharedFolder(["/far/in/a.png", "/far/into/b.png"]), Is.EqualTo("/far/"));
        Assert.That(ListedRun.SharedFolder(["/far/a.png", "/near/b.png"]), Is.Empty);
    }

    private Torchrf.Outcome Do(string line) => Torchrf.Do(Folder, line);

    private void Save(string name, int sites, ulong seed = 1) =>
        NpyFile.Write(InFolder(name), Mixture.Of(300, seed, ScalarType.Float64, [.. Enumerable.Repeat("laplace", sites)]).Examples);

    private void AreAlike(string picture)
    {
        foreach (var extension in Drawn)
            Assert.That(File.ReadAllBytes(InFolder($"there/{picture}.{extension}")), Is.EqualTo(File.ReadAllBytes(InFolder($"run/{picture}.{extension}"))), extension);
    }
}
