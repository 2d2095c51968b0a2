using System.Diagnostics;
using System.Globalization;

namespace TorchRf.Tests.Cli;

/// <summary>The memory of a process that trains for long, checkpoints and all, as the system counts it.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LongMemoryTests : FileFixture
{
    private const string Command = "train --inits 4 --sites 40 --batch 40 --threads 1 --device cpu --checkpoint-every 50 --out run --steps ";

    // As many lines tell of the progress, evenly spaced; the first of them are for the allocators to settle.
    private const int Lines = 10;
    private const double Growth = 1.02;

    [SetUp]
    public void NeedProc()
    {
        if (!File.Exists("/proc/self/status"))
            Assert.Ignore("The resident size is read from /proc, which this system does not have.");
    }

    [Test]
    public void Training_holds_its_memory() => Watch(steps: 40_000, settled: 5);

    // Both what it holds at each line and the most that it ever held: between lines nothing may come and go either.
    private TimeSpan Watch(long steps, int settled)
    {
        var watch = Stopwatch.StartNew();
        using var process = Torchrf.StartCompiledAtOnce(Folder, [.. (Command + steps.ToString(CultureInfo.InvariantCulture)).Split(' ')]);
        var (held, peak) = (new List<long>(), new List<long>());
        try
        {
            for (int line = 1; line < Lines; line++)
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
        Assert.That(held[settled..].Max(), Is.LessThan(Growth * held[settled - 1]), "resident, KiB");
        Assert.That(peak[^1], Is.LessThan(Growth * peak[settled - 1]), "most resident, KiB");
        return watch.Elapsed;
    }

    private static long Kilobytes(string name, Process process) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
