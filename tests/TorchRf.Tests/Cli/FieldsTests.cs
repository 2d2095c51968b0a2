using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Measuring;
using TorchRf.IO;
using TorchRf.Tests.Measures;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf fields: receptive fields from anywhere under the same rulers.</summary>
public sealed class FieldsTests : FileFixture
{
    private static Tensor Waves(int count)
    {
        var random = new Random(3);
        return torch.stack(Enumerable.Range(0, count).Select(_ => PlanarGaborFitTests.Wave(12,
            [3 + (6 * random.NextDouble()), 3 + (6 * random.NextDouble()), 1.4, 2.1, Math.PI * random.NextDouble(), 0.2, 6 * random.NextDouble()])));
    }

    [Test]
    public void Maps_are_fitted_and_told_of_one_by_one()
    {
        var w = torch.cat([Waves(7), torch.zeros(1, 144, ScalarType.Float64)]);
        NpyFile.Write(InFolder("maps.npy"), w.view(8, 12, 12));
        NpyFile.Write(InFolder("rows.npy"), w);
        var found = Torchrf.RunLine(Folder, "fields maps.npy --json").CheckDone().Json["populations"]![0]!;
        Assert.That(((string?)found["sites"], (bool)found["goes_around"]!, (int)found["total"]!), Is.EqualTo(("12x12", false, 8)));
        var summary = found["summary"]!;
        Assert.That((double)summary["aspect"]!, Is.EqualTo(1.5).Within(1e-6));
        Assert.That((double)summary["n_x"]!, Is.EqualTo(0.28).Within(1e-6));
        Assert.That((double)summary["fitted"]!, Is.EqualTo(7 / 8.0));
        Assert.That((double)summary["frequency_octaves"]!, Is.Zero.Within(1e-6));
        Assert.That(found["each"]!.AsArray().Count, Is.EqualTo(8));
        Assert.That((double)found["each"]![2]!["misfit"]!, Is.LessThan(1e-6));
        Assert.That(found["each"]![7]!["misfit"], Is.Null);
        // Rows are a ring until it is said that they are maps.
        Assert.That(Torchrf.RunLine(Folder, "fields rows.npy").CheckDone().Out, Does.StartWith("fields: 8 fields of 144 sites"));
        var same = Torchrf.RunLine(Folder, "fields rows.npy --sites 12x12 --out drawn --json").CheckDone().Json;
        Assert.That((double)same["populations"]![0]!["summary"]!["misfit"]!, Is.LessThan(1e-6));
        Assert.That(same["files"]!.AsArray().Select(f => Path.GetFileName((string)f!)), Does.Contain("measured-fields.png"));
        Torchrf.RunLine(Folder, "fields rows.npy --sites 11x11").CheckRefused("fields has fields of 144 sites, which are not 11x11");
    }

    // Sixteen blobs on every fourth site of 16 x 16, of a torus; an array of maps is patches, which have no positions to be even.
    [Test]
    public void Blobs_that_tile_a_torus_are_spaced_wider_than_at_random()
    {
        var at = torch.arange(16, ScalarType.Float64);
        Tensor Bump(long centre) => ((at - centre + 8).remainder(16) - 8).square().mul(-0.4).exp();
        Tensor[] blobs = [.. Enumerable.Range(0, 16).Select(i => torch.outer(Bump(4 * (i / 4)), Bump(4 * (i % 4))))];
        JsonObject Of(bool around) => FieldMeasures.Measure(new FieldPopulation("blobs", torch.stack(blobs).view(16, 256), Lattice.Torus(16), around)).Json()["summary"]!.AsObject();
        var (whole, patches) = (Of(true), Of(false));
        Assert.That((double)whole["spacing"]!, Is.EqualTo(4).Within(0.01));
        Assert.That((double)whole["spacing_p"]!, Is.LessThan(0.001));
        Assert.That((double)whole["position_p"]!, Is.GreaterThan(0.99));
        Assert.That(patches.ContainsKey("position_p"), Is.False);
        Assert.That((double)patches["spacing_p"]!, Is.LessThan(0.05));
    }

    [Test]
    public void Two_runs_are_held_beside_each_other()
    {
        NpyFile.Write(InFolder("a.npy"), Waves(8).view(8, 12, 12));
        NpyFile.Write(InFolder("b.npy"), Waves(8).flip(0).mul(-2).view(8, 12, 12));
        var outcome = Torchrf.RunLine(Folder, "fields a.npy b.npy").CheckDone();
        Assert.That(outcome.Out, Does.Contain("|cosine| 1.000 on average"));
        Assert.That(outcome.Out.ReplaceLineEndings(" "), Does.Contain("14 strongest sites are the same; by chance 9.7 ± 2.7 %"));
        var tracked = Torchrf.RunLine(Folder, "fields a.npy a.npy --json").CheckDone().Json["tracking"]![0]!;
        Assert.That((double)tracked["peaks"]!["share"]!, Is.EqualTo(1));
        Assert.That(((double)tracked["ipr"]!["share_larger"]!, (double)tracked["ipr"]!["p"]!), Is.EqualTo((0.5, 1.0)));
        NpyFile.Write(InFolder("ring.npy"), torch.randn(3, 40));
        Torchrf.RunLine(Folder, "fields a.npy ring.npy").CheckRefused("fields of 40 sites, to be held beside fields of 12x12 sites");
    }

    [Test]
    public void A_run_says_itself_what_its_fields_are()
    {
        Torchrf.RunLine(Folder, "compare --inits 3 --steps 3 --batch 20 --sites 10 --out run").CheckDone();
        var found = Torchrf.RunLine(Folder, "fields run --json").CheckDone().Json["populations"]!.AsArray();
        Assert.That(found.Select(p => (string?)p!["name"]), Is.EqualTo(new[] { "trained", "theory" }));
        Assert.That(found.Select(p => ((string?)p!["sites"], (bool)p["goes_around"]!, (int)p["total"]!)), Is.All.EqualTo(("10", true, 3)));
        Assert.That(found[0]!["summary"]!.AsObject().ContainsKey("spacing_p"));
        var file = Torchrf.RunLine(Folder, "fields run/weights.safetensors --json").CheckDone().Json["populations"]!.AsArray();
        Assert.That(JsonNode.DeepEquals(file[0]!["each"], found[0]!["each"]));
        Torchrf.RunLine(Folder, "ica --sites 10 --examples 2000 --method infomax --out search").CheckDone();
        Assert.That(Torchrf.RunLine(Folder, "fields search").CheckDone().Out, Does.StartWith("components: 10 fields of 10 sites"));
    }

    [TestCase("{\"a\": 1}", "weights.safetensors", "weights.safetensors")]
    [TestCase("1,2,3", "short.csv", "fields has fields of 3 sites; those of 8 to 2048 on a ring and of 4x4 to 128x128 can be measured")]
    [TestCase("", "empty.npy", "empty.npy")]
    public void What_holds_no_fields_is_refused_in_a_line(string content, string name, string message)
    {
        File.WriteAllText(InFolder(name), content);
        Torchrf.Run(Folder, "fields", name).CheckRefused(message);
    }
}
