using System.Diagnostics;
using System.Globalization;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>The memory of a process that trains for long, checkpoints and all, as the system counts it.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LongMemoryTests : FileFixture
{
    private const string Command = "train --inits 4 --sites 40 --batch 40 --threads 1 --device cpu --checkpoint-every 50 --out run --steps 40000";

    // Both what it holds at each line that tells of the progress and the most that it ever held: between lines nothing may come and go either.
    [Test]
    [Platform("Linux")]
    public void Training_holds_its_memory()
    {
        using var process = Torchrf.StartCompiledAtOnce(Folder, Command.Split(' '));
        var (held, peak) = (new List<long>(), new List<long>());
        try
        {
            // As many lines as there are, but the last.
            for (int line = 1; line < 10; line++)
            {
                Assert.That(process.StandardError.ReadLine(), Does.StartWith("Training: step "));
                held.Add(Kilobytes("VmRSS:", process));
                peak.Add(Kilobytes("VmHWM:", process));
            }
            process.StandardError.ReadToEnd();
            process.WaitForExit();
        }
        finally
        {
            process.Kill();
        }
        Assert.That(process.ExitCode, Is.Zero);
        TestContext.Out.WriteLine($"holds {string.Join(" ", held)} KiB, at most {peak[^1]}");
        // The first five are for the allocators to settle.
        Assert.That(held[5..].Max(), Is.LessThan(1.02 * held[4]), "resident, KiB");
        Assert.That(peak[^1], Is.LessThan(1.02 * peak[4]), "most resident, KiB");
    }

    // A million examples of 40 bytes: over what a few need, at most twice what all take in Float32.
    [Test]
    [Explicit("Ten seconds of two processes.")]
    [Platform("Linux")]
    public void Analysis_holds_pieces_of_its_data()
    {
        using var generator = new Generator(1);
        long Most(long examples)
        {
            NpyFile.Write(InFolder("data.npy"), torch.randint(256, [examples, 40], ScalarType.Byte, generator: generator));
            using var process = Torchrf.Start(Folder, "analyze", "data.npy");
            long most = 0;
            while (!process.WaitForExit(20))
                most = Math.Max(most, Kilobytes("VmHWM:", process));
            Assert.That(process.ExitCode, Is.Zero);
            return most;
        }
        long few = Most(400), many = Most(1_000_000);
        TestContext.Out.WriteLine($"{few} KiB, {many} KiB");
        Assert.That(many - few, Is.LessThan(2 * 4 * 40 * 1_000_000L / 1024));
    }

    private static long Kilobytes(string name, Process process) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
