using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Tests.Ica;
using TorchRf.Tests.Models;

namespace TorchRf.Tests.Cli;

/// <summary>A data model of one's own, with a setting of its own: one record, one line, and the program has its name, its option and its key in run.json; and models and contrasts alike.</summary>
public class OwnDataTests : FileFixture
{
    private sealed class Coins(int sites, double agreement) : IDataModel
    {
        private readonly IsingRing ring = new(sites, Math.Atanh((2 * agreement) - 1));

        public string Description => FormattableString.Invariant($"coins of which neighbours agree with probability {agreement}");

        public int Sites => sites;

        public ICovariance Covariance => ring.Covariance;

        public Marginal Marginal => ring.Marginal;

        public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => ring.Sample(examples, generator, dtype, into);
    }

    private sealed record CoinSettings() : DataSettings("coins")
    {
        [Setting("p0,p1,...", "Coins: how often neighbours agree, of each class")]
        public IReadOnlyList<double> Agreement { get; init; } = [0.6, 0.8];

        public override (string Setting, IEnumerable<object> Values) OneAClass => (nameof(Agreement), Agreement.Cast<object>());

        public override IReadOnlyList<IDataModel> Classes()
        {
            int sites = Ring("coins lie in a row");
            return PerClass(nameof(Agreement), Agreement, p => p is >= 0.5 and < 1, "probabilities from a half", p => new Coins(sites, p));
        }
    }

    private sealed record ShoutedSettings() : DataSettings("Dice")
    {
        public override IReadOnlyList<IDataModel> Classes() => [];
    }

    private static readonly Catalogue Own = Catalogue.Own with
    {
        Data = DataModels.All.With<CoinSettings>(),
        Networks = NetworkModels.All.With(new("competition", s => new NetworkModelsTests.Competition(s)) { Noun = "contest" }),
        Contrasts = [.. Contrast.All, new ContrastTests.Cauchy()],
    };

    private const string Small = "--sites 12 --inits 2 --batch 20 --steps 20 --threads 1 --device cpu --checkpoint-every 10";

    private Torchrf.Outcome Run(string line) => Torchrf.Run(Own, Folder, line.Split(' '));

    private JsonObject Settings(string run) => RunDocument.Read(InFolder(run + "/run.json")).Settings;

    [Test]
    public void It_is_compared_with_theory_from_the_command_line_to_the_picture()
    {
        Assert.That(Run($"compare --data coins --agreement 0.55,0.9 {Small} --out one").Code, Is.Zero);
        Assert.That(Directory.GetFiles(InFolder("one")).Select(Path.GetFileName), Is.SupersetOf(new[] { "run.json", "results.json", "weights.safetensors", "comparison.png" }));
        var settings = Settings("one");
        Assert.That((settings["data"]!.ToJsonString(), settings["agreement"]!.ToJsonString(), settings["gain"]!.ToJsonString()), Is.EqualTo(("\"coins\"", "[0.55,0.9]", "3")));
        Assert.That(settings.Select(s => s.Key).SkipWhile(key => key != "sha256").Take(3), Is.EqualTo(new[] { "sha256", "agreement", "model" }), "after those that all runs have");

        Assert.That(Run("compare --config one/run.json --out again").Code, Is.Zero);
        Assert.That(Settings("again").ToJsonString(), Is.EqualTo(settings.ToJsonString()));
        Assert.That(File.ReadAllBytes(InFolder("again/weights.safetensors")), Is.EqualTo(File.ReadAllBytes(InFolder("one/weights.safetensors"))));
        Assert.That(Run("compare --config one/run.json --out one --resume").Code, Is.Zero);

        Assert.That(RunSettings.FromRun(settings, Own).Data, Is.InstanceOf<CoinSettings>());
        Assert.That(() => RunSettings.FromRun(settings), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("data is coins; it must be ising,"), "who does not know it says so");
    }

    [Test]
    public void A_model_is_trained_from_the_command_line_to_the_picture()
    {
        var outcome = Run($"train --model competition --units 3 {Small} --out net");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Out, Does.Contain("contest of 3 ReLU units"));
        Assert.That(InFolder("net/fields.png"), Does.Exist);
        Assert.That(Run("train --config net/run.json --out net --resume").Code, Is.Zero);
        Run("train --model contest").CheckRefused("sparse-coding or competition.");
    }

    [Test]
    public void A_contrast_is_searched_with_from_the_command_line_to_the_picture()
    {
        var outcome = Run("ica --contrast cauchy --sites 12 --components 3 --examples 2000 --threads 1 --device cpu --out parts");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(Settings("parts")["contrast"]!.GetValue<string>(), Is.EqualTo("cauchy"));
        Assert.That(InFolder("parts/components.png"), Does.Exist);
        Run("ica --contrast tanh").CheckRefused("logcosh, exp, cube, sqrt-abs or cauchy.");
    }

    [Test]
    public void It_is_swept_over()
    {
        File.WriteAllText(InFolder("plan.json"), """
            { "common": { "data": "coins", "sites": 12, "inits": 2, "batch": 20, "steps": 10 }, "grid": { "agreement": [[0.55, 0.9], [0.6, 0.7]] } }
            """);
        Assert.That(Run("sweep plan.json --out sweep").Code, Is.Zero);
        Assert.That(File.ReadLines(InFolder("sweep/merged.csv")).Select(line => line.Contains("0.55", StringComparison.Ordinal)), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public void What_is_wrong_is_named()
    {
        Run("describe --data coins --agreement 0.6,2").CheckRefused("--agreement is 0.6,2; it must be two or more probabilities from a half.");
        Run("describe --agreement 0.6,0.7").CheckRefused("--agreement is 0.6,0.7; it must be left out: --data ising does not use it.");
        Run("compare --data coins --agreement 0.6,0.7,0.8").CheckRefused("--agreement is 0.6,0.7,0.8; it must be two values, for the theory covers two classes.");
        Run("describe --data dice").CheckRefused("file or coins.");
    }

    [Test]
    public void The_models_that_it_was_added_to_stay_as_they_were()
    {
        Assert.That(DataModels.All.Names, Has.None.EqualTo("coins"));
        Assert.That(Own.Data.With<CoinSettings>, Throws.ArgumentException, "the name is taken");
        Assert.That(Own.Data.With<ShoutedSettings>, Throws.ArgumentException, "the name is not in lower case");
    }
}
