using System.Security.Cryptography;
using System.Text;
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
            Data = new NlgpSettings { Sites = 17, Gain = 0.1 + 0.2, Lengthscales = [0.7, 2.5], KernelName = "cosine", Frequency = 0.3, GaussianClone = true, Sampler = Sampler.Torch },
            Training = new TrainingSettings { Inits = 3, Steps = 7, Batch = 8, Lr = 1e-300, Seed = ulong.MaxValue, Streams = ExampleStreams.Own },
            Model = new ModelSettings
            {
                Model = "two-layer", Units = 7, Activation = Activation.ReLU, Bias = UnitBias.Trained, InitialBias = -0.1, Loss = Loss.CrossEntropy,
                Head = Head.Frozen, Scaling = HeadScaling.Lazy, ScaleInput = true, Sparsity = Sparsity.L1, SparsityStrength = 3, SparsityTarget = 0.2,
            },
            Theory = EffectiveTheory.ThirdOrder,
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
        Assert.That((data.Name, data.Dimensions, data.GaussianClone), Is.EqualTo(("ising", 1, false)));
    }

    [Test]
    public void A_run_that_does_not_say_what_made_its_examples_had_torch_make_them()
    {
        var json = new RunSettings { Data = new NlgpSettings { Gain = 7 } }.ToJson();
        Assert.That(RunSettings.FromRun(json).Data.Sampler, Is.EqualTo(Sampler.Auto));
        Assert.That(json.Remove("sampler"));
        Assert.That((RunSettings.FromRun(json).Data.Sampler, ((NlgpSettings)RunSettings.FromRun(json).Data).Gain), Is.EqualTo((Sampler.Torch, 7.0)));
        Assert.That(RunSettings.FromJson(json).Data.Sampler, Is.EqualTo(Sampler.Auto), "a plan need not say");
    }

    // What a run of an earlier version did not say: rows less their own means, files scaled together, classes as given.
    [TestCase("""{ "data": "photo", "photos": ["a.pgm"] }""", "example", "all", "given")]
    [TestCase("""{ "data": "patches", "photos": ["a.pgm"], "sites": 144, "dimensions": 2 }""", "example", "all", "given")]
    [TestCase("""{ "data": "file", "class0": "a.npy", "class1": "b.npy" }""", "class", "all", "given")]
    [TestCase("""{ "data": "file", "class0": "a.npy", "class1": "b.npy", "standardize": "site", "order": "lengthscale" }""", "class", "site", "lengthscale")]
    public void Own_data_of_an_earlier_run_are_prepared_as_they_were(string json, string mean, string standardize, string order)
    {
        var run = RunSettings.FromRun(JsonNode.Parse(json)!.AsObject()).ToJson();
        Assert.That(((string?)run["remove_mean"], (string?)run["standardize"], (string?)run["order"], (double?)run["taper"], (string?)run["sampler"]), Is.EqualTo((mean, standardize, order, 0.0, "torch")));
    }

    [TestCase("""{ "gian": 3 }""", "there is no setting 'gian'")]
    [TestCase("""{ "gain": "much" }""")]
    [TestCase("""{ "theory": "half" }""")]
    [TestCase("""{ "steps": 1e99 }""")]
    [TestCase("""{ "gain": 1e400 }""")]
    [TestCase("""{ "couplings": [0.3, null] }""")]
    [TestCase("""{ "sha256": [null] }""")]
    public void What_is_no_setting_is_refused(string json, string reason = "") =>
        Assert.That(() => RunSettings.FromJson(JsonNode.Parse(json)!.AsObject()), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(reason));

    [Test]
    public void What_is_refused_is_shown_shortly()
    {
        var longName = new string('n', 100_000);
        foreach (var json in (JsonObject[])[new() { [longName] = 1 }, new() { ["theory"] = longName }, new() { ["gain"] = new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]) }])
            Assert.That(() => RunSettings.FromJson(json), Throws.InstanceOf<InvalidDataException>().With.Message.Length.LessThan(200));
    }

    [TestCaseSource(nameof(EveryData))]
    public void No_two_settings_have_one_name(DataSettings data)
    {
        Assert.That(() => new RunSettings { Data = data }.ToJson(), Throws.Nothing);
        Assert.That(Setting.Of(data).Concat(Setting.Of(new ModelSettings())).Concat(Setting.Of(new TrainingSettings())).Concat(Setting.Of(new RunSettings())).Select(s => s.Option), Is.Unique);
    }

    private static IEnumerable<DataSettings> EveryData => DataModels.All.Settings;

    // Recorded from version 0.1.0: the names of runs' folders, and of sweeps' runs, which count on the order and on what is written of settings that are not used.
    [TestCase("""{}""", "752c37e318f6e3cc", "a56ee3f1f45a7885")]
    [TestCase("""{ "couplings": [0.1, 0.2, 1], "sampler": "torch", "gaussian_clone": true }""", "b8b78a6898a1b3f9", "141b2b650204806c")]
    [TestCase("""{ "data": "nlgp", "gain": 0.30000000000000004, "sites": 900, "dimensions": 2, "kernel": "exponential" }""", "dd22b46d1b32a7e0", "9c004f109071398b")]
    [TestCase("""{ "data": "kur", "k": 6, "lengthscales": [0.5, 2.5, 9] }""", "4971f497b432bcdb", "d7c79a1117a34cd0")]
    [TestCase("""{ "data": "gaussian", "kernel": "cosine", "frequency": 0.1, "theory": "taylor" }""", "9302cddad9e02bbc", "52b525c9cc2d4b21")]
    [TestCase("""{ "data": "norta", "quantile": "bernoulli", "steepness": 12, "k": 3 }""", "4550bd79522d42e5", "bd43836321a25b45")]
    [TestCase("""{ "data": "student-t", "nu": 2.5, "device": "cpu", "seed": 18446744073709551615 }""", "aff5b7ea652229fa", "c45302d9d75a7efb")]
    [TestCase("""{ "data": "elliptical", "radial": "shell", "init_scale": 1e-20, "streams": "own" }""", "8aa29b19cc739590", "5656130891df5877")]
    [TestCase("""{ "data": "pulse", "shortest": [1, 2], "lengthscales": [3, 6] }""", "f3e6680eb69e09aa", "eebf8d1ad4ac68a7")]
    [TestCase("""{ "data": "block", "lengthscales": [2, 8], "model": "two-layer", "units": 7, "loss": "cross-entropy", "scaling": "lazy" }""", "d230c5e3b9132c21", "63d7b98b54163523")]
    [TestCase("""{ "data": "patches", "sites": 144, "dimensions": 2, "whiten": true, "photos": ["a.pgm"], "strides": [5, 2], "sha256": ["00"], "remove_mean": "example", "order": "given" }""", "dfe26a275ba0fe68", "f7849c66d448280c")]
    [TestCase("""{ "data": "patches", "sites": 144, "dimensions": 2, "whiten": "zca", "photos": ["a.pgm"], "strides": [5, 2], "sha256": ["00"], "remove_mean": "example", "order": "given" }""", "dfe26a275ba0fe68", "f7849c66d448280c")]
    [TestCase("""{ "data": "photo", "strides": [9, 3, 1], "photos": ["a.pgm", "b.pgm"], "remove_mean": "example", "order": "given", "model": "autoencoder", "sparsity": "kl", "sparsity_target": 0.1, "bias": "trained", "initial_bias": -1 }""", "bdcf99108ebae45d", "d9d9f2cc489b09dc")]
    [TestCase("""{ "data": "file", "class0": "a.npy", "class1": "b.npy", "sha256": ["00", "01"], "standardize": "all", "order": "given", "lr": 1e-5, "batch": 10 }""", "be1777adda346dc6", "71d7203fa8414b6c")]
    public void Runs_are_known_by_the_names_that_they_had(string given, string ofFolder, string ofSweep)
    {
        var identity = (RunSettings.FromJson(JsonNode.Parse(given)!.AsObject()) with { Threads = 2 }).Identity();
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToJsonString())))[..16], Is.EqualTo(ofFolder));
        Assert.That(TorchRf.IO.CanonicalJson.Digest(identity)[..16], Is.EqualTo(ofSweep));
    }

    [TestCase("false", "false")]
    [TestCase("\"none\"", "false")]
    [TestCase("\"zca\"", "true")]
    [TestCase("\"pca\"", "\"pca\"")]
    [TestCase("\"olshausen\"", "\"olshausen\"")]
    [TestCase("\"true\"", null)]
    [TestCase("1", null)]
    public void Whitening_is_a_flag_or_a_word(string said, string? written)
    {
        RunSettings Read() => RunSettings.FromJson(new JsonObject { ["data"] = "patches", ["whiten"] = JsonNode.Parse(said) });
        if (written is null)
            Assert.That(Read, Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo($"the settings cannot be read: whiten cannot be '{said}'"));
        else
            Assert.That(Read().ToJson()["whiten"]!.ToJsonString(), Is.EqualTo(written));
    }

    [TestCase("""{ "data": "ising", "gain": 3.0, "lengthscales": [1, 3], "class0": null }""", null)]
    [TestCase("""{ "data": "kur", "gain": 7 }""", "gain is '7', and kur data do not use it; nlgp, adjusted do")]
    [TestCase("""{ "k": 6 }""", "k is '6', and ising data do not use it; kur, norta do")]
    [TestCase("""{ "data": "mnist" }""", "data is mnist; it must be ising,")]
    public void Settings_of_other_data_stand_at_their_defaults(string json, string? refused) =>
        Assert.That(() => RunSettings.FromJson(JsonNode.Parse(json)!.AsObject()),
            refused is null ? Throws.Nothing : Throws.InstanceOf<InvalidDataException>().With.Message.Contains("the settings cannot be read: " + refused));

    // Today's words mean the same and make the same names.
    [TestCase("full", "lemma")]
    [TestCase("taylor", "third-order")]
    public void A_theory_is_known_by_its_first_name(string old, string today)
    {
        var (before, now) = (RunSettings.FromJson(new() { ["theory"] = old }), RunSettings.FromJson(new() { ["theory"] = today }));
        Assert.That((string)before.ToJson()["theory"]!, Is.EqualTo(today));
        Assert.That(now.ToJson().ToJsonString(), Is.EqualTo(before.ToJson().ToJsonString()));
        Assert.That((string)now.Identity()["theory"]!, Is.EqualTo(old));
    }

    [Test]
    public void Parts_with_settings_of_one_name_are_refused() =>
        Assert.That(() => RunSettings.Flat(new TrainingSettings(), new TrainingSettings()), Throws.ArgumentException.With.Message.Contains("inits"));
}
