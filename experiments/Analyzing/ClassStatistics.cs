using TorchRf.Data.Marginals;

namespace TorchRf.Experiments.Analyzing;

/// <summary>What the theory needs of one class of examples, measured, and how far they are from what the theory assumes.</summary>
public sealed class ClassStatistics
{
    // Groups of units that are left out in turn for errors (the jackknife).
    internal const int Groups = 8;

    private const int MarginalValues = 200_000;

    // Rows of photographs overlap: more of them say little more. Of files all are taken, up to many.
    private const long MostWindows = 50_000, MostExamples = 2_000_000;

    // Independent units that photographs are cut into: bands of neighbouring lines, whose rows look alike.
    private const int Bands = 32;

    // Numbers that are looked at at a time: 1 MiB of them. The C library loses a piece's place now and then, to a little something that settles there, and so pieces are small.
    private const long PieceNumbers = 1 << 17;

    // Of many sites more, for each piece adds to a covariance of their square.
    private const long MostPieceNumbers = 6_000_000;

    // Sites at each end that count as outer: three of 40.
    private const double Outer = 0.075;

    private static readonly double Slope = Math.Sqrt(2 / Math.PI);

    private readonly IDataModel model;
    private readonly IExamples set;
    private readonly long step;
    private readonly int block;
    private readonly long[]? varying;
    private readonly Tensor[] seconds;
    private readonly long[] ends;

    /// <param name="model">So many examples, as a file or photographs have.</param>
    /// <exception cref="InvalidDataException">They are too few.</exception>
    public ClassStatistics(IDataModel model)
    {
        (this.model, set) = (model, (IExamples)model);
        bool overlap = model is PhotographWindows;
        step = ((set.Count - 1) / (overlap ? MostWindows : MostExamples)) + 1;
        Examples = ((set.Count - (step / 2) - 1) / step) + 1;
        varying = model is FileExamples { OfTheLaw: var sites } && sites.Count < model.Sites ? [.. sites.Select(i => (long)i)] : null;
        block = overlap ? (int)Math.Max(1, Examples / Bands) : 1;
        long units = Examples / block;
        if (units < Groups)
            throw new InvalidDataException($"{Name}: {Examples} examples are too few for errors to be told; at least {Groups} are needed");
        ends = [.. Enumerable.Range(0, Groups + 1).Select(g => units * g / Groups * block)];
        seconds = [.. Enumerable.Range(0, Groups).Select(g => Second(ends[g], ends[g + 1]))];

        using var scope = torch.NewDisposeScope();
        var covariance = CovarianceWithout(null);
        SiteVariance = Numbers(covariance.diagonal());
        // What drawing the groups anew, with replacement, would give (the bootstrap), in the limit of many draws.
        CovarianceNoise = Math.Sqrt(seconds.Select((sum, g) => Math.Pow(Norm((sum / (double)(ends[g + 1] - ends[g])) - covariance), 2)).Sum() / (Groups * (Groups - 1))) / Norm(covariance);
        var (ring, line) = Lattice.Dimensions == 1
            ? (CovarianceLengthscale.OnRing(covariance), CovarianceLengthscale.OnLine(covariance))
            : (CovarianceLengthscale.OnTorus(covariance, Lattice.Side), CovarianceLengthscale.OnPlane(covariance, Lattice.Side));
        OffRing = Departure(covariance, ring, true);
        OffLine = Departure(covariance, line, false);
        var (distance, byDistance) = Lattice.Dimensions == 2 ? CovarianceLengthscale.ByDistance(IsRing ? Around(ring) : line)
            : (torch.arange(0, ring.shape[0], ScalarType.Float64), IsRing ? ring : line);
        (Distances, ByDistance) = (Numbers(distance), Numbers(byDistance));
        var kernel = CovarianceLengthscale.Of(byDistance, distance);
        (Lengthscale, KernelMisfit, FallsBelow) = (kernel.Lengthscale.item<double>(), kernel.Misfit.item<double>(), kernel.FallsBelow.item<double>());
    }

    /// <summary>Where the examples come from.</summary>
    public string Name => model is FileExamples ? Path.GetFileName(model.Description) : model.Description;

    /// <summary>How many were looked at: all, or evenly spread ones.</summary>
    public long Examples { get; }

    /// <summary>How many there are. Windows of photographs overlap.</summary>
    public long Count => set.Count;

    /// <summary>N.</summary>
    public int Sites => model.Sites;

    /// <summary>How the sites are arranged.</summary>
    public Lattice Lattice => model.Lattice;

