using TorchRf.IO;
using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>Online dictionary learning, whose memory is the network's own buffers.</summary>
internal sealed class OnlineUpdate(SparseCodingNetwork network, TaskBatches batches) : IUpdate
{
    public string Gradient => "online dictionary learning";

    public string Optimizer => "online dictionary learning";

    public Tensor Step(Generator generator) => network.Learn(batches.Next(generator).X);

    public IReadOnlyDictionary<string, Tensor> Capture() => new Dictionary<string, Tensor>();

    public Action Restorer(Checkpoint checkpoint) => () => { };

    public void Dispose() => batches.Dispose();
}
