using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>
/// A run that the program of schema 1 left behind, killed at step 20 of 40 (the older two checkpoints not yet made one), is gone on with. It was
/// "train --sites 8 --inits 2 --batch 8 --steps 40 --checkpoint-every 10 --threads 1 --seed 5 --device cpu", when torch made all examples.
/// </summary>
public class OlderSchemaTests : FileFixture
{
    private const string Line = "train --sites 8 --inits 2 --batch 8 --steps 40 --checkpoint-every 10 --threads 1 --seed 5 --device cpu --sampler torch";

    [SetUp]
    public void CopyRun()
    {
        Directory.CreateDirectory(InFolder("old"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "IO", "Schema1")))
            File.Copy(file, Path.Combine(InFolder("old"), Path.GetFileName(file)));
    }

    // Another torch made the old run, which rounds differently.
    [Test]
    public void It_goes_on_to_the_same_weights()
    {
        Torchrf.Do(Folder, Line + " --out whole");
        var resumed = Torchrf.Do(Folder, Line + " --out old --resume");
        Assert.That(resumed.Error, Does.Not.Contain("torchrf:"));
        Assert.That(resumed.Error, Does.Not.Contain("step 20 of 40").And.Contain("step 24 of 40"), "it went on from step 20");
        Assert.That((Weights("whole") - Weights("old")).abs().max().item<float>(), Is.LessThan(1e-5));
        Assert.That(Directory.GetFiles(InFolder("old"), "checkpoint-*").Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "checkpoint-0000000030.safetensors", "checkpoint-0000000040.safetensors" }));
    }

    [Test]
    public void What_torch_began_vector_code_does_not_go_on_with()
    {
        var asked = Torchrf.RunLine(Folder, Line.Replace("--sampler torch", "--sampler auto", StringComparison.Ordinal) + " --out old --resume");
        Assert.That(asked.Error, Is.EqualTo("torchrf: --out is old; it must be a folder whose run has the same settings, and here 'sampler' is \"torch\" instead of \"auto\"; resume it with the settings it was started with.\n"));
        Assert.That(asked.Code, Is.EqualTo(2));
        var repeated = Torchrf.Do(Folder, "train --config old/run.json --out old --resume");
    }

    [Test]
    public void It_is_damaged_where_its_format_can_tell()
    {
        var newest = InFolder("old/checkpoint-0000000020.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
        var resumed = Torchrf.Do(Folder, Line + " --out old --resume");
        Assert.That(resumed.Error, Does.StartWith("torchrf: damaged, using the one before: ").And.Contain("checkpoint-0000000020"));
    }

    [Test]
    public void A_newer_schema_is_refused_in_one_line()
    {
        var run = InFolder("old/run.json");
        File.WriteAllText(run, File.ReadAllText(run).Replace("\"schema\": 1", "\"schema\": 3", StringComparison.Ordinal));
        foreach (var line in new[] { Line + " --out old --resume", Line + " --out old", "train --config old/run.json --out new" })
        {
            var refused = Torchrf.RunLine(Folder, line);
            Assert.That(refused.Error, Is.EqualTo("torchrf: old/run.json: its schema 3 is newer than 2, the newest that this version reads\n"));
            Assert.That(refused.Code, Is.EqualTo(2));
        }
        Assert.That(Directory.GetFiles(InFolder("old"), "checkpoint-*"), Has.Length.EqualTo(3));
    }

    private Tensor Weights(string run) => SafeTensors.Read(InFolder(run + "/weights.safetensors")).Tensors["trained"];
}
