namespace TorchRf.Benchmarks.Contests;

/// <summary>What one side's turn took.</summary>
/// <param name="Seconds">Of each repetition.</param>
/// <param name="Check">Numbers by which it shows that both sides do the same work; empty where there is nothing to compare.</param>
/// <param name="Iterations">How many iterations its last repetition took, where that is what it searched for.</param>
public sealed record Turn(IReadOnlyList<double> Seconds, IReadOnlyList<double> Check, int? Iterations = null);
