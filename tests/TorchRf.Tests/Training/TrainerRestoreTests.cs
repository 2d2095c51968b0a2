using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>A training that is put back to an earlier state, in memory, goes on to the same bits.</summary>
public sealed class TrainerRestoreTests : TensorScope
{
    private static void Advance(TaskTrainer<SingleNeuron> trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
            trainer.Advance();
    }

    private static double[] State(SingleNeuron neuron) => [.. Values(neuron.Weight.detach()), .. Values(neuron.Bias!.detach())];

    [Test]
    public void Snapshots_and_metrics_come_back()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        Checkpoint? middle = null;
        var whole = trainer.Run(progress: new Told<TrainingProgress>(p => middle = p.Step == 25 ? trainer.Capture() : middle));
        trainer.Restore(middle!);
        var again = trainer.Run();
        Assert.That(again.Steps, Is.EqualTo(whole.Steps));
        Assert.That(again.Metrics, Is.EqualTo(whole.Metrics));
        Assert.That(Values(again.Weights), Is.EqualTo(Values(whole.Weights)));
        whole.Weights.Dispose();
        again.Weights.Dispose();
    }

    [Test]
    public void A_state_before_the_first_snapshot_comes_back()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron, schedule: [20, 40]);
        Advance(trainer, 3);
        var captured = trainer.Capture();
        trainer.Restore(captured);
        var run = trainer.Run();
        Assert.That(run.Steps, Is.EqualTo(new long[] { 20, 40 }));
        run.Weights.Dispose();
    }

    [Test]
    public void A_training_without_snapshots_ends_without_them()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron, schedule: []);
        var run = trainer.Run();
        Assert.That(run.Steps, Is.Empty);
        Assert.That(run.Weights.shape, Is.EqualTo(new long[] { 0, 3, 1, SmallRun.Sites }));
        run.Weights.Dispose();
    }

    [Test]
    public void A_state_of_another_model_is_refused()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        var captured = trainer.Capture();

        using var fewer = Started.Neuron(SmallRun.Initial(2), initialBias: 0);
        using var other = SmallRun.Trainer(fewer, SmallRun.Settings with { Inits = 2 });
        Assert.That(() => other.Restore(captured), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("model."));

        var before = State(neuron);
        var tensors = captured.Tensors.ToDictionary(t => t.Key, t => t.Key == "model.weight" ? t.Value + 1 : t.Value);
        tensors["generator"] = torch.full([tensors["generator"].numel()], 255, dtype: ScalarType.Byte);
        foreach (var unfit in new[] { captured with { Tensors = tensors }, captured with { Step = 41 }, captured with { Optimizer = "adam" } })
        {
            Assert.That(() => trainer.Restore(unfit), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("The checkpoint"));
            Assert.That(State(neuron), Is.EqualTo(before), "it is left as it was");
        }
        var lacking = captured with { Tensors = captured.Tensors.Where(t => t.Key != "generator").ToDictionary() };
        Assert.That(() => trainer.Restore(lacking), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("generator"));
    }
}
