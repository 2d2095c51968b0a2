using TorchRf.Data.Marginals;

namespace TorchRf.Data;

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
        Covariance = lattice.Dimensions == 1 ? new Circulant(row) : new Torus(row);
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

    /// <summary>One class a lengthscale, the pulse's greatest length.</summary>
    /// <exception cref="InvalidSettingException">Lengths are not whole numbers, do not fit, or are fewer than two.</exception>
    internal static IReadOnlyList<IDataModel> Classes(DataSettings settings)
    {
        var lattice = settings.ToLattice();
        var (longest, shortest) = (settings.Lengthscales, settings.Shortest.Count == 0 ? settings.Lengthscales : settings.Shortest);
        InvalidSettingException.Require(longest.Count >= 2 && longest.All(l => l >= 1 && l < lattice.Side && double.IsInteger(l)), "lengthscales", longest,
            $"two or more lengths of pulses, one a class, whole numbers from 1 to {lattice.Side - 1}");
        InvalidSettingException.Require(shortest.Count == longest.Count && shortest.Zip(longest).All(p => p.First >= 1 && p.First <= p.Second && double.IsInteger(p.First)),
            "shortest", shortest, "one whole number from 1 to its lengthscale for each class");
        PerClass.RequireFew("lengthscales", longest.Count);
        return [.. shortest.Zip(longest, (from, to) => new SinglePulse(lattice, (int)from, (int)to))];
    }

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
