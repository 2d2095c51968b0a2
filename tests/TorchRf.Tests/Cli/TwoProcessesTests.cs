using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>Two processes on one run folder.</summary>
[Parallelizable(ParallelScope.Self)]
public class TwoProcessesTests : FileFixture
{
    private const string Endless = "train --inits 2 --sites 8 --batch 20 --steps 100000000 --checkpoint-every 100000000 --threads 1 --out run";

    private static readonly string[] Commands = [Endless, Endless + " --resume", "train --steps 1 --out run", "predict --steps 1 --out run"];

    // The lock is the system's, so that it ends with the process however that ends.
    [Test]
    public void The_second_says_so_and_stops_until_the_first_is_dead()
    {
        using var first = Torchrf.Start(Folder, Endless.Split(' '));
        try
        {
            var checkpoint = InFolder("run/checkpoint-0000000000.safetensors");
            Assert.That(() => File.Exists(checkpoint) || first.HasExited, Is.True.After(120_000, 20));
            var before = Content();
            foreach (var line in Commands)
            {
                // One that is not refused would never end.
                var second = Torchrf.End(Torchrf.Start(Folder, line.Split(' ')), patience: 60_000);
                Assert.That(second.Error, Is.EqualTo(
                    $"torchrf: --out is run; it must be a folder that is not in use, and process {first.Id} on {Environment.MachineName} works in this one.\n"));
                Assert.That(second.Code, Is.EqualTo(2));
                Assert.That(second.Out, Is.Empty);
                Assert.That(Content(), Is.EqualTo(before));
            }
        }
        finally
        {
            first.Kill();
            first.WaitForExit();
        }
        var after = Torchrf.RunLine(Folder, "train --steps 1 --out run");
        Assert.That(after.Error, Does.Contain("whose run has the same settings"), "the dead hold no lock");
    }

    [Test]
    public void A_reproduction_is_alone_in_its_folder()
    {
        Directory.CreateDirectory(InFolder("whole"));
        using var held = FolderLock.Take(InFolder("whole"));
        var second = Torchrf.RunLine(Folder, "reproduce --only 2 --quick --out whole");
        Assert.That(second.Code, Is.EqualTo(2));
        Assert.That(second.Error, Does.Contain($"--out is whole; it must be a folder that is not in use, and process {Environment.ProcessId} "));
    }

    private string Content() => string.Join("\n", Directory.EnumerateFiles(InFolder("run")).Where(f => Path.GetFileName(f) != "curves.csv").Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetFileName(f)} {(Path.GetFileName(f) == ".lock" ? "" : Convert.ToHexString(File.ReadAllBytes(f)))}"));
}
