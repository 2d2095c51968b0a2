using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>
/// A single pulse that fills one of N / length disjoint blocks, drawn uniformly, up or down equally often; the height sqrt(N / length) makes the variance 1.
/// (After the block pulse of LSG's code, which has no sign and whose pulses are 1 on 0.) Every site has the same law, but sites of different blocks are
/// never covered together: the covariance is 1 inside a block and 0 outside, and not the same around every site.
/// </summary>
public sealed class BlockPulse : IDataModel
{
    private readonly double height;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="length">Sites of a block, a divisor of N below N.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public BlockPulse(int sites, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        if (length < 1 || length >= sites || sites % length != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"a block's length divides the {sites} sites and is less");
        (Sites, Length) = (sites, length);
        height = Math.Sqrt((double)sites / length);
        Marginal = Pulses.Marginal(height);
        Covariance = new BlockCovariance(sites, length, 1);
    }

    /// <summary>Sites of a block.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public string Description => $"pulse that fills one of {Sites / Length} blocks of {Pulses.Count(Length)}";

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => "a block pulse is not: w.x takes one value, up or down, for each block";

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.randint(Sites / Length, [examples, 1], device: generator.device, generator: generator) * Length;
        var length = torch.full([1], Length, ScalarType.Int64, generator.device);
        return Pulses.Draw(Sites, start, length, height, generator, dtype).MoveToOuterDisposeScope();
    }
}
