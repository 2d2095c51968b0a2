using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>Files and photographs on the command line: they say themselves which data they are.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class OwnFilesTests : FileFixture
{
    private const string Small = "--inits 1 --steps 5 --threads 1 --device cpu";

    private void Photo(string name, int width, int height = 20)
    {
        var random = new Random(width);
        Directory.CreateDirectory(Path.GetDirectoryName(InFolder(name))!);
        File.WriteAllText(InFolder(name), $"P2\n{width} {height}\n255\n" + string.Join(" ", Enumerable.Range(0, width * height).Select(_ => random.Next(256))));
    }

    [TestCase("train --class0 a.npy --class1 b.npy", "file")]
    [TestCase("train --photos folder --sites 10", "photo")]
    [TestCase("predict --photos a,b.pgm --sites 10", "photo")]
    [TestCase("train --photos folder/one.pgm a,b.pgm --sites 10", "photo")]
    [TestCase("train --photos folder/*.pgm --photos a,b.pgm --sites 4x4", "patches")]
    public void Data_are_inferred(string line, string data)
    {
        using var generator = new Generator(1);
        foreach (var (name, xi) in new[] { ("a.npy", 1.0), ("b.npy", 3.0) })
            NpyFile.Write(InFolder(name), new Gaussian(10, xi).Sample(100, generator));
        Photo("a,b.pgm", 60);
        Photo("folder/one.pgm", 60);
        Photo("folder/two.pgm", 70);
        var outcome = Torchrf.RunLine(Folder, $"{line} {Small} --out run --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That((string?)outcome.Json["settings"]!["data"], Is.EqualTo(data));
        Assert.That(outcome.Json["notes"]!.AsArray(), Is.Not.Empty);
    }

    [Test]
    public void A_picture_in_a_folder_that_cannot_serve_is_passed_over_and_one_that_was_named_is_refused()
    {
        Photo("folder/wide.pgm", 60);
        Photo("folder/narrow.pgm", 20);
        File.WriteAllText(InFolder("folder/broken.pgm"), "P5 9 9 255\nabc");
        var json = Torchrf.RunLine(Folder, "analyze folder --sites 10 --json").Json;
        Assert.That(json["notes"]!.AsArray().Select(n => (string)n!), Has.One.StartsWith("Passed over 2 of 3 pictures: ").And.Contains("broken.pgm").And.Contains("narrow.pgm: 20 x 20 pixels; 10 sites at stride 4, class 0's, need 37"));
        Torchrf.RunLine(Folder, "analyze folder/wide.pgm folder/narrow.pgm --sites 10").CheckRefused("narrow.pgm: 20 x 20 pixels; 10 sites at stride 4, class 0's, need 37");
    }

    [Test]
    public void One_class_is_analyzed_and_described_and_not_trained_on()
    {
        using var generator = new Generator(1);
        NpyFile.Write(InFolder("@a.npy"), new Gaussian(16, 2).Sample(300, generator));
        var plane = Torchrf.RunLine(Folder, "analyze @a.npy --sites 4x4 --json").Json["classes"]![0]!;
        Assert.That(((int)plane["dimensions"]!, (string?)plane["distance"], (double)plane["distances"]![2]!), Is.EqualTo((2, "plane", Math.Sqrt(2))));
        Assert.That((double)plane["outer_sites"]!["share_of_variance"]!, Is.EqualTo(0.75).Within(1e-9), "each site is brought to unit variance");
        Assert.That(Torchrf.RunLine(Folder, "describe --class0 @a.npy").Code, Is.Zero);
        Torchrf.RunLine(Folder, "train --class0 @a.npy").CheckRefused("--class1 is missing; it must be examples of a second class");
        Torchrf.RunLine(Folder, "analyze @a.npy --sites 5x5").CheckRefused("16 sites, not the 25 of 5x5");
    }

    [TestCase("--whiten a.pgm", "stride 1, whitened")]
    [TestCase("--whiten true a.pgm", "stride 1, whitened")]
    [TestCase("--whiten=false a.pgm", "stride 1")]
    [TestCase("a.pgm --whiten false", "stride 1")]
    [TestCase("--whiten -- a.pgm", "stride 1, whitened")]
    [TestCase("--whiten ZCA a.pgm", "stride 1, whitened")]
    [TestCase("--whiten olshausen a.pgm", "stride 1, filtered")]
    [TestCase("a.pgm --whiten olshausen", "stride 1, filtered")]
    public void A_flag_leaves_the_word_after_it_to_the_command(string words, string told)
    {
        Photo("a.pgm", 60, 40);
        var classes = Torchrf.Do(Folder, $"analyze --sites 4x4 --data patches --strides 1 --json {words}").Json["classes"]!;
        Assert.That((string)classes[0]!["name"]!, Does.EndWith(told));
    }

    [Test]
    public void A_config_of_other_data_gives_what_these_have_too_and_it_is_said_what_they_have_not()
    {
        using var generator = new Generator(1);
        foreach (var (name, xi) in new[] { ("a.npy", 1.0), ("b.npy", 3.0) })
            NpyFile.Write(InFolder(name), new Gaussian(12, xi).Sample(100, generator));
        Photo("a.pgm", 60);
        Torchrf.Do(Folder, $"train --photos a.pgm --strides 3,2 --sites 10 --remove-mean example --taper 0.1 --lr 0.07 {Small} --out photo");

        var file = Torchrf.Do(Folder, "train --config photo/run.json --class0 a.npy --class1 b.npy --out file --json");
        var settings = file.Json["settings"]!;
        Assert.That(((string?)settings["data"], (int)settings["sites"]!, (string?)settings["remove_mean"], (double)settings["taper"]!, (string?)settings["standardize"], (double)settings["lr"]!, (int)settings["steps"]!),
            Is.EqualTo(("file", 12, "example", 0.1, "site", 0.07, 5)));
        Assert.That(file.Error, Does.Contain("torchrf: photo/run.json is of photo data, and these are file: its sites, photos, strides are left out\n"));

        var back = Torchrf.Do(Folder, "train --config file/run.json --photos a.pgm --sites 10 --out back --json");
        Assert.That(((string?)back.Json["settings"]!["data"], (string?)back.Json["settings"]!["strides"]!.ToJsonString(), (double)back.Json["settings"]!["taper"]!), Is.EqualTo(("photo", "[4,1]", 0.1)));
        Assert.That(back.Error, Does.Contain("its class0, class1 are left out"));
        Assert.That(Torchrf.Do(Folder, "describe --config photo/run.json --data gaussian").Out, Does.Contain("ξ = 1, N = 10"));
    }
}
