using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

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
    [TestCase("step", "-1", "its step is '-1'")]
    [TestCase("metrics", null, "metrics: not valid JSON")]
    [TestCase("metrics", "{}", "its metrics are not a list")]
    [TestCase("metrics", "[null]", "its metrics are not of increasing steps")]
    [TestCase("metrics", """[{"Step":1e99,"Loss":1,"Accuracy":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":1,"Loss":1e999,"Accuracy":1}]""", "is too large")]
    [TestCase("metrics", """[{"Step":1,"Loss":null,"Accuracy":1}]""", "its metrics are not a list")]
    [TestCase("metrics", """[{"Step":1,"Loss":1,"Accuracy":1},{"Step":1,"Loss":1,"Accuracy":1}]""", "its metrics are not of increasing steps up to 20")]
    [TestCase("metrics", """[{"Step":21,"Loss":1,"Accuracy":1}]""", "its metrics are not of increasing steps up to 20")]
    [TestCase("settings", "[]", "its settings are not a JSON object")]
    [TestCase("settings", """{"a":1,"a":2}""", "settings: not valid JSON")]
    [TestCase("settings", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "settings: not valid JSON", Description = "deep")]
    [TestCase("settings", """{"a":"\ud800"}""", "settings: has a text that is not valid Unicode")]
    [TestCase("environment", "null", "its environment are not a JSON object")]
    public void Metadata_that_cannot_be_are_refused(string name, string? value, string reason)
    {
        WriteWith(name, value);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1)), File1, reason);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Verify(File1)), File1, reason);
    }

    [Test]
    public void The_checksum_cannot_get_lost()
    {
        SafeTensors.Write(File1, Checkpoint().Tensors, Metadata());
        CheckRefusal(Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(File1)), File1, "it has lost its checksum");
    }
}

public class KeptCheckpointsTests : FileFixture
{
    private static readonly RunDocument Run = new("train", [], []);

    private KeptCheckpoints Kept => new(Folder);

    private long[] Steps => [.. Kept.Files().Select(f => f.Step)];

    private static Checkpoint At(long step) => new(step, new Dictionary<string, Tensor> { ["w"] = torch.full([40], step) }, [], "sgd");

    private void Save(params long[] steps)
    {
        foreach (var step in steps)
            Kept.Save(At(step), Run);
    }

    // In the elements, where only the checksum can find it; empty; cut; text.
    private void Damage(long step, string how)
    {
        var file = Kept.FileOf(step);
        var whole = File.ReadAllBytes(file);
        if (how == "flipped")
            whole[^3] ^= 4;
        File.WriteAllBytes(file, how switch { "empty" => [], "cut" => whole[..^20], "text" => "hello"u8.ToArray(), _ => whole });
    }

    [Test]
    public void The_newest_two_are_kept()
    {
        Save(10, 20, 30);
        // By steps, never by the times of files: clocks go wrong.
        File.SetLastWriteTimeUtc(Kept.FileOf(30), new DateTime(1987, 6, 5, 4, 3, 2, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(Kept.FileOf(20), new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That(Steps, Is.EqualTo(new long[] { 30, 20 }));
        Assert.That(Kept.Latest()!.Step, Is.EqualTo(30));
        Assert.That(Kept.Latest(before: 30)!.Step, Is.EqualTo(20));
        Assert.That(Kept.Latest(before: 20), Is.Null);
        Kept.Remove();
        Assert.That(Directory.GetFiles(Folder), Is.Empty);
    }

    [TestCase("flipped")]
    [TestCase("empty")]
    [TestCase("cut")]
    [TestCase("text")]
    public void A_damaged_newest_is_named_and_the_one_before_it_used(string how)
    {
        Save(10, 20);
        Damage(20, how);
        var told = new List<string>();
        Assert.That(Kept.Latest(told.Add)!.Step, Is.EqualTo(10));
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0], Does.StartWith(Kept.FileOf(20) + ": ").And.Not.Contain('\n'));
        Assert.That(Steps, Is.EqualTo(new long[] { 20, 10 }), "to look removes nothing");
    }

    // A run that goes on from before damaged ones must not lose what it writes to them.
    [Test]
    public void The_last_whole_one_stays_where_the_newest_two_are_damaged()
    {
        Save(40, 50);
        Damage(40, "flipped");
        Damage(50, "cut");
        Save(20, 30);
        Assert.That(Steps, Is.EqualTo(new long[] { 50, 40, 30 }));
        Assert.That(Kept.Latest()!.Step, Is.EqualTo(30));
        Save(40);
        Assert.That(Steps, Is.EqualTo(new long[] { 50, 40 }), "one of the newest two is whole again");
        Save(50, 60);
        Assert.That(Steps, Is.EqualTo(new long[] { 60, 50 }));
    }

    // Neither a file that was renamed nor another run's makes those that are this run's superfluous.
    [TestCase("renamed")]
    [TestCase("another's")]
    public void What_was_just_written_and_can_be_used_stays_behind_newer_files_that_cannot(string how)
    {
        var own = new KeptCheckpoints(Folder, run => run.Command == "train");
        if (how == "renamed")
        {
            Save(1, 2);
            File.Move(Kept.FileOf(1), Kept.FileOf(80));
            File.Move(Kept.FileOf(2), Kept.FileOf(90));
        }
        else
            foreach (var step in (long[])[80, 90])
                Kept.Save(At(step), Run with { Command = "compare" });
        own.Save(At(10), Run);
        own.Save(At(20), Run);
        var told = new List<string>();
        Assert.That(own.Latest(told.Add)!.Step, Is.EqualTo(20));
        Assert.That(told, Has.Count.EqualTo(2).And.All.Contains(how == "renamed" ? "its step is not" : "it is of a run with other settings"));
        Assert.That(Steps, Is.EqualTo(new long[] { 90, 80, 20 }));
    }

    [Test]
    public void Other_files_are_none()
    {
        foreach (var name in new[] { "checkpoint-.safetensors", "checkpoint--1.safetensors", "checkpoint-1x.safetensors", "checkpoint-99999999999999999999.safetensors", "weights.safetensors" })
            File.WriteAllText(InFolder(name), "mine");
        Save(1, 2, 3);
        Assert.That(Steps, Is.EqualTo(new long[] { 3, 2 }));
        Kept.Remove();
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(5));
    }
}
