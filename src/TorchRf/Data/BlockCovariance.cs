namespace TorchRf.Data;

/// <summary>A covariance that is one constant inside consecutive blocks of equal length and 0 outside them.</summary>
public sealed class BlockCovariance : ICovariance
{
    private readonly double value;

    /// <param name="sites">N.</param>
    /// <param name="length">Sites of a block, a divisor of N.</param>
    /// <param name="value">What it is inside a block, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public BlockCovariance(int sites, int length, double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        if (length < 1 || sites % length != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"a block's length divides the {sites} sites");
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a covariance inside a block is finite and at least 0");
        (Sites, Length, this.value) = (sites, length, value);
    }

    /// <inheritdoc/>
    public int Sites { get; }

    /// <summary>Sites of a block.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public Tensor FirstRow
    {
        get
        {
            var row = new double[Sites];
            row.AsSpan(0, Length).Fill(value);
            return torch.tensor(row);
        }
    }

    /// <inheritdoc/>
    public Tensor Times(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        long[] blocks = [.. x.shape[..^1], Sites / Length, Length];
        var sums = x.reshape(blocks).sum(-1, keepdim: true) * value;
        return sums.expand(blocks).reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ICovariance Root() => new BlockCovariance(Sites, Length, Math.Sqrt(value / Length));
}
