using System.Diagnostics;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>kill -9 of what keeps more than checkpoints: rounds of pruning, pieces of an atlas.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class KillOthersTests : FileFixture
{
    [TestCase("prune --data nlgp --sites 4x4 --hidden 8,6 --rounds 3 --rewind 5 --steps 150 --batch 10 --controls 2 --checkpoint-every 7 --seed 2", "results.json", "rounds.json", "weights.safetensors", "round-00.safetensors", "round-02-random.safetensors", "round-02-one-shot.npz", "round-03.safetensors", "round-03.npz")]
    [TestCase("atlas --data nlgp --sites 4x4 --methods ica,pruned --quick", "results.json", "atlas.md")]
    public void Killed_at_any_moment_it_comes_to_the_same_bits(string line, params string[] files)
    {
        string[] Into(string folder) => [.. line.Split(' '), "--threads", "1", "--device", "cpu", "--out", folder];
        var watch = Stopwatch.StartNew();
        Torchrf.End(Torchrf.Start(Folder, Into("whole"))).CheckDone();
        var whole = watch.Elapsed;
        var random = new Random(5);
        int kills = 0;
        foreach (int _ in Enumerable.Range(0, ManyFaults.OrFew(12, 1)))
        {
            using var process = Torchrf.Start(Folder, Into("killed"));
            // The first third goes by before it has begun.
            if (process.WaitForExit(whole * (0.3 + (0.5 * random.NextDouble()))))
                continue;
            process.Kill();
            process.WaitForExit();
            kills++;
        }
        TestContext.Out.WriteLine($"{kills} kills");
        Torchrf.Run(Folder, Into("killed")).CheckDone();
        foreach (var file in files)
            Assert.That(File.ReadAllBytes(InFolder($"killed/{file}")), Is.EqualTo(File.ReadAllBytes(InFolder($"whole/{file}"))), file);
    }
}
