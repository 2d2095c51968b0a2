using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

/// <summary>A run.json that is not what it claims to be is refused with its reason, or read as it is.</summary>
public sealed class DamagedRunTests : FileFixture
{
    private const int CountOfEach = 300;

    private int threads;

    [SetUp]
    public void KeepThreads() => threads = torch.get_num_threads();

    [TearDown]
    public void RestoreThreads() => torch.set_num_threads(threads);

    private static readonly string[] Worst =
    [
        "null", "true", "-1", "0", "1", "2", "3", "7", "0.5", "100", "1000", "99999", "1000000", "2147483647", "-2147483648", "9223372036854775807", "18446744073709551615",
        "1e308", "-1e308", "1e400", "1e-30", "1e-308", "1e-320", "\"\"", "\"x\"", "\"1\"", "\"\\u0000\"", "\"\\ud800\"", "\"cuda:4294967296\"", "\".\"", "{}", "[]", "[1]",
        "[1,2]", "[2,1]", "[0,0]", "[-1,-2]", "[0.5,0.5]", "[1,2,3]", "[10,10]", "[1,15]", "[1,1000]", "[1e308,1e308]", "[1e-308,1e-307]", "[1e-5,1e5]", "[1,null]", "[[1,2]]", "[\"\",\".\"]",
        "\"ising\"", "\"kur\"", "\"norta\"", "\"block\"", "\"pulse\"", "\"patches\"", "\"file\"", "\"sine\"", "\"cosine\"", "\"gap\"", "\"exponential\"", "\"bernoulli\"", "\"laplace\"",
        "\"shell\"", "\"own\"", "\"third-order\"", "\"committee\"", "\"convolutional\"", "\"gated\"", "\"autoencoder\"", "\"sparse-coding\"", "\"descent\"", "\"online\"", "\"cross-entropy\"", "\"trained\"", "\"lazy\"", "\"kl\"",
    ];

    private static IEnumerable<RunSettings> Runs()
    {
        var small = new RunSettings
        {
            Data = new IsingSettings { Sites = 16 },
            Training = new TrainingSettings { Inits = 3, Steps = 40, Batch = 20, Seed = 7 },
            Device = "cpu",
            Threads = 1,
        };
        yield return small;
        DataSettings[] others =
        [
            new NlgpSettings { Dimensions = 2 }, new KurSettings(), new NortaSettings(), new StudentTSettings(), new EllipticalSettings(), new PulseSettings(),
            new BlockSettings { Lengthscales = [1, 2] }, new PhotoSettings { Photos = ["none.pgm"] }, new FileSettings { Class0 = "none.npy" },
        ];
        foreach (var data in others)
            yield return small with { Data = data with { Sites = 16 } };
        yield return small with { Model = new ModelSettings { Model = "two-layer", Units = 4, Loss = Loss.CrossEntropy, Bias = UnitBias.Trained } };
    }

    private static string Text(RunSettings settings) => new JsonObject
    {
        ["schema"] = RunFolder.Schema, ["command"] = "train", ["settings"] = settings.ToJson(), ["environment"] = new JsonObject { ["torch"] = "1.13" },
    }.ToJsonString();

    [Test]
    public void Mutants_are_read_as_they_are_or_refused()
    {
        var mutants = Runs().SelectMany((run, i) => Mutants.Of(Encoding.UTF8.GetBytes(Text(run)), CountOfEach / 3, seed: i)
            .Concat(TokenMutants.Of(Text(run), CountOfEach - (CountOfEach / 3), seed: 100 + i)));
        CheckMutants(mutants, Read, Check, "run.json");
    }

    [Test]
    public void Every_setting_is_held_against_the_worst_values()
    {
        var runs = Runs().Select(run => JsonNode.Parse(Text(run))!.AsObject()).ToArray();
        var names = runs[0]["settings"]!.AsObject().Select(setting => setting.Key).ToArray();
        CheckMutants(names.SelectMany((name, n) => Worst.Select((value, v) =>
        {
            var run = runs[(n + v) % runs.Length].DeepClone();
            run["settings"]![name] = "here";
            return Encoding.UTF8.GetBytes(run.ToJsonString().Replace("\"here\"", value, StringComparison.Ordinal));
        })), Read, Check, "run.json");
    }

    private static void Check(RunSettings settings, byte[] bytes)
    {
        var read = settings.ToJson();
        foreach (var (name, said) in JsonNode.Parse(bytes)!["settings"]!.AsObject())
            Assert.That(Same(read[name], said), $"{name}: {read[name]} from {said}");
        Prepare(settings, predicts: bytes.Length % 2 == 0);
    }

    // As --config reads it.
    private static RunSettings Read(string path)
    {
        var settings = RunDocument.Read(path).Settings;
        try
        {
            return RunSettings.FromJson(settings);
        }
        catch (InvalidDataException e)
        {
            throw MalformedFile.Because(path, e.Message);
        }
    }

    // 1e0 is 1, and choices are read whatever their case.
    private static bool Same(JsonNode? read, JsonNode? said) => (read, said) switch
    {
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second)),
        (JsonValue a, JsonValue b) => string.Equals(a.ToJsonString(), b.ToJsonString(), StringComparison.OrdinalIgnoreCase)
            || (double.TryParse(a.ToJsonString(), out var x) && double.TryParse(b.ToJsonString(), out var y) && x == y),
        _ => read is null && said is null,
    };

    // What is read need not be possible; then it is said so. What is possible but large takes its time and room, and is not tried.
    private static void Prepare(RunSettings settings, bool predicts)
    {
        var data = settings.Data;
        if (Math.Max(data.Sites, settings.Training.Inits) > 200 || settings.Model.Units > 100 || data.OneAClass.Values.Count() > 100 || settings.Threads is > 2 and <= 4096)
            return;
        try
        {
            Ensemble.Of(settings, predicts: predicts).Initial.Dispose();
        }
        catch (Exception e) when (e is InvalidSettingException or InvalidDataException or NotSupportedException)
        {
            Assert.That(e.Message.Any(char.IsControl), Is.False, e.Message);
            Assert.That(e.Message, Has.Length.LessThan(2000));
        }
    }
}
