using System.Diagnostics;
using TorchRf.Tests.Cli.Faults;

namespace TorchRf.Tests.Cli;

/// <summary>Sweeps whose processes are killed, warned or many.</summary>
[Parallelizable(ParallelScope.Self)]
public class SweepFaultTests : FileFixture
{
    // A checkpoint at every third step, so that many a moment is within one.
    private static readonly string Common = $$""" "common": { "data": "gaussian", "sites": 16, "inits": 5, "steps": {{ManyFaults.OrFew(300, 150)}}, "batch": 40, "checkpoint_every": 3 }""";

    private string Merged(string folder) => File.ReadAllText(InFolder(folder + "/merged.json")) + File.ReadAllText(InFolder(folder + "/merged.csv"));

    private Torchrf.Outcome Sweep(string line) => Torchrf.RunLine(Folder, "sweep " + line);

    private void Plan(string rest) => File.WriteAllText(InFolder("plan.json"), "{" + Common + rest + "}");

    [Test]
    public void A_sweep_killed_at_any_moment_ends_with_the_same_table()
    {
        Plan(""", "grid": { "lr": [0.02, 0.03, 0.04, 0.05, 0.06, 0.07] }, "replicates": 2""");
        Sweep("plan.json --out undisturbed").CheckDone();

        int kills = ManyFaults.OrFew(25, 5);
        var random = new Random(4);
        int killed = 0, code = -1;
        var states = new HashSet<string>();
        while (code != 0)
        {
            using var process = Torchrf.Start(Folder, "sweep", "plan.json", "--out", "killed");
            var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            // By what it has done, not by the clock: after so many new files, a few of which are one checkpoint, and a little.
            if (killed < kills && Changes(process, random.Next(killed % 5 == 0 ? 4 : 150)))
            {
                Thread.Sleep(random.Next(4));
                process.Kill();
                killed++;
            }
            process.WaitForExit();
            code = process.ExitCode;
            Assert.That(code, Is.EqualTo(0).Or.EqualTo(128 + 9), error.Result);
            states.Add(Listing());
        }
        Assert.That(killed, Is.EqualTo(kills));
        Assert.That(states, Has.Count.GreaterThan(kills / 2), "it was killed in different states");
        Assert.That(Merged("killed"), Is.EqualTo(Merged("undisturbed")));
    }

    private string Listing() => Directory.Exists(InFolder("killed"))
        ? string.Join('|', Directory.GetFiles(InFolder("killed"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        : "";

    // Waits until files have come or gone so many times; false where the process ends before.
    private bool Changes(Process process, int count)
    {
        for (var last = Listing(); count > 0;)
        {
            if (process.HasExited)
                return false;
            var now = Listing();
            if (now != last)
                count--;
            last = now;
        }
        return true;
    }

    [Test]
    [Platform("Linux")]
    public void A_warned_sweep_stops_with_a_checkpoint_and_its_own_code_and_goes_on()
    {
        // No checkpoint of its own accord after the first, and long enough that the signals come before its end.
        Plan(""", "rows": [{ "steps": 12000, "checkpoint_every": 1000000 }]""");
        var newest = "";
        foreach (var (signal, code) in new[] { ("USR1", 138), ("INT", 130), ("TERM", 143) })
        {
            using var process = Torchrf.StartHeedingSignals(Folder, "sweep", "plan.json", "--out", "warned");
            var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            while (!process.HasExited && Directory.GetFiles(Folder, ".lock-holder", SearchOption.AllDirectories).Length == 0)
                Thread.Sleep(5);
            Torchrf.Send(signal, process);
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(code), error.Result);
            Assert.That(error.Result, Does.Contain("Stopped. The same command goes on where it was."));
            var now = Directory.GetFiles(Folder, "checkpoint-*", SearchOption.AllDirectories).Max(StringComparer.Ordinal)!;
            Assert.That(now, Is.GreaterThanOrEqualTo(newest).Using((IComparer<string>)StringComparer.Ordinal));
            newest = now;
        }
        Sweep("plan.json --out warned").CheckDone();
        Sweep("plan.json --out undisturbed").CheckDone();
        Assert.That(Merged("warned"), Is.EqualTo(Merged("undisturbed")));
    }
}
