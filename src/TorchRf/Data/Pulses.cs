using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="SinglePulse"/>s: one class a lengthscale, the pulse's greatest length.</summary>
public sealed record PulseSettings() : LengthscaleSettings("pulse")
{
    /// <summary>The shortest length of each class, where lengths vary up to the class's lengthscale; empty where they do not.</summary>
    [Setting("l0,l1,...", "Pulse: shortest length of each class, where lengths vary", Default = "the lengthscales")]
    public IReadOnlyList<double> Shortest { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var lattice = ToLattice();
        var shortest = Shortest.Count == 0 ? Lengthscales : Shortest;
        InvalidSettingException.Require(
            Shortest.Count == 0 || (Shortest.Count == Lengthscales.Count && Shortest.Zip(Lengthscales).All(p => p.First >= 1 && p.First <= p.Second && double.IsInteger(p.First))),
            nameof(Shortest), Shortest, "one whole number from 1 to its lengthscale for each class");
        int label = 0;
        return PerClass(nameof(Lengthscales), Lengthscales, l => l >= 1 && l < lattice.Side && double.IsInteger(l),
            $"lengths of pulses, one a class, whole numbers from 1 to {lattice.Side - 1}", l => new SinglePulse(lattice, (int)shortest[label++], (int)l));
    }
}

/// <summary>
/// One bump of constant height on a ring that is 0 elsewhere: it starts at a site drawn uniformly, is as long as a whole number drawn uniformly from a
/// range, and is up or down, equally often; on a torus it is a square. The height makes the variance 1. (After the single pulse of LSG's code, whose
/// pulses are 1 on 0 and which flips x to 1 - x and stretches both to a support; here the flip is to -x, so that the mean is 0 and x and -x are
/// equally likely. Its range of lengths leaves out the shorter end and keeps the longer one; this keeps both.)
/// </summary>
public sealed class SinglePulse : IDataModel
{
    private readonly double height;

    /// <param name="lattice">A ring or torus of at least 4 sites.</param>
    /// <param name="shortest">The shortest pulse, at least 1 site.</param>
    /// <param name="longest">The longest, from the shortest to one site less than there are along an axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public SinglePulse(Lattice lattice, int shortest, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lattice.Sites, 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shortest);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(longest, lattice.Side);
        (Lattice, Shortest, Longest) = (lattice, shortest, longest);
        double covered = Enumerable.Range(shortest, longest - shortest + 1).Average(length => Math.Pow(length, lattice.Dimensions));
        height = Math.Sqrt(lattice.Sites / covered);
        Marginal = Pulses.Marginal(height);
        using var scope = torch.NewDisposeScope();
        // Of each length as many pulses cover sites 0 and d as start where they reach both, the one way around the ring or the other.
        var d = torch.arange(0, lattice.Side, ScalarType.Float64);
        var row = torch.zeros(lattice.Dimensions == 1 ? [lattice.Side] : [lattice.Side, lattice.Side], ScalarType.Float64);
        if (lattice.Dimensions == 1)
        {
            // Summed over the lengths; the sum of relu(length - d) over all lengths to one is a triangular number.
            Tensor To(Tensor most) => most.relu() * (most.relu() + 1) * 0.5;
            row = To(longest - d) - To(shortest - 1 - d) + To(d + (longest - lattice.Side)) - To(d + (shortest - 1 - lattice.Side));
        }
        for (int length = shortest; lattice.Dimensions == 2 && length <= longest; length++)
        {
            var both = (length - d).relu() + (d + length - lattice.Side).relu();
            row.add_(both.unsqueeze(1) * both);
        }
        row = row / (covered * (longest - shortest + 1));
        Covariance = lattice.Dimensions == 1 ? new Circulant(row) : new TorusCovariance(row);
    }

    /// <summary>On a ring.</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="shortest">The shortest pulse, at least 1 site.</param>
    /// <param name="longest">The longest, from the shortest to N - 1 sites.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public SinglePulse(int sites, int shortest, int longest)
        : this(Lattice.Ring(sites), shortest, longest)
    {
    }

    /// <summary>The shortest pulse, in sites.</summary>
    public int Shortest { get; }

    /// <summary>The longest pulse, in sites.</summary>
    public int Longest { get; }

    /// <inheritdoc/>
    public string Description => $"single pulse of {(Shortest == Longest ? "" : $"{Shortest} to ")}{Pulses.Count(Lattice, Longest)}";

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => "a single pulse is not: w.x takes few values, and is 0 wherever the pulse meets nothing of w";

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Whole(int below) => torch.randint(below, [examples, 1], device: generator.device, generator: generator);
        var starts = Enumerable.Range(0, Lattice.Dimensions).Select(_ => Whole(Lattice.Side)).ToArray();
        return Pulses.Draw(Lattice, starts, Whole(Longest - Shortest + 1) + Shortest, height, generator, dtype).MoveToOuterDisposeScope();
    }
}

