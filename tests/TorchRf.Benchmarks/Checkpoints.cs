using BenchmarkDotNet.Attributes;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>A checkpoint of 30 initialisations and 20 snapshots.</summary>
public class Checkpoints : Benchmark
{
    [Params("write", "read")]
    public string Operation { get; set; } = "";

    [Benchmark]
    public void Checkpoint() => Work();

    protected override Workload Prepare() => CheckpointCases.Prepare(Operation);
}
