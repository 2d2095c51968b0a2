using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class CheckpointFileTests : FileFixture
{
    private static readonly RunDocument Run = new("train", new JsonObject { ["lr"] = 0.1, ["λ"] = "\"quoted\"" }, new JsonObject { ["torch"] = "1.13.0" });

    private string File1 => InFolder("c.safetensors");

    private static Checkpoint Checkpoint(long step = 20) => new(
        step, new Dictionary<string, Tensor> { ["model.weight"] = torch.arange(6, dtype: ScalarType.Float32).reshape(2, 3), ["generator"] = torch.zeros(5, dtype: ScalarType.Byte) },
        [new SnapshotMetrics(0, 0.5, 0.5), new SnapshotMetrics(7, 0.25, null)], "sgd, lr 0.1");

    private static Dictionary<string, string> Metadata() => new()
    {
        ["schema"] = "2", ["step"] = "20", ["optimizer"] = "sgd", ["metrics"] = "[]", ["command"] = "train", ["settings"] = "{}", ["environment"] = "{}",
    };

    private void WriteWith(string name, string? value)
    {
        var metadata = Metadata();
        metadata.Remove(name);
        if (value is not null)
            metadata[name] = value;
        SafeTensors.Write(File1, Checkpoint().Tensors, metadata, checksum: true);
    }

    [Test]
    public void Gives_back_what_was_written_and_explains_itself()
    {
        CheckpointFile.Write(File1, Checkpoint(), Run);
        CheckpointFile.Verify(File1);
        var back = CheckpointFile.Read(File1);
        Assert.That(back.Step, Is.EqualTo(20));
        Assert.That(back.Optimizer, Is.EqualTo("sgd, lr 0.1"));
        Assert.That(back.Metrics, Is.EqualTo(Checkpoint().Metrics));
        Assert.That(BytesOf(back.Tensors["model.weight"]), Is.EqualTo(BytesOf(Checkpoint().Tensors["model.weight"])));
        var (_, _, _, run) = CheckpointFile.Parse(File1, SafeTensors.Examine(File1).Metadata, hasChecksum: true);
        Assert.That(run!.Command, Is.EqualTo("train"));
        Assert.That(JsonNode.DeepEquals(run.Settings, Run.Settings) && JsonNode.DeepEquals(run.Environment, Run.Environment));
    }

    [Test]
    public void A_flip_of_any_byte_anywhere_is_found()
    {
        CheckpointFile.Write(File1, Checkpoint(), Run);
        var whole = File.ReadAllBytes(File1);
        for (int at = 0; at < whole.Length; at++)
        {
            foreach (byte flip in (byte[])[0x01, 0x20, 0x80, 0xff])
            {
                var flipped = (byte[])whole.Clone();
                flipped[at] ^= flip;
                File.WriteAllBytes(File1, flipped);
                CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1), $"byte {at}, {flip}"), File1);
                CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Verify(File1), $"byte {at}, {flip}"), File1);
            }
        }
        foreach (var length in Enumerable.Range(0, whole.Length))
        {
            File.WriteAllBytes(File1, whole[..length]);
            CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Verify(File1)), File1);
        }
    }

    // The five lines of checkpoints/README.md.
    [Test]
    public void Python_verifies_it_as_the_readme_says()
    {
        CheckpointFile.Write(File1, Checkpoint(), Run);
        Numpy.Run(Folder, """
            import hashlib, re
            whole = open("c.safetensors", "rb").read()
            stated = re.search(rb'"torchrf_sha256":"([0-9a-f]{64})"', whole)
            zeroed = whole[:stated.start(1)] + b"0" * 64 + whole[stated.end(1):]
            assert hashlib.sha256(zeroed).hexdigest().encode() == stated[1]
            """);
    }

    [Test]
    public void A_decoy_of_the_checksum_changes_nothing()
    {
        var metadata = new Dictionary<string, string> { ["a"] = "\"torchrf_sha256\":\"" + new string('1', 64) + "\"", ["torchrf_sha256"] = "mine" };
        SafeTensors.Write(File1, new Dictionary<string, Tensor> { ["torchrf_sha256"] = torch.zeros(1) }, metadata, checksum: true);
        Assert.That(SafeTensors.Examine(File1).ChecksumHolds, Is.True);
        Assert.That(SafeTensors.Read(File1).Metadata.Keys, Is.EqualTo(new[] { "a" }));
        metadata["torchrf_sha256"] = new string('0', 64);
        SafeTensors.Write(File1, new Dictionary<string, Tensor>(), metadata);
        Assert.That(SafeTensors.Examine(File1).ChecksumHolds, Is.False);
        Assert.That(() => SafeTensors.Read(File1), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("its checksum does not hold"));
    }

    [TestCase("schema", null, "not a checkpoint (its schema is missing)")]
    [TestCase("schema", "3", "its schema 3 is newer than 2")]
    [TestCase("schema", "two", "its schema is 'two'")]
    [TestCase("schema", "99999999999999999999", "its schema is")]
    [TestCase("step", "-1", "its step is '-1'")]
    [TestCase("step", null, "its step is missing")]
    [TestCase("metrics", null, "metrics: not valid JSON")]
    [TestCase("metrics", "{}", "its metrics are not a list")]
    [TestCase("metrics", "[null]", "its metrics are not of increasing steps")]
    [TestCase("metrics", """[{"Step":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":"1","Loss":1,"Accuracy":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":1e99,"Loss":1,"Accuracy":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":1,"Loss":1e999,"Accuracy":1}]""", "is too large")]
    [TestCase("metrics", """[{"Step":1,"Loss":null,"Accuracy":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":1,"Loss":1,"Accuracy":1},{"Step":1,"Loss":1,"Accuracy":1}]""", "its metrics are not of increasing steps up to 20")]
    [TestCase("metrics", """[{"Step":21,"Loss":1,"Accuracy":1}]""", "its metrics are not of increasing steps up to 20")]
    [TestCase("metrics", """[{"Step":-1,"Loss":1,"Accuracy":1}]""", "its metrics are not of increasing steps up to 20")]
    [TestCase("metrics", """[{"\ud800":1}]""", "not valid Unicode")]
    [TestCase("settings", "[]", "its settings are not a JSON object")]
    [TestCase("settings", """{"a":1,"a":2}""", "settings: not valid JSON")]
    [TestCase("settings", """{"a":"\ud800"}""", "settings: has a text that is not valid Unicode")]
    [TestCase("environment", "null", "its environment are not a JSON object")]
    public void Metadata_that_cannot_be_are_refused(string name, string? value, string reason)
    {
        WriteWith(name, value);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1)), File1, reason);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Verify(File1)), File1, reason);
    }

    [Test]
    public void A_deep_or_long_document_is_refused()
    {
        WriteWith("settings", new string('[', 100_000));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1)), File1, "settings: not valid JSON");
    }

    [Test]
    public void The_checksum_cannot_get_lost()
    {
        SafeTensors.Write(File1, Checkpoint().Tensors, Metadata());
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1)), File1, "it has lost its checksum");
    }

    [Test]
    public void A_file_of_schema_1_needs_none()
    {
        var metadata = Metadata();
        metadata["schema"] = "1";
        metadata.Remove("settings");
        SafeTensors.Write(File1, Checkpoint().Tensors, metadata);
        CheckpointFile.Verify(File1);
        Assert.That(CheckpointFile.Read(File1).Step, Is.EqualTo(20));
    }
}