/// <summary>Settings of <see cref="BlockPulse"/>s: one class a lengthscale, the length of a block.</summary>
public sealed record BlockSettings() : LengthscaleSettings("block")
{
    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var lattice = ToLattice();
        return PerClass(nameof(Lengthscales), Lengthscales, l => double.IsInteger(l) && l < lattice.Side && BlockPulse.Divides(lattice, (int)l),
            $"lengths of blocks, whole numbers that divide the {lattice.Side} sites of an axis and are less, one a class", l => new BlockPulse(lattice, (int)l));
    }
}

/// <summary>
/// A single pulse that fills one of N / length disjoint blocks (squares on a torus), drawn uniformly, up or down equally often; its height makes the
/// variance 1. (After the block pulse of LSG's code, which has no sign and whose pulses are 1 on 0.) Every site has the same law, but sites of different
/// blocks are never covered together: the covariance is 1 inside a block and 0 outside, and not the same around every site.
/// </summary>
public sealed class BlockPulse : IDataModel
{
    private readonly double height;

    /// <param name="lattice">A ring or torus of at least 4 sites.</param>
    /// <param name="length">Sites of a block along each axis, a divisor of those there are and less.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public BlockPulse(Lattice lattice, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lattice.Sites, 4);
        if (!Divides(lattice, length))
            throw new ArgumentOutOfRangeException(nameof(length), length, $"a block's length divides the {lattice.Side} sites and is less");
        (Lattice, Length) = (lattice, length);
        height = Math.Sqrt(Math.Pow((double)lattice.Side / length, lattice.Dimensions));
        Marginal = Pulses.Marginal(height);
        Covariance = new BlockCovariance(lattice, length, 1);
    }

    /// <summary>On a ring.</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="length">Sites of a block, a divisor of N below N.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public BlockPulse(int sites, int length)
        : this(Lattice.Ring(sites), length)
    {
    }

    /// <summary>Sites of a block along each axis.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public string Description => $"pulse that fills one of {Sites / (int)Math.Pow(Length, Lattice.Dimensions)} blocks of {Pulses.Count(Lattice, Length)}";

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => "a block pulse is not: w.x takes one value, up or down, for each block";

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var starts = Enumerable.Range(0, Lattice.Dimensions)
            .Select(_ => torch.randint(Lattice.Side / Length, [examples, 1], device: generator.device, generator: generator) * Length).ToArray();
        var length = torch.full([1], Length, ScalarType.Int64, generator.device);
        return Pulses.Draw(Lattice, starts, length, height, generator, dtype).MoveToOuterDisposeScope();
    }

    internal static bool Divides(Lattice lattice, int length) => length >= 1 && length < lattice.Side && lattice.Side % length == 0;
}

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

/// <summary>What pulses share.</summary>
internal static class Pulses
{
    /// <summary>Pulses, each up or down equally often; shape (examples, N).</summary>
    /// <param name="lattice">Ring or torus.</param>
    /// <param name="starts">The first site of each pulse along each axis, Int64, shape (examples, 1) each.</param>
    /// <param name="length">Their lengths along each axis, Int64, shape (examples, 1) or (1).</param>
    /// <param name="height">How far they stand out from 0.</param>
    /// <param name="generator">The stream of randomness, for the signs.</param>
    /// <param name="dtype">Of the result.</param>
    internal static Tensor Draw(Lattice lattice, IReadOnlyList<Tensor> starts, Tensor length, double height, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var site = torch.arange(0, lattice.Side, ScalarType.Int64, length.device);
        var covered = starts.Select(start => (site - start).remainder(lattice.Side).lt(length).to(dtype)).ToArray();
        var sign = torch.randint(2, starts[0].shape, device: length.device, generator: generator).to(dtype) * 2 - 1;
        covered[0].mul_(sign * height);
        return (covered.Length == 1 ? covered[0] : (covered[0].unsqueeze(2) * covered[1].unsqueeze(1)).flatten(1)).MoveToOuterDisposeScope();
    }

    /// <summary>A site's law: of variance 1, so that a pulse of height h covers it with probability 1 / h^2.</summary>
    internal static DiscreteMarginal Marginal(double height)
    {
        double covered = 1 / (height * height);
        return new DiscreteMarginal([(-height, covered / 2), (0, 1 - covered), (height, covered / 2)]);
    }

    /// <summary>"1 site", "3 sites", "3x3 sites".</summary>
    internal static string Count(Lattice lattice, int length) =>
        lattice.Dimensions == 2 ? $"{length}x{length} sites" : length == 1 ? "1 site" : $"{length} sites";
}
