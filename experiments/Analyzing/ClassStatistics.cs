using TorchRf.Data.Marginals;
using TorchRf.IO;

namespace TorchRf.Experiments.Analyzing;

/// <summary>What the theory needs of one class of examples, measured, and how far they are from what the theory assumes.</summary>
public sealed class ClassStatistics
{
    // Groups of units that are left out in turn for errors (the jackknife).
    internal const int Groups = 8;

    private const int MarginalValues = 200_000;
    private static readonly double Slope = Math.Sqrt(2 / Math.PI);

    private readonly ExampleSet set;
    private readonly Tensor[] seconds;
    private readonly long[] ends;

    /// <exception cref="InvalidDataException">There are fewer units than <see cref="Groups"/>.</exception>
    public ClassStatistics(ExampleSet set)
    {
        this.set = set;
        long units = set.Values.shape[0] / set.Block;
        if (units < Groups)
            throw new InvalidDataException($"{set.Name}: {set.Values.shape[0]} examples are too few for errors to be told; at least {Groups} are needed");
        ends = [.. Enumerable.Range(0, Groups + 1).Select(g => units * g / Groups * set.Block)];
        Kurtosis = KurtosisEstimate.Of(set.Values, set.Block);
        seconds = [.. Enumerable.Range(0, Groups).Select(g => Second(set.Values.narrow(0, ends[g], ends[g + 1] - ends[g])))];

        using var scope = torch.NewDisposeScope();
        var covariance = CovarianceWithout(null);
        // Halves of the sample differ by twice the error of the whole.
        var halves = seconds[..(Groups / 2)].Aggregate((a, b) => a + b) / (double)ends[Groups / 2]
            - (seconds[(Groups / 2)..].Aggregate((a, b) => a + b) / (double)(ends[^1] - ends[Groups / 2]));
        CovarianceNoise = Norm(halves) / (2 * Norm(covariance));
        OffRing = Departure(covariance, CovarianceLengthscale.OnRing(covariance), true);
        OffLine = Departure(covariance, CovarianceLengthscale.OnLine(covariance), false);
        var byDistance = IsRing ? CovarianceLengthscale.OnRing(covariance) : CovarianceLengthscale.OnLine(covariance);
        ByDistance = Numbers(byDistance);
        var kernel = CovarianceLengthscale.Of(byDistance);
        (Lengthscale, KernelMisfit, FallsBelow) = (kernel.Lengthscale.item<double>(), kernel.Misfit.item<double>(), kernel.FallsBelow.item<double>());
        Marginal = MarginalWithout(null);
        SuperLinearity = Statistic.Jackknife(Groups, g => (MarginalWithout(g).Magnitudes.ToArray().Average() / Slope) - 1);
    }

    public string Name => set.Name;

    public long Examples => set.Values.shape[0];

    public int Sites => (int)set.Values.shape[1];

    public KurtosisEstimate Kurtosis { get; }

    /// <summary>The covariance at distances 0 to N/2, mean over sites: around the ring, or along the line where the ends are no neighbours (<see cref="IsRing"/>).</summary>
    public IReadOnlyList<double> ByDistance { get; }

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

    /// <summary>How large both come out by chance, from the difference of the sample's halves.</summary>
    public double CovarianceNoise { get; }

    /// <summary>Whether the covariance is circulant: what is off beyond chance is below 5 %, and well below chance.</summary>
    public bool IsRing => ByChance(OffRing);

    public bool IsLine => ByChance(OffLine);

    /// <summary>The law of one site, made symmetric.</summary>
    public EmpiricalMarginal Marginal { get; }

    /// <summary>How far phi(1) = E|X| is above the tangent sqrt(2/pi), relative to it: 0 for a Gaussian, 0.2533 for +-1; negative for heavy tails.</summary>
    public Statistic SuperLinearity { get; }

    /// <summary>All values, centred and scaled, shape (examples, N).</summary>
    internal Tensor Values => set.Values;

    /// <summary>The circulant mean of the covariance, without one group of units or with all.</summary>
    internal Circulant RingWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        var c = Numbers(CovarianceLengthscale.OnRing(CovarianceWithout(group)));
        return new Circulant(torch.tensor([.. Enumerable.Range(0, Sites).Select(d => c[Math.Min(d, Sites - d)] / c[0])]));
    }

    /// <summary>The marginal's mean-square-1 values, likewise; thinned to at most 200 000.</summary>
    internal EmpiricalMarginal MarginalWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] parts = [.. Enumerable.Range(0, Groups).Where(g => g != group).Select(g => set.Values.narrow(0, ends[g], ends[g + 1] - ends[g]))];
        var kept = torch.cat(parts);
        long every = ((kept.numel() - 1) / MarginalValues) + 1;
        var values = kept.slice(0, 0, kept.shape[0], every);
        return new EmpiricalMarginal(Numbers(values / values.square().mean().sqrt()));
    }

    // Independent errors add in squares.
    private bool ByChance(double off) => (off * off) - (CovarianceNoise * CovarianceNoise) <= Math.Pow(Math.Max(0.05, 0.7 * CovarianceNoise), 2);

    private Tensor CovarianceWithout(int? group)
    {
        using var scope = torch.NewDisposeScope();
        var kept = Enumerable.Range(0, Groups).Where(g => g != group).ToArray();
        return (kept.Select(g => seconds[g]).Aggregate((a, b) => a + b) / (double)kept.Sum(g => ends[g + 1] - ends[g])).MoveToOuterDisposeScope();
    }

    private static Tensor Second(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return x.mT.matmul(x).MoveToOuterDisposeScope();
    }

    // From the matrix with the same value at every pair of sites of the same distance.
    private static double Departure(Tensor covariance, Tensor byDistance, bool ring)
    {
        int n = (int)covariance.shape[0];
        var (c, c0) = (Numbers(byDistance), Numbers(covariance));
        double squares = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                int d = ring ? Math.Min(Math.Abs(i - j), n - Math.Abs(i - j)) : Math.Abs(i - j);
                // Along a line, distances beyond N/2 have too few pairs to be judged.
                squares += d < c.Length ? Math.Pow(c0[(i * n) + j] - c[d], 2) : 0;
            }
        return Math.Sqrt(squares) / Norm(covariance);
    }

    private static double Norm(Tensor x) => torch.linalg.norm(x.flatten()).item<double>();

    private static double[] Numbers(Tensor x) => x.ToArray<double>();
}

