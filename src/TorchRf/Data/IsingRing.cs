using TorchRf.Data.Marginals;
using TorchRf.Sampling;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="IsingRing"/>s and <see cref="IsingTorus"/>es: one class a coupling.</summary>
public sealed record IsingSettings() : DataSettings("ising")
{
    /// <summary>J of each class.</summary>
    [Setting("J0,J1,...", "Ising: coupling of each class")]
    public IReadOnlyList<double> Couplings { get; init; } = [0.3, 0.7];

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => (nameof(Couplings), Couplings.Cast<object>());

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var lattice = ToLattice();
        return PerClass(nameof(Couplings), Couplings, j => j is >= 0 and <= 10, "numbers between 0 and 10, one a class",
            j => lattice.Dimensions == 2 ? new IsingTorus(lattice.Side, j) : (IDataModel)new IsingRing(lattice.Sites, j));
    }
}

/// <summary>
/// Spins on a ring, p(s) ~ exp(J sum_i s_i s_(i+1)) (LSG's Ising model; IG's temperature is T = 1/J). Sampled exactly: the N
/// bonds s_i s_(i+1) are independent but for their product being +1, so rows of independent bonds with an odd number of -1
/// are rejected (fewer than half) and the spins are multiplied out from a fair first one. The vector code draws from the same law without rejection.
/// </summary>
public sealed class IsingRing : ISampledModel
{
    // Below this probability of a broken bond, the 24 bits of a Float32 uniform are too coarse.
    private const double CoarseLimit = 0.01;

    private readonly double broken;
    private readonly double even;
    private readonly ExampleSource source;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="coupling">J, from 0 (independent spins) to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public IsingRing(int sites, double coupling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        if (!(coupling >= 0 && coupling <= 10))
            throw new ArgumentOutOfRangeException(nameof(coupling), coupling, "a coupling lies between 0 and 10");
        (Sites, Coupling) = (sites, coupling);
        broken = 1 / (1 + Math.Exp(2 * coupling));
        double a = Math.Tanh(coupling);
        even = (1 + Math.Pow(a, sites)) / 2;
        source = new ExampleSource(ByTorch, () => new IsingSampler(sites, broken));
        var row = new double[sites];
        for (int d = 0; d < sites; d++)
            row[d] = (Math.Pow(a, d) + Math.Pow(a, sites - d)) / (1 + Math.Pow(a, sites));
        using var scope = torch.NewDisposeScope();
        Covariance = new Circulant(torch.tensor(row));
    }

    /// <summary>J.</summary>
    public double Coupling { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"Ising ring, J = {Coupling}");

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; } = new SignMarginal();

    /// <summary>-1 / ln tanh J.</summary>
    public double? CorrelationLength => -1 / Math.Log(Math.Tanh(Coupling));

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var kept = new List<Tensor>();
        long missing = examples;
        do
        {
            var rows = EvenRows((long)Math.Ceiling((missing / even) + (4 * Math.Sqrt(missing))), generator, dtype);
            kept.Add(rows.shape[0] > missing ? rows.narrow(0, 0, missing) : rows);
            missing -= kept[^1].shape[0];
        }
        while (missing > 0);
        var bonds = kept.Count == 1 ? kept[0] : torch.cat(kept);
        // The last bond follows from the others; a fair first spin takes its place and the rest is a running product.
        var coin = torch.rand(examples, 1, dtype, generator.device, generator: generator).ge(0.5).to(dtype) * 2 - 1;
        return torch.cat([coin, bonds.narrow(1, 0, Sites - 1)], 1).cumprod(1).MoveToOuterDisposeScope();
    }

    private Tensor EvenRows(long rows, Generator generator, ScalarType dtype)
    {
        var precision = broken < CoarseLimit ? ScalarType.Float64 : dtype;
        var bonds = torch.rand(rows, Sites, precision, generator.device, generator: generator).ge(broken).to(dtype) * 2 - 1;
        // N less the sum is twice the number of -1.
        var evenRows = (Sites - bonds.sum(1)).remainder(4).eq(0).nonzero().flatten();
        return bonds.index_select(0, evenRows);
    }
}
