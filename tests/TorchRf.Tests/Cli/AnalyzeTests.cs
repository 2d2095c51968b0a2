using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf analyze on data whose answer is known.</summary>
public class AnalyzeTests : FileFixture
{
    private const int Sites = 20;

    private void Save(string name, IDataModel model, ulong seed, long examples = 4000)
    {
        using var generator = new Generator(seed);
        NpyFile.Write(InFolder(name), model.Sample(examples, generator));
    }

    private Torchrf.Outcome Analyze(string line) => Torchrf.Do(Folder, $"analyze {line} --json");

    [Test]
    public void A_gaussian_does_not_localize_alone_or_between_lengthscales()
    {
        Save("short.npy", new Gaussian(Sites, 1), 1, 20_000);
        Save("long.npy", new Gaussian(Sites, 3), 2, 20_000);
        var told = Torchrf.Do(Folder, "analyze long.npy").Out;
        Assert.That(told.Split('\n').Select(l => l.Length), Is.All.LessThanOrEqualTo(80), told);
        Assert.That(told, Does.Contain("Predicted: extended receptive fields, no localization."));
        var one = Analyze("long.npy").Json;
        Assert.That((string)one["prediction"]!, Is.EqualTo("extended"));
        Assert.That((double)one["classes"]![0]!["lengthscale"]!, Is.EqualTo(3).Within(0.15));
        Assert.That((string)one["reasons"]![0]!, Does.Contain("not to be told from Gaussian"));
        Assert.That((string)one["reasons"]![2]!, Does.Contain("not to be told from 0"));
        // In whichever order they are given.
        var two = Analyze("long.npy --class1 short.npy").Json;
        Assert.That((string)two["prediction"]!, Is.AnyOf("extended", "cannot tell"));
        Assert.That((double)two["instability"]!["value"]!, Is.LessThan(0));
        Assert.That((string)two["classes"]![0]!["name"]!, Is.EqualTo("short.npy"));
        Assert.That(two["warnings"]!.AsArray(), Is.Empty);
    }

    [Test]
    public void A_saturated_process_is_predicted_to_localize()
    {
        Save("short.npy", new NonlinearGaussianProcess(Sites, 1, 3), 3);
        Save("long.npy", new NonlinearGaussianProcess(Sites, 2, 3), 4);
        var json = Analyze("short.npy --class1 long.npy --out kept").Json;
        var answered = json["classes"]![1]!;
        Assert.That((string)json["prediction"]!, Is.EqualTo("localized"));
        Assert.That((double)json["flow"]!["ipr"]!["value"]!, Is.GreaterThan((double)json["flow"]!["threshold"]!));
        Assert.That((string)json["ellipticity"]!["shape"]!, Is.EqualTo("NotElliptical"));
        Assert.That((double)json["instability"]!["value"]!, Is.GreaterThan(0));
        Assert.That((double)answered["excess_kurtosis"]!, Is.EqualTo(-1.834011).Within(5 * (double)answered["excess_kurtosis_error"]!));
        Assert.That((double)answered["super_linearity"]!["value"]!, Is.EqualTo(0.2004).Within(0.003));
        Assert.That(File.Exists(InFolder("kept/run.json")) && File.Exists(InFolder("kept/results.json")));
        foreach (var file in json["files"]!.AsArray())
            Assert.That(new FileInfo(Path.Combine(Folder, (string)file!)).Length, Is.GreaterThan(5000));
        Assert.That((string)Analyze("long.npy").Json["prediction"]!, Is.EqualTo("cannot tell"), "it depends on the other class");
    }

    [Test]
    public void Student_t_of_three_has_an_infinite_kurtosis()
    {
        using var generator = new Generator(5);
        var z = new Gaussian(Sites, 3).Sample(4000, generator, ScalarType.Float64);
        var radius = (torch.randn(4000, 3, ScalarType.Float64, generator: generator).square().sum(1, keepdim: true) / 3).sqrt();
        NpyFile.Write(InFolder("t.npy"), z / radius);
        var json = Analyze("t.npy").Json;
        var only = json["classes"]![0]!;
        Assert.That((string)only["excess_kurtosis"]!, Is.EqualTo("infinite"));
        Assert.That((double)only["tail_index"]!["value"]!, Is.EqualTo(3).Within(0.8));
        Assert.That((string)json["prediction"]!, Is.EqualTo("extended"));
        Assert.That(json["reasons"]!.AsArray().Select(r => (string)r!), Has.Some.Contains("does not settle").And.Some.Contains("The law is elliptical"));
    }

