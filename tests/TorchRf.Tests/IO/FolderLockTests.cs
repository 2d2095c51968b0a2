using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

/// <summary>One at a time works in a run's folder, and what killed ones leave is in nobody's way.</summary>
public class FolderLockTests : FileFixture
{
    private const string Leftover = ".torchrf-0123456789abcdef.tmp";

    private static JsonObject Settings => new() { ["lr"] = 0.1 };

    private string Run => InFolder("run");

    private RunFolder Create() => RunFolder.Create(Run, "train", Settings, []);

    private string[] Names => [.. Directory.GetFiles(Run).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Test]
    public void The_second_is_refused_by_name_and_changes_nothing()
    {
        using var first = Create();
        var before = Names;
        foreach (var second in (Action[])[() => Create().Dispose(), () => RunFolder.Resume(Run, "train", Settings).Dispose()])
        {
            var refusal = Assert.Throws<FolderInUseException>(() => second());
            Assert.That(refusal.Message, Is.EqualTo(
                $"out is {Run}; it must be a folder that is not in use, and process {Environment.ProcessId} on {Environment.MachineName} works in this one."));
        }
        Assert.That(Names, Is.EqualTo(before));
    }

    [Test]
    public void After_the_first_comes_the_second()
    {
        Create().Dispose();
        Assert.That(Names, Is.EqualTo(new[] { ".lock", "run.json" }), "the lock stays, its holder does not");
        using (RunFolder.Resume(Run, "train", Settings))
            Assert.That(() => FolderLock.Take(Run), Throws.InstanceOf<InvalidSettingException>());
        var once = Create();
        once.Dispose();
        once.Dispose();
        using var again = Create();
        Assert.That(() => Create(), Throws.InstanceOf<InvalidSettingException>(), "the one disposed of twice took nothing with it");
    }

    [TestCase("")]
    [TestCase("x y")]
    [TestCase("4711 a\u001bb")]
    public void A_holder_that_cannot_be_told_is_another_process(string written)
    {
        using var first = Create();
        File.WriteAllText(Path.Combine(Run, ".lock-holder"), written);
        Assert.That(() => Create(), Throws.InstanceOf<InvalidSettingException>().With.Message.EndsWith("and another process works in this one."));
        File.Delete(Path.Combine(Run, ".lock-holder"));
        Assert.That(() => Create(), Throws.InstanceOf<InvalidSettingException>().With.Message.EndsWith("and another process works in this one."));
    }

    [Test]
    public void A_refused_opening_holds_nothing()
    {
        Create().Dispose();
        Assert.That(() => RunFolder.Resume(Run, "train", []), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("'lr'"));
        Assert.That(() => RunFolder.Create(Run, "predict", Settings, []), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("predict"));
        Create().Dispose();
    }

    // Killed between making the folder and writing run.json, and while writing it.
    [Test]
    public void A_run_killed_at_its_start_can_be_started_and_gone_on_with()
    {
        Directory.CreateDirectory(Run);
        foreach (var name in new[] { ".lock", ".lock-holder", Leftover })
            File.WriteAllText(Path.Combine(Run, name), "1 gone");
        using (Create())
            Assert.That(Names, Is.EqualTo(new[] { ".lock", ".lock-holder", "run.json" }));
        File.WriteAllText(Path.Combine(Run, Leftover), "half");
        RunFolder.Resume(Run, "train", Settings).Dispose();
        Assert.That(Names, Is.EqualTo(new[] { ".lock", "run.json" }));
    }

    [Test]
    public void What_another_process_is_writing_is_left_to_it()
    {
        using var first = Create();
        File.WriteAllText(Path.Combine(Run, Leftover), "half");
        Assert.That(() => Create(), Throws.InstanceOf<InvalidSettingException>());
        Assert.That(Names, Does.Contain(Leftover));
    }

    [Test]
    public void A_folder_with_other_files_does_not_even_get_a_lock()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, "precious.txt"), "mine");
        File.WriteAllText(Path.Combine(Run, Leftover), "somebody's");
        Assert.That(() => Create(), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("other files"));
        Assert.That(() => RunFolder.Resume(Run, "train", Settings), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("run.json"));
        Assert.That(Names, Is.EqualTo(new[] { Leftover, "precious.txt" }));
    }

    [Test]
    public void A_folder_that_went_away_is_let_go()
    {
        var first = Create();
        Directory.Delete(Run, recursive: true);
        Assert.That(first.Dispose, Throws.Nothing);
    }
}
