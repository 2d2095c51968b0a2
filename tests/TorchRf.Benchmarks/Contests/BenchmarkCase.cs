namespace TorchRf.Benchmarks.Contests;

/// <summary>Work that is timed.</summary>
/// <param name="Name">What it is called, a topic first ("step-nlgp").</param>
/// <param name="Work">What one operation is, in words.</param>
/// <param name="Prepare">Makes our side of it; whoever asks for it disposes of it.</param>
public sealed record BenchmarkCase(string Name, string Work, Func<Workload> Prepare)
{
    /// <summary>How many operations a repetition consists of, on both sides; times are told for one.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>How far, in parts of ours, a peer's check may be from ours for both to have done the same.</summary>
    public double Tolerance { get; init; } = 0.02;

    /// <summary>How exact both sides are and what else there is to know when they are compared, in sentences.</summary>
    public string Accuracy { get; init; } = "";

    /// <summary>Whether the peer is run tuned too. The tuning is for torch: of BLAS's threads it leaves one, by which a peer that computes with BLAS alone would lose.</summary>
    public bool IsTuned { get; init; } = true;

    /// <summary>What it is to reach; null where nothing is asked.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether the name is this case's or that of its topic.</summary>
    public bool IsCalled(string name) => Name == name || Name.StartsWith(name + "-", StringComparison.Ordinal);
}
