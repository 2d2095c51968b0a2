using BenchmarkDotNet.Attributes;
using TorchRf.Data;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>FastICA of Kur(3), N = 40, each search from another start.</summary>
public class ComponentSearches : Benchmark
{
    [Params(20_000, 100_000)]
    public int Examples { get; set; }

    [Benchmark]
    public void FastICA() => Work();

    protected override Workload Prepare() => ComponentCases.Prepare(new DataSettings { Data = "kur", K = 3 }, Examples, 40);
}
