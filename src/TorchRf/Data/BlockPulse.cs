using TorchRf.Data.Marginals;

namespace TorchRf.Data;

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

    /// <summary>One class a lengthscale, the length of a block.</summary>
    /// <exception cref="InvalidSettingException">Lengths do not divide the sites, or are fewer than two.</exception>
    internal static IReadOnlyList<IDataModel> Classes(DataSettings settings)
    {
        var lattice = settings.ToLattice();
        return PerClass.Value("lengthscales", settings.Lengthscales, l => double.IsInteger(l) && l < lattice.Side && Divides(lattice, (int)l),
            $"lengths of blocks, whole numbers that divide the {lattice.Side} sites of an axis and are less", l => new BlockPulse(lattice, (int)l));
    }

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

    private static bool Divides(Lattice lattice, int length) => length >= 1 && length < lattice.Side && lattice.Side % length == 0;
}
