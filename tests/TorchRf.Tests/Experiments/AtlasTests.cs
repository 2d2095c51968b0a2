using TorchRf.Data;
using TorchRf.Experiments.Atlas;
using TorchRf.Experiments.Measuring;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Experiments;

/// <summary>All explanations side by side: what is said of them, what they all see, and what is kept of them.</summary>
public sealed class AtlasTests : FileFixture
{
    private const int Sites = 40;

    // Fields of one site each, and fields that are white noise.
    private static FieldMeasures Population(int spots, int noise, ulong seed)
    {
        using var generator = new Generator(seed);
        var fields = torch.cat([torch.eye(Sites, dtype: ScalarType.Float64).repeat(1 + (spots / Sites), 1).narrow(0, 0, spots), torch.randn([noise, Sites], ScalarType.Float64, generator: generator)]);
        return FieldMeasures.Measure(new FieldPopulation("fields", fields, Lattice.Ring(Sites), GoesAround: true));
    }

    [TestCase("60,60,60", "0,0,0", Localizes.Most)]
    [TestCase("0,0,0", "60,60,60", Localizes.None)]
    [TestCase("15,15,15", "45,45,45", Localizes.Some)]
    [TestCase("30,30,30", "30,30,30", Localizes.CannotTell, Description = "half of them")]
    [TestCase("60,0,60", "0,60,0", Localizes.CannotTell, Description = "seeds disagree")]
    [TestCase("6,6,6", "0,0,0", Localizes.CannotTell, Description = "too few")]
    public void No_more_is_said_than_seeds_and_fields_allow(string spots, string noise, Localizes said)
    {
        using var scope = torch.NewDisposeScope();
        var seeds = spots.Split(',').Zip(noise.Split(',')).Select((n, i) => Population(int.Parse(n.First), int.Parse(n.Second), 3 + (ulong)i));
        Assert.That(new AtlasRow(AtlasMethods.All[0], [.. seeds]).Localizes, Is.EqualTo(said));
    }

    [TestCase("1.50,1.52,1.51", "more often than chance has it")]
    [TestCase("0.9,1.2,1.5", "as often, as far as can be told, as chance has it")]
    [TestCase("0.80,0.81,0.82", "less often than chance has it")]
    public void What_is_tied_or_so_by_construction_is_not_ranked(string near, string said)
    {
        using var scope = torch.NewDisposeScope();
        AtlasRow Row(string method, int spots, int noise) => new(AtlasMethods.All.Single(m => m.Name == method), [.. Enumerable.Range(1, 3).Select(seed => Population(spots, noise, (ulong)seed))]);
        double[] seeds = [.. near.Split(',').Select(double.Parse)];
        var outcome = new AtlasOutcome(new AtlasSettings(), Lattice.Ring(Sites), ["a", "b"], [Statistic.Of([1.2341, 1.2342, 1.2343]), Statistic.Of([0.5, 1, 1.5])],
            [Row("neuron", 60, 0), Row("committee", 0, 60), Row("ica", 60, 0), Row("pruned", 60, 0) with { Locality = Statistic.Of(seeds) }], []);
        Assert.That(outcome.Table.Select(row => row[outcome.Columns.ToList().IndexOf("localize")]), Is.EqualTo(new[] { "yes", "no", "yes", "built in" }));
        Assert.That(outcome.Answers[0], Does.Contain("most fields of single neuron").And.Contain("The fields of the pruned network have few weights by construction").And.Contain($"they lie near by {said}"));
        Assert.That(outcome.Answers[1], Does.Contain("1.2342 ± 0.0001").And.Contain("1.00 ± 0.29"), "by the first digit of the error");
        Assert.That(outcome.Answers[2], Does.Contain("cannot be told, of single neuron (1.000 ± 0.000), independent components (1.000 ± 0.000)").And.Not.Contain("pruned"));
    }

