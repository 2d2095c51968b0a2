using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Runs;

public class RunSettingsTests
{
    [Test]
    public void Settings_survive_json_whole()
    {
        var settings = new RunSettings
        {
            Data = new DataSettings { Data = "nlgp", Sites = 17, Gain = 0.1 + 0.2, Lengthscales = [0.7, 2.5], Strides = [9, 2], Photos = ["a", "b"], Class0 = "x.npy",
                Kernel = "cosine", Frequency = 0.3, Quantile = "laplace", Steepness = 7, GaussianClone = true, Sampler = Sampler.Torch },
            Training = new TrainingSettings { Inits = 3, Steps = 7, Batch = 8, Lr = 1e-300, Seed = ulong.MaxValue, Streams = ExampleStreams.Own },
            Model = new ModelSettings
            {
                Model = "two-layer", Units = 7, Activation = Activation.ReLU, Bias = UnitBias.Trained, InitialBias = -0.1, Loss = Loss.CrossEntropy,
                Head = Head.Frozen, Scaling = HeadScaling.Lazy, ScaleInput = true, Sparsity = Sparsity.L1, SparsityStrength = 3, SparsityTarget = 0.2,
            },
            Theory = TheoryOrder.Taylor,
            Device = "cuda:1",
            Threads = 3,
        };
        var json = settings.ToJson();
        Assert.That(RunSettings.FromJson(JsonNode.Parse(json.ToJsonString())!.AsObject()).ToJson().ToJsonString(), Is.EqualTo(json.ToJsonString()));
        foreach (var name in new[] { "data", "couplings", "gain", "k", "lengthscales", "photos", "strides", "sites", "inits", "steps", "batch", "lr", "init_scale", "seed", "device", "theory", "threads", "initial_bias", "scale_input" })
            Assert.That(json.ContainsKey(name), name);
        foreach (var (name, value) in new[] { ("model", "two-layer"), ("activation", "relu"), ("loss", "cross-entropy"), ("scaling", "lazy"), ("sparsity", "l1") })
            Assert.That((string?)json[name], Is.EqualTo(value));
        Assert.That(RunSettings.FromJson(json).Model, Is.EqualTo(settings.Model));
    }

    [Test]
    public void A_run_from_before_there_were_models_is_of_the_neuron() =>
        Assert.That(RunSettings.FromJson(JsonNode.Parse("""{ "data": "nlgp", "lr": 0.1 }""")!.AsObject()).Model, Is.EqualTo(new ModelSettings()));

    // What a run wrote before there were tori, kernels and clones.
    [Test]
    public void Settings_of_an_older_run_mean_what_they_meant()
    {
        var json = new RunSettings().ToJson();
        foreach (var name in new[] { "dimensions", "kernel", "frequency", "quantile", "steepness", "gaussian_clone" })
            Assert.That(json.Remove(name), Is.True, name);
        var data = RunSettings.FromJson(json).Data;
        Assert.That((data.Dimensions, data.Kernel, data.GaussianClone), Is.EqualTo((1, "gaussian", false)));
    }

    [Test]
    public void A_run_that_does_not_say_what_made_its_examples_had_torch_make_them()
    {
        var json = new RunSettings { Data = new DataSettings { Gain = 7 } }.ToJson();
        Assert.That(RunSettings.FromRun(json).Data.Sampler, Is.EqualTo(Sampler.Auto));
        Assert.That(json.Remove("sampler"));
        Assert.That((RunSettings.FromRun(json).Data.Sampler, RunSettings.FromRun(json).Data.Gain), Is.EqualTo((Sampler.Torch, 7.0)));
        Assert.That(RunSettings.FromJson(json).Data.Sampler, Is.EqualTo(Sampler.Auto), "a plan need not say");
    }

    [TestCase("""{ "gian": 3 }""")]
    [TestCase("""{ "gain": "much" }""")]
    [TestCase("""{ "theory": "half" }""")]
    [TestCase("""{ "theory": 1 }""")]
    [TestCase("""{ "steps": 1e99 }""")]
    [TestCase("""{ "gain": 1e400 }""")]
    [TestCase("""{ "couplings": [0.3, -1e400] }""")]
    [TestCase("""{ "gain": "3" }""")]
    [TestCase("""{ "couplings": [0.3, null] }""")]
    [TestCase("""{ "sha256": [null] }""")]
    public void What_is_no_setting_is_refused(string json) =>
        Assert.That(() => RunSettings.FromJson(JsonNode.Parse(json)!.AsObject()), Throws.InstanceOf<InvalidDataException>());

    [Test]
    public void What_is_refused_is_shown_shortly()
    {
        var longName = new string('n', 100_000);
        foreach (var json in (JsonObject[])[new() { [longName] = 1 }, new() { ["theory"] = longName }, new() { ["gain"] = new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]) }])
            Assert.That(() => RunSettings.FromJson(json), Throws.InstanceOf<InvalidDataException>().With.Message.Length.LessThan(200));
    }

    [Test]
    public void A_setting_that_is_none_is_named() =>
        Assert.That(() => RunSettings.FromJson(new JsonObject { ["gian"] = 3 }), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("there is no setting 'gian'"));

    [Test]
    public void No_two_settings_have_one_name()
    {
        string[] names =
        [
            .. new[] { typeof(DataSettings), typeof(ModelSettings), typeof(TrainingSettings) }.SelectMany(part => part.GetProperties())
                .Where(p => p.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), false).Length == 0).Select(p => p.Name),
            nameof(RunSettings.Theory), nameof(RunSettings.Device), nameof(RunSettings.Threads),
        ];
        Assert.That(names, Is.Unique);
        Assert.That(new RunSettings().ToJson(), Has.Count.EqualTo(names.Length));
    }

    [Test]
    public void Parts_with_settings_of_one_name_are_refused() =>
        Assert.That(() => RunSettings.Flat(new { Lr = 1, Steps = 2 }, new { Lr = 3 }), Throws.ArgumentException.With.Message.Contains("lr"));
}