    /// <remarks>Looked for when it is asked for first, as the marginal is: what is expected does not rest on them.</remarks>
    public KurtosisEstimate Kurtosis => field ??= KurtosisEstimate.Of(
        [.. Pieces(0, ends[^1], Math.Max(1, PieceNumbers / Sites / block) * block).Select(p => (Func<Tensor>)(() => Varying(Read(p.From, p.To))))], block);

    /// <summary>From 0 to N/2 in sites, of a lattice of L x L every length there is up to L/2.</summary>
    public IReadOnlyList<double> Distances { get; }

    /// <summary>The covariance at these distances, mean over sites: around the ring or torus, or along the line or plane where the ends are no neighbours (<see cref="IsRing"/>).</summary>
    public IReadOnlyList<double> ByDistance { get; }

    /// <summary>The variance of each site.</summary>
    public IReadOnlyList<double> SiteVariance { get; }

    /// <summary>The least and the largest variance of a site that varies, relative to their mean.</summary>
    public (double Least, double Most) VarianceRange => (VarianceOfSites.Min() / VarianceOfSites.Average(), VarianceOfSites.Max() / VarianceOfSites.Average());

    private IEnumerable<double> VarianceOfSites => varying is null ? SiteVariance : varying.Select(i => SiteVariance[(int)i]);

    /// <summary>The sites next to an end or edge: three in 40 at each.</summary>
    public IReadOnlyList<int> OuterSites
    {
        get
        {
            int side = Lattice.Side, deep = Math.Max(1, (int)Math.Round(Outer * side));
            bool At(int i) => i < deep || i >= side - deep;
            return [.. Enumerable.Range(0, Sites).Where(i => Lattice.Dimensions == 1 ? At(i) : At(i / side) || At(i % side))];
        }
    }

    /// <summary>The share of the variance that is in the outer sites; as many as they are of all where all vary alike.</summary>
    public double OuterShare => OuterSites.Sum(i => SiteVariance[i]) / SiteVariance.Sum();

    /// <summary>How much the variance depends on the site: its standard deviation over the sites, relative to its mean.</summary>
    public double VarianceSpread
    {
        get
        {
            double mean = VarianceOfSites.Average();
            return Math.Sqrt(VarianceOfSites.Average(v => (v - mean) * (v - mean))) / mean;
        }
    }

    /// <summary>xi of the kernel exp(-d^2 / xi^2) nearest to that, in sites.</summary>
    public double Lengthscale { get; }

    /// <summary>How far the covariance is from that kernel, as a ratio of l2 norms.</summary>
    public double KernelMisfit { get; }

    /// <summary>Where the correlation falls to 1/e, in sites; infinity where it does not.</summary>
    public double FallsBelow { get; }

    /// <summary>|C - its circulant mean| / |C| (Frobenius): 0 for a stationary law on a ring.</summary>
    public double OffRing { get; }

    /// <summary>|C - its Toeplitz mean| / |C|: 0 for a stationary law on a line, whose ends are no neighbours.</summary>
    public double OffLine { get; }

    /// <summary>How large both come out by chance: the bootstrap's error of the covariance, over groups of examples, relative to it.</summary>
    public double CovarianceNoise { get; }

    /// <summary>Whether the covariance is circulant: what is off beyond chance is below 5 %, and well below chance.</summary>
    public bool IsRing => ByChance(OffRing);

    public bool IsLine => ByChance(OffLine);

    /// <summary>The law of one site, made symmetric.</summary>
    public EmpiricalMarginal Marginal => field ??= MarginalWithout(null);

    /// <summary>How far phi(1) = E|X| is above the tangent sqrt(2/pi), relative to it: 0 for a Gaussian, 0.2533 for +-1; negative for heavy tails.</summary>
    public Statistic SuperLinearity => field ??= Statistic.Jackknife(Groups, g => (MarginalWithout(g).Magnitudes.ToArray().Average() / Slope) - 1);

    /// <summary>Values as they are shown, with their signs; thinned as the marginal's are.</summary>
    internal double[] Values()
    {
        using var scope = torch.NewDisposeScope();
        return Numbers(Thinned(null));
    }

