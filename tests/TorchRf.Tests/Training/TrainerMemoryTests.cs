using NUnit.Framework;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

[TestFixture]
public sealed class TrainerMemoryTests
{
    private static readonly TrainingSettings Long = SmallRun.Settings with { Batch = 128, Steps = 1_000_000, Lr = 0.01 };

    [Test]
    public void A_step_leaves_no_tensor_behind([Values] ExampleStreams streams)
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
}
