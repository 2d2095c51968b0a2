using System.Globalization;
using NUnit.Framework;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

[TestFixture]
public sealed class TrainerMemoryTests
{
    private static readonly TrainingSettings Long = SmallRun.Settings with { Batch = 128, Steps = 1_000_000, Lr = 0.01 };

    [Test]
    public void A_step_leaves_no_tensor_behind([Values] Streams streams)
    {
        using var scope = torch.NewDisposeScope();
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron, Long with { Streams = streams });
        // The first steps make what is kept: copies of constants, gradients.
        for (int i = 0; i < 20; i++)
            trainer.Advance();
        int before = scope.DisposablesCount;
        for (int i = 0; i < 20; i++)
            trainer.Advance();
        Assert.That(scope.DisposablesCount, Is.EqualTo(before));
    }

    [Test]
    public void A_run_leaves_its_weights_and_nothing_else()
    {
        using var scope = torch.NewDisposeScope();
        using var neuron = SmallRun.Neuron();
        int before;
        using (var trainer = SmallRun.Trainer(neuron))
        {
            before = scope.DisposablesCount;
            trainer.Run().Weights.Dispose();
        }
        Assert.That(scope.DisposablesCount, Is.EqualTo(before));
    }

    // Compilers and allocators settle late, so that one of three stretches may grow; a leak grows in each of them, by more than
    // 3 MB for one forgotten number a step.
    [Test]
    public void Ten_thousand_steps_take_no_more_memory()
    {
        if (!File.Exists("/proc/self/status"))
            Assert.Ignore("The resident size is read from /proc, which this system does not have.");
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron, Long);
        for (int i = 0; i < 3000; i++)
            trainer.Advance();
        long least = long.MaxValue;
        for (int stretch = 0; stretch < 3 && least >= 1000; stretch++)
        {
            long before = Resident();
            for (int i = 0; i < 10_000; i++)
                trainer.Advance();
            least = Math.Min(least, Resident() - before);
        }
        Assert.That(least, Is.LessThan(1000), "growth in KiB");
    }

    private static long Resident()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
