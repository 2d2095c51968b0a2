using System.Diagnostics;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>Power cuts, the memory killer, impatience: kill -9 at any moment.</summary>
[Parallelizable(ParallelScope.Self)]
[TestFixture]
public sealed class KillTests : FileFixture
{
    private static readonly int Kills = ManyFaults.OrFew(50, 10);

    private readonly List<long> stepsAtKills = [];

    // In as many folders at once as machines have processors at least. What a process does at a given time differs from machine to machine and from
    // moment to moment: the times are measured, and what they met is read from the folder.
    [TestCase(2)]
    public void Killed_at_any_moment_a_run_comes_to_the_same_bits(int folders)
    {
        TroubledRun.Undisturbed(Folder, "whole");
        var (starting, training) = Measure();
        TestContext.Out.WriteLine($"starting takes {starting.TotalMilliseconds:0} ms, training {training.TotalMilliseconds:0} ms");
        Task.WaitAll([.. Enumerable.Range(0, folders).Select(chain => Task.Run(() => KillAgainAndAgain($"run{chain}", Kills / folders, seed: chain, starting, training)))]);

        TestContext.Out.WriteLine($"killed at the steps {string.Join(" ", stepsAtKills.Order())}");
        Assert.That(stepsAtKills, Has.Count.EqualTo(Kills));
        Assert.That(stepsAtKills.Where(step => step >= 0).Distinct().Count(), Is.GreaterThan(Kills / 6), "different steps");
        Assert.That(stepsAtKills.Count(step => step is > 0 and < TroubledRun.Steps), Is.GreaterThan(Kills / 6), "in the middle of a run");
    }

    private void KillAgainAndAgain(string run, int kills, int seed, TimeSpan starting, TimeSpan training)
    {
        var random = new Random(seed);
        while (kills > 0)
        {
            // Some uniformly over the start, where the folder is opened and read back, and most over what is left to be trained and written.
            long done = Math.Max(0, TroubledRun.NewestStep(InFolder(run)));
            using var process = Torchrf.Start(Folder, TroubledRun.CommandToGoOn(Folder, run));
            bool late = random.Next(4) > 0;
            if (late)
                process.StandardError.ReadLine();
            if (process.WaitForExit(random.NextDouble() * (late ? training * (1.1 - ((double)done / TroubledRun.Steps)) : starting)))
            {
                Finished(process, run);
                continue;
            }

            process.Kill();
            process.WaitForExit();
            kills--;
            lock (stepsAtKills)
            {
                stepsAtKills.Add(TroubledRun.NewestStep(InFolder(run)));
            }
        }

        TroubledRun.EndsLike(Folder, run, "whole");
    }

    // Earlier than expected: it is compared, and the next one starts anew.
    private void Finished(Process process, string run)
    {
        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
        TroubledRun.IsLike(Folder, run, "whole");
        Directory.Delete(InFolder(run), recursive: true);
    }

    // From the start of the process to what it tells of its first steps, and from there to its end.
    private (TimeSpan Starting, TimeSpan Training) Measure()
    {
        var watch = Stopwatch.StartNew();
        using var process = Torchrf.Start(Folder, TroubledRun.Command("measured"));
        process.StandardError.ReadLine();
        var starting = watch.Elapsed;
        Assert.That(Torchrf.End(process).Code, Is.Zero);
        return (starting, watch.Elapsed - starting);
    }
}
