using BenchmarkDotNet.Attributes;
using TorchRf.Data;
using TorchRf.Experiments.Benchmarking;
using TorchRf.Experiments.Benchmarking.Cases;

namespace TorchRf.Benchmarks;

/// <summary>10 000 examples of each data model on a ring of 40 sites.</summary>
public class Samplers : Benchmark
{
    [Params("ising", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block")]
    public string Data { get; set; } = "";

    [Benchmark]
    public void Draw() => Work();

    protected override Workload Prepare() => SamplerCases.Prepare(
        new DataSettings { Data = Data, Lengthscales = Data is "pulse" or "block" ? [4, 8] : [1, 3], Quantile = "laplace" }, 10_000);
}
