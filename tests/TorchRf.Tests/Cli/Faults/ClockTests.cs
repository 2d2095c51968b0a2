namespace TorchRf.Tests.Cli.Faults;

/// <summary>Clocks that go wrong: what is newest is told by steps, never by the times of files.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ClockTests : FileFixture
{
    private static readonly DateTime LongAgo = new(1987, 6, 5, 4, 3, 2, DateTimeKind.Utc);
    private static readonly DateTime FarAhead = new(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [SetUp]
    public void Interrupt()
    {
        TroubledRun.Undisturbed(Folder, "whole");
        using var process = TroubledRun.Begin(Folder, TroubledRun.Command("run"));
        process.Kill();
        process.WaitForExit();
    }

    [Test]
    public void Times_of_files_in_disorder_change_nothing()
    {
        var checkpoints = Directory.GetFiles(InFolder("run"), "checkpoint-*").Order(StringComparer.Ordinal).ToArray();
        Assert.That(checkpoints, Has.Length.GreaterThanOrEqualTo(2));
        long newest = TroubledRun.NewestStep(InFolder("run"));
        foreach (var (file, i) in checkpoints.Select((file, i) => (file, i)))
            File.SetLastWriteTimeUtc(file, FarAhead.AddDays(-i));
        File.SetLastWriteTimeUtc(checkpoints[^1], LongAgo);
        File.SetLastWriteTimeUtc(InFolder("run/run.json"), FarAhead);

        // It goes on from the newest by its step: with no step to go, nothing is told of steps before it.
        using var process = TroubledRun.Begin(Folder, TroubledRun.CommandToGoOn(Folder, "run"));
        process.Kill();
        process.WaitForExit();
        Assert.That(TroubledRun.NewestStep(InFolder("run")), Is.GreaterThan(newest));
        TroubledRun.EndsLike(Folder, "run", "whole");
    }

    [Test]
    public void A_clock_set_back_changes_nothing()
    {
        var outcome = Torchrf.End(Torchrf.StartOther(Folder, "faketime",
            ["-f", "@1987-06-05 04:03:02", "dotnet", Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll"), .. TroubledRun.CommandToGoOn(Folder, "run")]));
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        TroubledRun.IsLike(Folder, "run", "whole");
    }
}
