using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

public class RunSettingsTests
{
    [Test]
    public void Settings_survive_json_whole()
    {
        var settings = new RunSettings
        {
            Data = new DataSettings { Data = "nlgp", Sites = 17, Gain = 0.1 + 0.2, Lengthscales = [0.7, 2.5], Strides = [9, 2], Photos = ["a", "b"], Class0 = "x.npy" },
            Training = new TrainingSettings { Inits = 3, Steps = 7, Batch = 8, Lr = 1e-300, Seed = ulong.MaxValue, Streams = Streams.Own },
            Theory = TheoryOrder.Taylor,
            Device = "cuda:1",
            Threads = 3,
        };
        var json = settings.ToJson();
        Assert.That(RunSettings.FromJson(JsonNode.Parse(json.ToJsonString())!.AsObject()).ToJson().ToJsonString(), Is.EqualTo(json.ToJsonString()));
        foreach (var name in new[] { "data", "couplings", "gain", "k", "lengthscales", "photos", "strides", "sites", "inits", "steps", "batch", "lr", "init_scale", "seed", "device", "theory", "threads" })
            Assert.That(json.ContainsKey(name), name);
    }

    [TestCase("""{ "gian": 3 }""")]
    [TestCase("""{ "gain": "much" }""")]
    [TestCase("""{ "theory": "half" }""")]
    [TestCase("""{ "theory": 1 }""")]
    [TestCase("""{ "steps": 1e99 }""")]
    public void What_is_no_setting_is_refused(string json) =>
        Assert.That(() => RunSettings.FromJson(JsonNode.Parse(json)!.AsObject()), Throws.InstanceOf<InvalidDataException>());
}
