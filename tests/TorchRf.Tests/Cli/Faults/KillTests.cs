using System.Diagnostics;
using System.Globalization;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>Power cuts, the memory killer, impatience: kill -9 at any moment.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class KillTests : FileFixture
{
    private static readonly int Kills = ManyFaults.OrFew(50, 6);

    private readonly List<long> stepsAtKills = [];

    // In as many folders at once as machines have processors at least.
    [TestCase(2)]
    public void Killed_at_any_moment_a_run_comes_to_the_same_bits(int folders)
    {
        TroubledRun.Undisturbed(Folder, "whole");
        var starting = Starting();
        Task.WaitAll([.. Enumerable.Range(0, folders).Select(chain => Task.Run(() => KillAgainAndAgain($"run{chain}", Kills / folders, seed: chain, starting)))]);

        TestContext.Out.WriteLine($"killed at the steps {string.Join(" ", stepsAtKills.Order())}");
        Assert.That(stepsAtKills, Has.Count.EqualTo(Kills));
        Assert.That(stepsAtKills.Where(step => step >= 0).Distinct().Count(), Is.GreaterThan(Kills / 6), "different steps");
        Assert.That(stepsAtKills.Count(step => step is > 0 and < TroubledRun.Steps), Is.GreaterThan(Kills / 6), "in the middle of a run");
    }

    private void KillAgainAndAgain(string run, int kills, int seed, TimeSpan starting)
    {
        var random = new Random(seed);
        while (kills > 0)
        {
            // Some uniformly over the start, where the folder is opened and read back, and most over what is left to be trained and written, by what it has done and not by the clock.
            long done = Math.Max(0, TroubledRun.NewestStep(InFolder(run)));
            using var process = Torchrf.Start(Folder, TroubledRun.CommandToGoOn(Folder, run));
            bool late = random.Next(4) > 0;
            // A run that has all its steps may end.
            long until = done < TroubledRun.Steps ? done + random.Next((int)(TroubledRun.Steps - done) + 1) : long.MaxValue;
            if (late ? Ends(process, run, before: until) || process.WaitForExit(random.Next(4)) : process.WaitForExit(random.NextDouble() * starting))
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

    // Waits for a checkpoint of that step or a later one, by its name.
    private bool Ends(Process process, string run, long before)
    {
        while (!process.HasExited)
        {
            if (Directory.Exists(InFolder(run)) && Directory.EnumerateFiles(InFolder(run), "checkpoint-*.safetensors").Any(file => long.Parse(Path.GetFileNameWithoutExtension(file).Split('-')[1], CultureInfo.InvariantCulture) >= before))
                return false;
            Thread.Sleep(1);
        }
        return true;
    }

    // Earlier than expected: it is compared, and the next one starts anew.
    private void Finished(Process process, string run)
    {
        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
        TroubledRun.IsLike(Folder, run, "whole");
        Directory.Delete(InFolder(run), recursive: true);
    }

    // From the start of the process to what it tells of its first steps.
    private TimeSpan Starting()
    {
        var watch = Stopwatch.StartNew();
        using var process = Torchrf.Start(Folder, TroubledRun.Command("measured"));
        process.StandardError.ReadLine();
        var starting = watch.Elapsed;
        Torchrf.End(process).CheckDone();
        return starting;
    }
}
