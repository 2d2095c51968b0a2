using TorchRf.IO;

namespace TorchRf.Tests.IO;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
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

    [Test]
    public void One_whole_newest_is_enough()
    {
        Save(10, 20);
        Damage(20, "flipped");
        Save(30);
        Assert.That(Steps, Is.EqualTo(new long[] { 30, 20 }));
    }

    [Test]
    public void A_file_that_was_renamed_is_passed_over()
    {
        Save(10, 20);
        File.Move(Kept.FileOf(20), Kept.FileOf(90));
        var told = new List<string>();
        Assert.That(Kept.Latest(told.Add)!.Step, Is.EqualTo(10));
        Assert.That(told, Is.EqualTo(new[] { Kept.FileOf(90) + ": its step is not the one its name says" }));
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
