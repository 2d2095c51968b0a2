using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

public sealed class RunFolderTests : FileFixture
{
    private static readonly JsonObject Settings = new() { ["lr"] = 0.1 };

    private string Run => InFolder("run");

    private RunFolder Create() => RunFolder.Create(Run, "train", Settings, []);

    [Test]
    public void A_run_that_is_done_anew_does_not_stand_beside_the_results_of_the_one_before()
    {
        using (var first = Create())
        {
            first.Write("results.json", new JsonObject());
            first.Save(new Checkpoint(0, new Dictionary<string, Tensor>(), [], "sgd"));
            first.Write("weights.safetensors", new Dictionary<string, Tensor>());
            foreach (var extension in new[] { "png", "svg", "pdf", "csv" })
                File.WriteAllText(first.InFolder("fields." + extension), "a picture");
            File.WriteAllText(first.InFolder("notes.csv"), "somebody's own");
            File.WriteAllText(first.InFolder("notes.png"), "somebody's own");
            Directory.CreateDirectory(first.InFolder("pieces"));
            File.WriteAllText(first.InFolder("pieces/results.json"), "is gone on with");
        }
        using var second = Create();
        Assert.That(Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Run, f).Replace('\\', '/')).Where(f => !f.StartsWith('.')),
            Is.EquivalentTo(new[] { "run.json", "notes.csv", "notes.png", "pieces/results.json" }));
    }

    [TestCase(null, true)]
    [TestCase("{", false, Description = "damaged: it is started anew")]
    public void A_run_that_is_gone_on_with_keeps_what_it_has(string? run, bool keeps)
    {
        var told = new List<string>();
        RunFolder GoOn() => RunFolder.GoOn(Run, "train", Settings, [], damaged: told.Add);
        using (var first = GoOn())
            first.Write("results.json", new JsonObject());
        if (run is not null)
            File.WriteAllText(Path.Combine(Run, "run.json"), run);
        using (var second = GoOn())
            Assert.That(File.Exists(second.InFolder("results.json")), Is.EqualTo(keeps));
        Assert.That(told, Has.Count.EqualTo(keeps ? 0 : 1));
        using var third = RunFolder.Resume(Run, "train", Settings);
        Assert.That(() => GoOn(), Throws.TypeOf<FolderInUseException>());
    }

    [Test]
    public void What_is_known_only_later_is_noted_beside_the_settings_and_changes_none()
    {
        Directory.CreateDirectory(Run);
        const string older = """{ "schema": 1, "command": "train", "settings": { "lr": 0.1 } }""";
        File.WriteAllText(Path.Combine(Run, "run.json"), older);
        for (int time = 0; time < 2; time++)
        {
            using var run = RunFolder.Resume(Run, "train", Settings);
            run.Note(("sampling", "torch"), ("gradient", "autograd"));
            var noted = JsonNode.Parse(File.ReadAllText(run.InFolder("run.json")))!.AsObject();
            Assert.That(noted["environment"]!.ToJsonString(), Is.EqualTo("""{"sampling":"torch","gradient":"autograd"}"""));
            noted.Remove("environment");
            Assert.That(JsonNode.DeepEquals(noted, JsonNode.Parse(older)), "it is still what the earlier version wrote");
            run.Save(new Checkpoint(0, new Dictionary<string, Tensor>(), [], "sgd"));
            Assert.That((string?)run.Latest()!.Run!.Environment["gradient"], Is.EqualTo("autograd"), "a checkpoint explains itself too");
        }
    }
}
