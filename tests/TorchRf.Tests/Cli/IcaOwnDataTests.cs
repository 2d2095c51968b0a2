using TorchRf.IO;
using TorchRf.Tests.Ica;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf ica on examples of one's own: searched as they are, and given back in their own units.</summary>
public class IcaOwnDataTests : FileFixture
{
    private Tensor Examples(string name, ulong seed, int examples = 500, string law = "laplace")
    {
        var x = Mixture.Of(examples, seed, ScalarType.Float64, [.. Enumerable.Repeat(law, 5)]).Examples * torch.tensor(new[] { 1, 1e-6, 1, 1e3, 1 });
        NpyFile.Write(InFolder(name), x);
        return x;
    }

    private Torchrf.Outcome Run(string options) => Torchrf.RunLine(Folder, "ica --data file --class0 a.npy --class1 b.npy " + options);

    [Test]
    public void Rows_are_searched_each_once_and_arrays_are_of_their_values()
    {
        var x = Examples("a.npy", 1);
        Examples("b.npy", 1);
        var found = Run("--out run --json").Json;
        Assert.That((int)found["settings"]!["examples"]!, Is.EqualTo(500));
        Assert.That((string?)found["notes"]![0], Does.StartWith("The classes hold the same examples"));
        var arrays = SafeTensors.Read(InFolder("run/weights.safetensors")).Tensors;
        Assert.That(arrays.Keys, Is.EquivalentTo(new[] { "receptive_fields", "mixing", "mean", "whitening", "scale" }));
        var sources = (x - arrays["mean"]).mm(arrays["receptive_fields"].mT);
        var unit = torch.eye(5, dtype: ScalarType.Float64);
        Assert.That((sources.mT.mm(sources) / 500).allclose(unit, rtol: 0, atol: 1e-5));
        var white = (x - arrays["mean"]).mm(arrays["whitening"].mT);
        Assert.That((white.mT.mm(white) / 500).allclose(unit, rtol: 0, atol: 1e-5));
        var error = sources.mm(arrays["mixing"].mT) + arrays["mean"] - x;
        Assert.That((error.abs() / arrays["mixing"].abs().max(1).values).max().item<double>(), Is.LessThan(1e-4));
        // Of other seeds too: nothing is drawn.
        Assert.That((double)Run("--seed 2 --out other --json").Json["non_gaussianity"]![0]!, Is.EqualTo((double)found["non_gaussianity"]![0]!).Within(1e-3));
    }

    [Test]
    public void Fewer_rows_are_spread_evenly_and_more_are_refused()
    {
        Examples("a.npy", 1);
        Examples("b.npy", 2, 250, "normal");
        Assert.That((string?)Run("--examples 90 --components 2 --out few --json").Json["notes"]![0], Is.EqualTo("90 of the 750 examples are searched, evenly spread."));
        Assert.That((int)Run("--out all --json").Json["settings"]!["examples"]!, Is.EqualTo(750));
        Run("--examples 751").CheckRefused("--examples is 751; it must be at most 750");
    }

    [Test]
    public void The_rank_is_the_default_and_more_are_refused()
    {
        var x = Examples("a.npy", 1);
        foreach (var name in new[] { "a.npy", "b.npy" })
            NpyFile.Write(InFolder(name), torch.cat([x, x.narrow(1, 0, 2) * 3], 1));
        var outcome = Run("--out run");
        Assert.That(outcome.Out, Does.Contain("5 components: the examples vary along no more than 5 of the 7 directions"));
        Run("--components 6").CheckRefused("--components is 6; it must be at most 5");
        Assert.That(Directory.Exists(InFolder("checkpoints")), Is.False);
    }

    [Test]
    public void A_finished_search_is_shown_again_on_any_number_of_threads_and_a_stopped_one_has_the_same_bits()
    {
        Examples("a.npy", 1);
        Examples("b.npy", 1);
        var first = Run("--threads 1 --out run");
        var again = Run("--threads 2 --out run --resume");
        Assert.That(again.Out, Is.EqualTo(first.Out));
        Assert.That(again.Error, Is.EqualTo("torchrf: this run is finished: here is what it found; --restart does it anew\n"));
        byte[] bits = File.ReadAllBytes(InFolder("run/weights.safetensors"));
        File.Delete(InFolder("run/results.json"));
        Assert.That(Run("--threads 2 --out run --resume").Error, Does.Contain("starting anew"));
        Assert.That(File.ReadAllBytes(InFolder("run/weights.safetensors")), Is.EqualTo(bits));
        Assert.That(Torchrf.RunLine(Folder, "ica --config run/run.json --out copy").Code, Is.Zero);
        Assert.That(File.ReadAllBytes(InFolder("copy/weights.safetensors")), Is.EqualTo(bits));
    }

    [Test]
    public void Sweeps_search_too()
    {
        File.WriteAllText(InFolder("plan.json"), """
            { "command": "ica", "common": { "data": "kur", "k": 3, "sites": 8, "examples": 2000 }, "grid": { "contrast": ["logcosh", "cube"], "components": [2, 4] }, "replicates": 2 }
            """);
        var outcome = Torchrf.RunLine(Folder, "sweep plan.json --out sweep");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        string[] header = File.ReadLines(InFolder("sweep/merged.csv")).First().Split(',');
        Assert.That(header, Is.Unique.And.SupersetOf(new[] { "contrast", "components", "converged", "iterations", "found", "ipr", "localized" }));
        Assert.That(File.ReadLines(InFolder("sweep/merged.csv")).Skip(1).Select(row => row.Split(',')[Array.IndexOf(header, "found")]), Is.EqualTo(new[] { "2", "4", "2", "4" }));
        Assert.That(File.ReadLines(InFolder("sweep/merged.csv")).Skip(1).Select(row => row.Split(',')[Array.IndexOf(header, "iterations_count")]), Is.All.EqualTo("2"));
        File.WriteAllText(InFolder("plan.json"), """{ "command": "ica", "grid": { "algorithm": ["parallel", "serial"] } }""");
        Torchrf.RunLine(Folder, "sweep plan.json").CheckRefused("algorithm");
    }
}