    /// <summary>The circulant mean of the covariance, without one group of units or with all.</summary>
    internal IStationaryCovariance RingWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        if (Lattice.Dimensions == 2)
        {
            var row = CovarianceLengthscale.OnTorus(CovarianceWithout(group), Lattice.Side);
            // Symmetric but for rounding.
            row = (row + row.flip(0, 1).roll(1, 0).roll(1, 1)) * 0.5;
            return new TorusCovariance(row / row[0, 0]);
        }
        var c = Numbers(CovarianceLengthscale.OnRing(CovarianceWithout(group)));
        return new Circulant(torch.tensor([.. Enumerable.Range(0, Sites).Select(d => c[Math.Min(d, Sites - d)] / c[0])]));
    }

    /// <summary>The marginal's mean-square-1 values, likewise; thinned to at most 200 000.</summary>
    internal EmpiricalMarginal MarginalWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        var values = Thinned(group);
        return new EmpiricalMarginal(Numbers(values / values.square().mean().sqrt()));
    }

    private Tensor Thinned(int? group)
    {
        var (from, to) = group is int g ? (ends[g], ends[g + 1]) : (ends[^1], ends[^1]);
        long kept = ends[^1] - (to - from), every = (((kept * Sites) - 1) / MarginalValues) + 1;
        return Varying(set.Examples([.. Enumerable.Range(0, (int)(((kept - 1) / every) + 1)).Select(i => Number(i * every < from ? i * every : (i * every) + to - from))]));
    }

    private Tensor Varying(Tensor x) => varying is null ? x : x.index_select(1, torch.tensor(varying));

    // Of the examples looked at, those from one on to before another.
    private Tensor Read(long from, long to) => set.Examples([.. Enumerable.Range(0, (int)(to - from)).Select(i => Number(from + i))]);

    private long Number(long i) => (step / 2) + (i * step);

    private static IEnumerable<(long From, long To)> Pieces(long from, long to, long atOnce)
    {
        for (long at = from; at < to; at += atOnce)
            yield return (at, Math.Min(to, at + atOnce));
    }

    // Independent errors add in squares.
    private bool ByChance(double off) => (off * off) - (CovarianceNoise * CovarianceNoise) <= Math.Pow(Math.Max(0.05, 0.7 * CovarianceNoise), 2);

    private Tensor CovarianceWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        var kept = Enumerable.Range(0, Groups).Where(g => g != group).ToArray();
        return (kept.Select(g => seconds[g]).Aggregate((a, b) => a + b) / (double)kept.Sum(g => ends[g + 1] - ends[g])).MoveToOuterDisposeScope();
    }

    private Tensor Second(long from, long to)
    {
        using var scope = torch.NewDisposeScope();
        var sum = torch.zeros([Sites, Sites], ScalarType.Float64);
        foreach (var (first, last) in Pieces(from, to, Math.Max(1, Math.Clamp((long)Sites * Sites, PieceNumbers, MostPieceNumbers) / Sites)))
        {
            using var inner = torch.NewDisposeScope();
            var x = Read(first, last);
            sum.add_(x.mT.matmul(x));
        }
        return sum.MoveToOuterDisposeScope();
    }

    // A torus's mean by displacement (L, L), as a plane's, (0, 0) in the middle.
    private static Tensor Around(Tensor torus)
    {
        int reach = (int)torus.shape[0] / 2;
        var which = torch.tensor([.. Enumerable.Range(-reach, (2 * reach) + 1).Select(d => (d + torus.shape[0]) % torus.shape[0])]);
        return torus.index_select(0, which).index_select(1, which);
    }

    // From the matrix with the same value at every pair of sites of the same distance, or on a lattice of the same displacement.
    private double Departure(Tensor covariance, Tensor mean, bool ring)
    {
        int n = Sites, side = Lattice.Side, reach = side / 2;
        var (c, c0) = (Numbers(mean), Numbers(covariance));
        int At(int i, int j)
        {
            if (Lattice.Dimensions == 1)
            {
                int d = ring ? Math.Min(Math.Abs(i - j), n - Math.Abs(i - j)) : Math.Abs(i - j);
                // Along a line, distances beyond N/2 have too few pairs to be judged.
                return d < c.Length ? d : -1;
            }
            var (down, right) = ((j / side) - (i / side), (j % side) - (i % side));
            if (ring)
                return ((down + side) % side * side) + ((right + side) % side);
            return Math.Abs(down) <= reach && Math.Abs(right) <= reach ? ((down + reach) * ((2 * reach) + 1)) + right + reach : -1;
        }
        double squares = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                squares += At(i, j) is >= 0 and var at ? Math.Pow(c0[(i * n) + j] - c[at], 2) : 0;
        return Math.Sqrt(squares) / Norm(covariance);
    }

    private static double Norm(Tensor x) => torch.linalg.norm(x.flatten()).item<double>();

    private static double[] Numbers(Tensor x) => x.ToArray<double>();
}
