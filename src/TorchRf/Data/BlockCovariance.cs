namespace TorchRf.Data;

/// <summary>A covariance that is one constant inside consecutive blocks of equal length (squares on a torus) and 0 outside them.</summary>
public sealed class BlockCovariance : ICovariance
{
    private readonly Lattice lattice;
    private readonly int length;
    private readonly double value;

    /// <param name="lattice">Ring or torus.</param>
    /// <param name="length">Sites of a block along each axis, a divisor of those there are.</param>
    /// <param name="value">What it is inside a block, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public BlockCovariance(Lattice lattice, int length, double value)
    {
        if (length < 1 || lattice.Side % length != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"a block's length divides the {lattice.Side} sites");
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a covariance inside a block is finite and at least 0");
        (this.lattice, this.length, this.value) = (lattice, length, value);
    }

    /// <inheritdoc/>
    public int Sites => lattice.Sites;

    /// <inheritdoc/>
    public Tensor FirstRow
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            return Times(torch.arange(0, Sites, ScalarType.Float64).eq(0).to(ScalarType.Float64)).MoveToOuterDisposeScope();
        }
    }

    /// <inheritdoc/>
    public Tensor Times(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        // Each axis in two, by block and within one.
        var axes = Enumerable.Repeat(new long[] { lattice.Side / length, length }, lattice.Dimensions).SelectMany(axis => axis);
        long[] blocks = [.. x.shape[..^1], .. axes];
        var sums = x.reshape(blocks).sum(lattice.Dimensions == 1 ? [-1] : new long[] { -3, -1 }, keepdim: true) * value;
        return sums.expand(blocks).reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ICovariance Root() => new BlockCovariance(lattice, length, Math.Sqrt(value / Math.Pow(length, lattice.Dimensions)));
}
