using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Benchmarks.Cases;

/// <summary>A checkpoint of thirty initialisations and twenty snapshots, written and read.</summary>
public static class CheckpointCases
{
    private const int Inits = 30;
    private const int Snapshots = 20;
    private const int Sites = 40;

    public static IReadOnlyList<BenchmarkCase> All { get; } = [Of("write", "written"), Of("read", "read")];

    private static BenchmarkCase Of(string operation, string done) =>
        new("checkpoint-" + operation, $"a checkpoint of {Inits} initialisations, {Snapshots} snapshots, N = {Sites}, {done}", () => Prepare(operation))
        {
            Tolerance = 0,
            Accuracy = "Both sides write elsewhere, flush to the disk and rename (torch.save alone does not); ours is safetensors with a checksum and the run's settings, which reading checks, the peer's a pickle.",
        };

    /// <summary>Writes or reads ("write", "read").</summary>
    public static Workload Prepare(string operation)
    {
        using var random = new Generator(1);
        var tensors = new Dictionary<string, Tensor>
        {
            ["model.weight"] = torch.randn([Inits, 1, Sites], generator: random).DetachFromDisposeScope(),
            ["generator"] = random.get_state().DetachFromDisposeScope(),
            ["snapshots"] = torch.randn([Snapshots, Inits, 1, Sites], generator: random).DetachFromDisposeScope(),
        };
        var checkpoint = new Checkpoint(Snapshots, tensors, [.. Enumerable.Range(1, Snapshots).Select(i => new SnapshotMetrics(i, 0.4, 0.7))], "sgd, lr 0.05");
        var run = new RunDocument("train", new RunSettings().ToJson(), []);
        var folder = new ScratchFolder();
        var file = folder["checkpoint.safetensors"];
        CheckpointFile.Write(file, checkpoint, run);
        Action<CancellationToken> work = operation == "write"
            ? _ => CheckpointFile.Write(file, checkpoint, run)
            : _ =>
            {
                using var scope = torch.NewDisposeScope();
                CheckpointFile.Read(file);
            };
        return new Workload(work, [folder, .. tensors.Values])
        {
            Peer = ["files", operation, folder.Path, Snapshots, Inits, Sites],
            Check = () =>
            {
                using var scope = torch.NewDisposeScope();
                return [CheckpointFile.Read(file).Tensors["snapshots"].numel()];
            },
        };
    }
}

/// <summary>A temporary folder that is gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("torchrf-bench-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
