using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>What --theory takes, and runs of versions that had other names for it.</summary>
public class TheoryTests : FileFixture
{
    private const string Small = "--sites 8 --inits 2 --steps 3 --seed 4 --device cpu";

    [TestCase("lemma", "ising")]
    [TestCase("third-order", "ising")]
    [TestCase("fourth-cumulant", "ising")]
    [TestCase("exact", "ising")]
    [TestCase("sampled", "ising")]
    [TestCase("sampled", "pulse")]
    [TestCase("fourth-cumulant", "pulse")]
    public void Each_theory_follows_from_the_seed(string theory, string data)
    {
        var line = $"predict --data {data} --theory {theory} {Small}" + (data == "pulse" ? " --lengthscales 2,4" : "");
        var first = Torchrf.Do(Folder, line + " --out first --json").Json;
        Assert.That((string)first["theory"]!, Is.EqualTo(theory));
        Torchrf.Do(Folder, line + " --out second");
        Assert.That(Theory("second").eq(Theory("first")).all().item<bool>());
        Assert.That(Theory("first").isfinite().all().item<bool>());
    }

    // Of Ising spins all mean the same, but for what each leaves out: one step from noise differs by a few hundredths.
    [Test]
    public void Theories_differ_by_what_they_leave_out()
    {
        foreach (var theory in new[] { "lemma", "full", "third-order", "fourth-cumulant", "exact", "sampled" })
            Torchrf.Do(Folder, $"predict --sites 40 --inits 4 --steps 1 --seed 4 --device cpu --theory {theory} --out {theory}");
        double From(string one, string other) => (torch.linalg.norm(Step(one) - Step(other), [-1]) / torch.linalg.norm(Step(other), [-1])).mean().item<double>();
        Tensor Step(string of) => Theory(of)[-1] - Theory(of)[0];
        Assert.That(From("full", "lemma"), Is.Zero);
        Assert.That(From("lemma", "exact"), Is.InRange(0.02, 0.07));
        Assert.That(From("third-order", "exact"), Is.InRange(0.02, 0.07));
        Assert.That(From("fourth-cumulant", "exact"), Is.InRange(0.003, 0.03));
        Assert.That(From("sampled", "exact"), Is.InRange(0.003, 0.04));
    }

    // What earlier versions called the trained receptive fields and the theory's is read, shown and drawn.
    [Test]
    public void A_run_with_the_names_of_before_is_read()
    {
        var line = $"compare {Small} --batch 8 --out run";
        var shown = Torchrf.Do(Folder, line).Out;
        var weights = SafeTensors.Read(InFolder("run/weights.safetensors"));
        SafeTensors.Write(InFolder("run/weights.safetensors"), weights.Tensors.ToDictionary(t => t.Key switch { "trained" => "simulated", "theory" => "predicted", _ => t.Key }, t => t.Value), weights.Metadata);
        var results = JsonNode.Parse(File.ReadAllText(InFolder("run/results.json")))!.AsObject();
        foreach (var snapshot in results["snapshots"]!.AsArray())
        {
            var ipr = snapshot!["ipr"]!.AsObject();
            snapshot["ipr"] = new JsonObject { ["simulated"] = ipr["trained"]!.DeepClone(), ["predicted"] = ipr["theory"]!.DeepClone() };
        }
        results["settings"]!["theory"] = "full";
        File.WriteAllText(InFolder("run/results.json"), results.ToJsonString());
        var run = InFolder("run/run.json");
        File.WriteAllText(run, File.ReadAllText(run).Replace("\"theory\": \"lemma\"", "\"theory\": \"full\"", StringComparison.Ordinal));

        Assert.That(Torchrf.Do(Folder, line + " --width 90").Out, Is.EqualTo(shown));
        Torchrf.Do(Folder, "plot run");
        Assert.That(Torchrf.Do(Folder, "runs run --json").Out, Does.Contain("\"ipr\": 0."));
    }

    // Small steps on large batches follow the theory with these shares and targets, and not without.
    [Test]
    public void Proportions_and_targets_are_training_s_and_theory_s()
    {
        const string Line = "compare --data gaussian --sites 8 --inits 3 --steps 20 --batch 4000 --lr 0.1 --init-scale 0.1 --seed 4 --device cpu --streams own ";
        foreach (var (theory, said) in new[] { ("lemma", "--proportions 0.25,0.75 --targets -1,2"), ("sampled", "--proportions 0.25,0.75 --targets -1,2") })
        {
            Torchrf.Do(Folder, Line + $"{said} --theory {theory} --out {theory}");
            Assert.That((Theory(theory)[-1] - Tensors(theory)["trained"][-1]).abs().max().item<double>(), Is.LessThan(0.03));
        }
        Torchrf.Do(Folder, Line + "--out plain");
        Assert.That((Theory("lemma")[-1] - Theory("plain")[-1]).abs().max().item<double>(), Is.GreaterThan(0.1));
    }

    [TestCase("train --proportions 0.5,0.4", "--proportions is 0.5,0.4; it must be 2 shares above 0, one a class, that add up to 1.")]
    [TestCase("train --proportions 0.3,0.7 --batch 1001", "--batch is 1001; it must be a number of which each class's share is whole.")]
    [TestCase("train --targets 1", "--targets is 1; it must be 2 finite numbers, one a class.")]
    [TestCase("train --model two-layer --units 3 --loss cross-entropy --targets -1,1", "--targets is -1,1; it must be left out, for only networks that tell two classes apart by square error answer with one number.")]
    public void Proportions_and_targets_that_cannot_be_are_refused(string line, string expected)
    {
        var refused = Torchrf.RunLine(Folder, line);
        Assert.That(refused.Error, Is.EqualTo($"torchrf: {expected}\n"));
        Assert.That(refused.Code, Is.EqualTo(2));
    }

    private Dictionary<string, Tensor> Tensors(string run) => new(SafeTensors.Read(InFolder(run + "/weights.safetensors")).Tensors);

    private Tensor Theory(string run) => SafeTensors.Read(InFolder(run + "/weights.safetensors")).Tensors["theory"];
}
