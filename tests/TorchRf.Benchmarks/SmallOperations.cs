using BenchmarkDotNet.Attributes;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>What a call of torch costs.</summary>
public class SmallOperations : Benchmark
{
    [Params("add", "matmul", "chain")]
    public string Operation { get; set; } = "";

    [Benchmark(OperationsPerInvoke = TensorCases.Times)]
    public void Small_operation() => Work();

    protected override Workload Prepare() => TensorCases.Prepare(Operation);
}