    [Test]
    public void Classes_are_whitened_together_and_stay_as_unlike_as_they_were()
    {
        using var scope = torch.NewDisposeScope();
        using var examples = new AtlasExamples(new AtlasSettings { Run = new RunSettings { Data = new GaussianSettings { Sites = 10, Lengthscales = [0.5, 1] }, Device = "cpu", Threads = 1 } });
        var covariances = examples.Draw(1).Select(x => x.mT.mm(x) / (double)x.shape[0]).ToArray();
        // 0.01 is added to each variance.
        var mean = (covariances[0] + covariances[1]) * 0.5;
        Assert.That((mean - torch.eye(10)).abs().max().item<float>(), Is.LessThan(0.04));
        // A constant varies more in the class of the longer lengthscale: by the ratio of the spectra there.
        var constant = torch.ones(10, 1);
        double Ratio(Tensor a, Tensor b) => (constant.mT.mm(b.to(ScalarType.Float32)).mm(constant) / constant.mT.mm(a.to(ScalarType.Float32)).mm(constant)).item<float>();
        var eye = torch.eye(10, dtype: ScalarType.Float64);
        Assert.That(Ratio(covariances[0], covariances[1]), Is.EqualTo(Ratio(examples.Task.Classes[0].Covariance.Times(eye), examples.Task.Classes[1].Covariance.Times(eye))).Within(3).Percent);
        Assert.That(examples.Draw(1)[0].eq(examples.Draw(1)[0]).all().item<bool>() && !examples.Draw(2)[0].allclose(examples.Draw(1)[0]));
    }

    [Test]
    public void What_is_done_stays_whatever_methods_and_seeds_join_it()
    {
        const string atlas = "atlas --data kur --k 3 --sites 8 --quick --threads 1 --out page";
        var alone = Torchrf.RunLine(Folder, $"{atlas} --methods ica --json").CheckDone().Json;
        string[] pieces = [.. Enumerable.Range(1, 3).Select(seed => InFolder($"page/pieces/ica-seed{seed}.safetensors"))];
        var written = pieces.Select(File.GetLastWriteTimeUtc).ToArray();
        Assert.That(((string)alone["methods"]![0]!["localize"]!, (int)alone["methods"]![0]!["fields"]!), Is.EqualTo(("yes", 24)));
        File.Delete(pieces[1]);
        var both = Torchrf.RunLine(Folder, $"{atlas} --methods ica,ingrosso-goldt").CheckDone().Out;
        Assert.That(both.ReplaceLineEndings(" "), Does.Contain("Who localizes: most fields of independent components (100 ± 5 % by IPR").And.Contain("Ingrosso-Goldt network"));
        Assert.That(pieces.Select(File.GetLastWriteTimeUtc).Index().Where(w => w.Item == written[w.Index]).Select(w => w.Index), Is.EqualTo(new[] { 0, 2 }));
        var results = JsonFile.ReadObject(InFolder("page/results.json"));
        Assert.That(results["methods"]![1]!["ipr"]!.ToJsonString(), Is.EqualTo(alone["methods"]![0]!["ipr"]!.ToJsonString()), "the piece that was lost came again");
        Assert.That(File.ReadAllText(InFolder("page/atlas.md")), Does.Contain("![Atlas: Kur, k = 3, ").And.Contain("| Independent components | 24 |"));
        Assert.That(File.Exists(InFolder("page/atlas.png")) && File.Exists(InFolder("page/atlas.svg")));
        Torchrf.RunLine(Folder, $"{atlas} --methods ica --seeds 4").CheckDone();
        Assert.That(pieces.Select(File.GetLastWriteTimeUtc).Index().Where(w => w.Item == written[w.Index]).Select(w => w.Index), Is.EqualTo(new[] { 0, 2 }));
        Torchrf.RunLine(Folder, atlas.Replace("--k 3", "--k 4", StringComparison.Ordinal)).CheckRefused("page");
    }

    [Test]
    public void Of_one_class_what_tells_two_apart_is_left_out_and_named()
    {
        using var generator = new Generator(1);
        using var task = new KurSettings { Sites = 8, K = 3 }.Task();
        NpyFile.Write(InFolder("a.npy"), task.Sample(1, 2000, generator));
        Torchrf.RunLine(Folder, "atlas --class0 a.npy --quick --methods neuron").CheckRefused("--methods is neuron; it must be one that can look at these data: it learns to tell two classes apart, and there is one.");
        var page = Torchrf.RunLine(Folder, "atlas --class0 a.npy --quick --threads 1 --methods neuron,ica --json").CheckDone().Json;
        Assert.That((string)page["left_out"]![0]!["name"]!, Is.EqualTo("neuron"));
        Assert.That((string)page["answers"]![1]!, Does.EndWith("so that only higher moments are left to learn from."));
    }
}
