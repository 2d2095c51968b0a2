using BenchmarkDotNet.Attributes;
using TorchRf.Experiments.Benchmarking;

namespace TorchRf.Benchmarks;

/// <summary>One of the workloads that `torchrf bench` times against peers, under BenchmarkDotNet's own protocol.</summary>
public abstract class Benchmark
{
    private Workload? workload;

    /// <summary>Threads of torch, as in `torchrf bench`.</summary>
    protected static int Threads => Math.Min(2, Environment.ProcessorCount);

    [GlobalSetup]
    public void SetUp()
    {
        torch.set_num_threads(Threads);
        workload = Prepare();
    }

    [GlobalCleanup]
    public void CleanUp() => workload?.Dispose();

    /// <summary>The workload of the present parameters.</summary>
    protected abstract Workload Prepare();

    /// <summary>One repetition.</summary>
    protected void Work() => workload!.Run();
}
