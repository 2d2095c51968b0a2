namespace TorchRf.Benchmarks.Contests;

/// <summary>Where a run of benchmarks is.</summary>
/// <param name="Case">What is timed now.</param>
/// <param name="Done">Cases done.</param>
/// <param name="Cases">Cases in all.</param>
/// <param name="Part">How much of this case is done, from 0 to 1.</param>
public readonly record struct BenchmarkProgress(string Case, int Done, int Cases, double Part);
