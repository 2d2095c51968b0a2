using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>A training of a few milliseconds, in everything like a large one.</summary>
internal static class SmallRun
{
    internal const int Sites = 8;

    internal static TrainingSettings Settings { get; } =
        new() { Inits = 3, Steps = 40, Batch = 20, Lr = 0.1, InitScale = 0.01, CheckpointEvery = 10, Seed = 5 };

    internal static ClassificationTask Task() => new(new IsingRing(Sites, 0.3), new IsingRing(Sites, 0.7));

    internal static Tensor Initial(int inits = 3)
    {
        using var generator = new Generator(77);
        return Glorot.Normal(inits, Sites, 0.01, generator);
    }

    internal static SingleNeuron Neuron() => Started.Neuron(Initial(), initialBias: 0);

    internal static TaskTrainer<SingleNeuron> Trainer(SingleNeuron neuron, TrainingSettings? settings = null, IReadOnlyList<long>? schedule = null) =>
        new(neuron, Task(), settings ?? Settings, schedule ?? [0, 7, 20, 40]);
}