/// <summary>Examples of one class that a user brought.</summary>
/// <param name="Values">Shape (examples, N), Float64 on the CPU; centred, with mean square 1.</param>
/// <param name="Block">How many consecutive examples make one independent unit.</param>
public sealed record ExampleSet(string Name, Tensor Values, int Block)
{
    private const long MostRows = 50_000;

    // Independent units that photographs are cut into: bands of neighbouring lines, whose rows look alike.
    private const int Bands = 32;

    private enum Kind { Numpy, Photograph }

    /// <summary>One class of a .npy file of examples (examples, N), a second class of another, or one class a stride of the rows of PGM images.</summary>
    /// <param name="files">One .npy file, or one or more PGM images; told apart by how they start.</param>
    /// <param name="second">The .npy file of the other class, if any.</param>
    /// <param name="sites">Photographs: N. Null: 40.</param>
    /// <param name="strides">Photographs: pixels between sites, a class each. Null: 4 and 1.</param>
    /// <exception cref="InvalidSettingException">The options do not go with the files.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static IReadOnlyList<ExampleSet> Read(IReadOnlyList<string> files, string? second, int? sites, IReadOnlyList<int>? strides)
    {
        var kinds = files.Select(KindOf).ToArray();
        if (kinds.Contains(Kind.Photograph))
        {
            if (kinds.Contains(Kind.Numpy))
                throw new InvalidDataException($"{files[Array.IndexOf(kinds, Kind.Numpy)]}: a .npy file among PGM images; give either");
            InvalidSettingException.Require(second is null, "Second", second, "left out for photographs, which make a class of each stride");
            return Photographs(files, sites ?? 40, strides ?? [4, 1]);
        }
        if (files.Count > 1)
            throw new InvalidDataException($"{files[1]}: a second .npy file; give the other class with --second");
        InvalidSettingException.Require(sites is null, "Sites", sites, "left out: a .npy file says itself how many sites it has");
        InvalidSettingException.Require(strides is null, "Strides", strides, "left out: a .npy file has no pixels");
        if (second is null)
            return [Numpy(files[0])];
        if (KindOf(second) != Kind.Numpy)
            throw new InvalidDataException($"{second}: not a .npy file");
        ExampleSet[] sets = [Numpy(files[0]), Numpy(second)];
        return sets[0].Values.shape[1] == sets[1].Values.shape[1]
            ? sets
            : throw new InvalidDataException($"{second}: has {sets[1].Values.shape[1]} sites where {files[0]} has {sets[0].Values.shape[1]}");
    }

    private static Kind KindOf(string file)
    {
        if (!File.Exists(file))
            throw new InvalidDataException($"{file}: {(Directory.Exists(file) ? "this is a folder" : "there is no file of that name")}");
        using var stream = File.OpenRead(file);
        return stream.ReadByte() switch
        {
            0x93 => Kind.Numpy,
            'P' => Kind.Photograph,
            _ => throw new InvalidDataException($"{file}: neither a .npy file of examples nor a PGM image"),
        };
    }

    private static ExampleSet Numpy(string file)
    {
        using var values = NpyFile.Read(file);
        return new ExampleSet(Path.GetFileName(file), new FileExamples(values, file).Examples(), 1);
    }

    private static IReadOnlyList<ExampleSet> Photographs(IReadOnlyList<string> files, int sites, IReadOnlyList<int> strides)
    {
        InvalidSettingException.Require(strides.Count is 1 or 2 && strides.All(s => s >= 1), "Strides", strides, "one or two whole numbers from 1, one a class");
        InvalidSettingException.Require(strides.Count == 1 || strides[0] > strides[1], "Strides", strides, "decreasing: class 0 has the shorter lengthscale and so the larger stride");
        var photos = files.Select(GreyImage.Read).ToArray();
        return [.. strides.Select(stride =>
        {
            var rows = new PhotoScanlines(photos, stride, sites).Examples(MostRows);
            return new ExampleSet(Invariant($"photograph rows, stride {stride}"), rows, (int)Math.Max(1, rows.shape[0] / Bands));
        })];
    }
}
