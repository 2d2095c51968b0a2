using BenchmarkDotNet.Attributes;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>Euler steps of the gradient flow of 30 initialisations, N = 40.</summary>
public class FlowSteps : Benchmark
{
    private const int Steps = 1000;

    [Params("ising", "nlgp")]
    public string Data { get; set; } = "";

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Euler_step() => Work();

    protected override Workload Prepare() => FlowCases.Prepare(Data, Steps);
}
