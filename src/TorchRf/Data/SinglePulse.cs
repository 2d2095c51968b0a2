using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>
/// One bump of constant height on a ring that is 0 elsewhere: it starts at a site drawn uniformly, is as long as a whole number drawn uniformly from a
/// range, and is up or down, equally often. The height sqrt(N / E[length]) makes the variance 1. (After the single pulse of LSG's code, whose
/// pulses are 1 on 0 and which flips x to 1 - x and stretches both to a support; here the flip is to -x, so that the mean is 0 and x and -x are
/// equally likely. Its range of lengths leaves out the shorter end and keeps the longer one; this keeps both.)
/// </summary>
public sealed class SinglePulse : IDataModel
{
    private readonly double height;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="shortest">The shortest pulse, at least 1 site.</param>
    /// <param name="longest">The longest, from the shortest to N - 1 sites.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public SinglePulse(int sites, int shortest, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shortest);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(longest, sites);
        (Sites, Shortest, Longest) = (sites, shortest, longest);
        double mean = (shortest + longest) / 2.0;
        height = Math.Sqrt(sites / mean);
        Marginal = Pulses.Marginal(height);
        // A pulse covers two sites d apart from as many starts as it is longer than d, and as it is longer than N - d the other way around.
        var row = new double[sites];
        for (int d = 0; d < sites; d++)
            row[d] = (MeanExcess(d) + MeanExcess(sites - d)) / mean;
        using var scope = torch.NewDisposeScope();
        Covariance = new Circulant(torch.tensor(row));
    }

    /// <summary>The shortest pulse, in sites.</summary>
    public int Shortest { get; }

    /// <summary>The longest pulse, in sites.</summary>
    public int Longest { get; }

    /// <inheritdoc/>
    public string Description =>
        Shortest == Longest ? $"single pulse of {Pulses.Count(Longest)}" : $"single pulse of {Shortest} to {Pulses.Count(Longest)}";

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => "a single pulse is not: w.x takes few values, and is 0 wherever the pulse meets nothing of w";

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.randint(Sites, [examples, 1], device: generator.device, generator: generator);
        var length = torch.randint(Longest - Shortest + 1, [examples, 1], device: generator.device, generator: generator) + Shortest;
        return Pulses.Draw(Sites, start, length, height, generator, dtype).MoveToOuterDisposeScope();
    }

    // E[max(0, length - d)].
    private double MeanExcess(int d)
    {
        double sum = 0;
        for (int length = Math.Max(Shortest, d + 1); length <= Longest; length++)
            sum += length - d;
        return sum / (Longest - Shortest + 1);
    }
}
