using BenchmarkDotNet.Attributes;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>A step of training one ReLU neuron on 10 000 fresh examples, N = 40.</summary>
public class TrainingSteps : Benchmark
{
    [Params("nlgp", "kur", "ising")]
    public string Data { get; set; } = "";

    [Params(1, 30)]
    public int Inits { get; set; }

    [Benchmark]
    public void Step() => Work();

    protected override Workload Prepare() => TrainingCases.Prepare(Data, Inits, Threads);
}