    [Test]
    public void What_the_theory_assumes_and_is_not_so_is_noted()
    {
        using var generator = new Generator(6);
        // A random walk, lopsided: neither symmetric nor the same at every site.
        var walk = torch.randn(2000, Sites, generator: generator).cumsum(1);
        NpyFile.Write(InFolder("walk.npy"), (walk * 0.1).exp());
        var notes = Analyze("walk.npy").Json["warnings"]!.AsArray().Select(w => (string)w!).ToArray();
        Assert.That(notes, Has.Some.Contains("not symmetric").And.Some.Contains("not stationary on a ring"));
    }

    [Test]
    public void Photographs_make_two_classes_and_are_no_ring()
    {
        var photos = string.Join(' ', SamplePhotographs.Files);
        var json = Analyze($"{photos} --sites 20 --strides 3,1 --remove-mean example").Json;
        Assert.That(json["classes"]!.AsArray().Select(c => (string)c!["name"]!), Is.EqualTo(new[] { "photograph rows, stride 3", "photograph rows, stride 1" }));
        Assert.That((string)json["prediction"]!, Is.EqualTo("cannot tell"));
        Assert.That((string)json["reasons"]![0]!, Does.StartWith("Not stationary: "));
        Assert.That((string)json["classes"]![1]!["distance"]!, Is.EqualTo("line"));
    }

    [Test]
    public void What_is_printed_keeps_to_80_columns()
    {
        Save("x.npy", new Gaussian(Sites, 3), 7);
        var outcome = Torchrf.RunLine(Folder, "analyze x.npy");
        Assert.That(outcome.Out.Split('\n').Select(l => l.Length), Is.All.LessThanOrEqualTo(80), outcome.Out);
        Assert.That(outcome.Out, Does.Contain("Predicted: extended receptive fields").Or.Contain("These examples do not tell"));
    }

    [TestCase("x.npy x.npy", "x.npy: a second file of examples; give the other class with --class1")]
    [TestCase("x.npy --sites 20", "--sites is 20; it must be left out: --data file does not use it, but for LxL where rows are images")]
    [TestCase("x.npy --strides 2,1", "--strides is 2,1; it must be left out: --data file does not use it")]
    [TestCase("x.npy --class1 other.npy", "other.npy; it must be examples of as many sites as class 0 has, 20; it has 21")]
    [TestCase("x.npy --class1 text", "text: ")]
    [TestCase("few.npy", "few.npy: 5 examples are too few")]
    [TestCase("flat.npy", "flat.npy: examples have shape (examples, sites)")]
    [TestCase("damaged.pgm", "damaged.pgm: ")]
    [TestCase("narrow.pgm", "No photograph is 157 pixels wide")]
    [TestCase("narrow.pgm x.npy", "x.npy: examples among pictures; give either")]
    [TestCase("narrow.pgm --class1 x.npy", "--class1 is x.npy; it must be left out: --data photo does not use it")]
    [TestCase("narrow.pgm --strides 1,2", "--strides is 1,2; it must be decreasing")]
    public void Wrong_files_get_one_line(string line, string message)
    {
        Save("x.npy", new Gaussian(20, 1), 8, 50);
        Save("other.npy", new Gaussian(21, 1), 9, 50);
        Save("few.npy", new Gaussian(20, 1), 9, 5);
        NpyFile.Write(InFolder("flat.npy"), torch.zeros(10));
        File.WriteAllText(InFolder("text"), "hello");
        File.WriteAllText(InFolder("damaged.pgm"), "Pollock");
        File.WriteAllText(InFolder("narrow.pgm"), "P2 4 2 9 1 2 3 4 5 6 7 8");
        Torchrf.RunLine(Folder, "analyze " + line).CheckRefused(message);
    }
}
