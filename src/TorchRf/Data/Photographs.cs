using TorchRf.Data.Marginals;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>How patches are whitened.</summary>
public enum PatchWhitening
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each patch by a matrix, (S + 0.01 I)^(-1/2) of the patches' covariance S: the whitening that leaves a site a site. A patch's edges are whitened by what is on one side of them alone.</summary>
    Zca,

    /// <summary>
    /// Each patch by a matrix too: the principal components that hold 99 % of the variance are brought to unit variance, the others dropped, and all is turned back to sites. (What is white stays so
    /// however it is turned; components themselves are no sites, and have no place in a field.)
    /// </summary>
    Pca,

    /// <summary>Whole pictures by Olshausen and Field's filter, f exp(-(f/f0)^4) with f0 = 0.39 cycles a site; a border is dropped, and patches are cut then.</summary>
    Olshausen,
}

/// <summary>
/// Windows that are cut from photographs, a fixed stride between sites: at a small stride neighbouring sites see nearly the same, at a large one the scene varies faster,
/// so strides make classes of different lengthscale from the same scenes. A mean is removed, all are scaled together to unit variance (<see cref="Preparation"/>), and each is shown as it is or as its
/// negative, equally often, because the task's laws are symmetric.
/// </summary>
public abstract class PhotographWindows : IDataModel, IExamples, IDisposable
{
    private readonly PhotoWindows windows;
    private readonly Preparation how;
    private readonly DenseCovariance covariance;

    // What windows are multiplied by: each site by its own, where sites are treated differently, then by whitening, then all.
    private readonly Tensor? gains;
    private readonly Tensor? whitening;
    private readonly double scale;

    // What the whitening's matrix says of itself, in a sentence.
    private readonly string? whitened;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="lattice">The sites: a row or a square of them.</param>
    /// <param name="how">What is done to the windows.</param>
    /// <param name="whiten">How they are whitened.</param>
    /// <exception cref="InvalidDataException">No photograph is large enough, or all are blank.</exception>
    private protected PhotographWindows(IReadOnlyList<GreyImage> photos, int stride, Lattice lattice, Preparation how, PatchWhitening whiten)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        (Stride, Lattice, this.how, Whitened) = (stride, lattice, how, whiten);
        windows = new PhotoWindows(photos, lattice.Dimensions == 1 ? 1 : lattice.Side, lattice.Side, stride, ofPicture: how.RemoveMean == RemoveMean.Picture, filters: whiten == PatchWhitening.Olshausen, how.Band);
        using var scope = torch.NewDisposeScope();
        long[] sample = windows.ForStatistics();
        // All of it follows from the second moments of the windows as they are, of which a piece at a time is in memory.
        var second = Second(sample);
        var variances = second.diagonal();
        double variance = variances.mean().item<double>();
        // Less than this is rounding.
        if (!(variance > 1e-12))
            throw new InvalidDataException("The photographs are blank: their rows do not vary.");
        var deviations = variances.sqrt();
        Deviations = (deviations.min().item<double>(), deviations.max().item<double>());
        scale = how.Standardize == Standardize.All ? 1 / Math.Sqrt(variance) : 1;
        if (how.Standardize == Standardize.Site)
            gains = deviations.reciprocal();
        if (how.Window(lattice) is Tensor fading)
        {
            gains = gains is null ? fading : gains * fading;
            if (how.Standardize != Standardize.None)
                scale = 1 / (variances * gains.square()).mean().sqrt().item<double>();
        }
        second = (gains is null ? second : second * gains * gains.unsqueeze(1)) * (scale * scale);
        if (whiten is PatchWhitening.Zca or PatchWhitening.Pca)
        {
            (whitening, whitened) = whiten == PatchWhitening.Zca ? Zca(second) : Pca(second);
            second = whitening.matmul(second).matmul(whitening);
            double again = 1 / second.diagonal().mean().sqrt().item<double>();
            scale *= again;
            second = second * (again * again);
        }
        gains?.DetachFromDisposeScope();
        covariance = new DenseCovariance((second + second.mT) * 0.5);
        long every = Math.Max(1, (long)sample.Length * Sites / MeasuredStatistics.MarginalValues);
        Marginal = MeasuredStatistics.MarginalOf(Examples([.. sample.Where((_, i) => i % every == 0)]));
    }

    /// <summary>Pixels from one site to the next.</summary>
    public int Stride { get; }

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <summary>How they are whitened.</summary>
    public PatchWhitening Whitened { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public ICovariance Covariance => covariance;

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => how.OutsideTheLemma;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
    [
        FormattableString.Invariant($"{char.ToUpperInvariant(Description[0])}{Description[1..]}: the mean of each {(how.RemoveMean == RemoveMean.Picture ? "picture" : "example")} was removed, and ")
            + (how.Standardize switch { Standardize.All => "all sites were scaled together", Standardize.Site => "each site was brought to unit variance", _ => "nothing was scaled" })
            + FormattableString.Invariant($" (standard deviations from {Deviations.Least:0.###} to {Deviations.Most:0.###}, white being 1)")
            + (how.Band is FrequencyBand band ? FormattableString.Invariant($"; {band} of each were kept") : "")
            + (how.Taper > 0 ? FormattableString.Invariant($"; {how.Taper:0.###} of the sites at each end fade out.") : "."),
        .. Whitened switch
        {
            PatchWhitening.Zca or PatchWhitening.Pca => [whitened!],
            PatchWhitening.Olshausen => [FormattableString.Invariant($"Whole pictures were filtered before patches were cut, by f exp(-(f/{OlshausenFilter.Highest:0.00})^4), f in cycles a site, and a border of {OlshausenFilter.Border * Stride} pixels was dropped.")],
            _ => (string[])[],
        },
    ];

    /// <inheritdoc/>
    public long Count => windows.Count;

    // Of the sites, before anything was scaled.
    private (double Least, double Most) Deviations { get; }

    /// <summary>Photograph after photograph, line after line, start after start.</summary>
    /// <inheritdoc/>
    public Tensor Examples(long most = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        using var scope = torch.NewDisposeScope();
        return Shown(windows.Spread(most)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Examples(ReadOnlySpan<long> numbers)
    {
        using var scope = torch.NewDisposeScope();
        return Shown(windows.Read(numbers)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Drawn(this, examples, generator, dtype, into);

    /// <summary>Lets go of the covariance and of what windows are multiplied by.</summary>
    public void Dispose()
    {
        covariance.Dispose();
        gains?.Dispose();
        whitening?.Dispose();
        GC.SuppressFinalize(this);
    }

    private Tensor Shown(Tensor centred)
    {
        var x = gains is null ? centred : centred * gains;
        return (whitening is null ? x : x.matmul(whitening)) * scale;
    }

    // Shape (N, N), of the windows of the given numbers.
    private Tensor Second(long[] numbers)
    {
        var sum = torch.zeros([Sites, Sites], ScalarType.Float64);
        foreach (long[] piece in numbers.Chunk((int)MeasuredStatistics.PieceRows(Sites)))
        {
            using var scope = torch.NewDisposeScope();
            var x = windows.Read(piece);
            sum.add_(x.mT.matmul(x));
        }
        return sum.div_((double)numbers.Length);
    }

    // What is left of the variance of directions that have some: each would have 1.
    private static (Tensor Matrix, string Words) Zca(Tensor second)
    {
        using var scope = torch.NewDisposeScope();
        var (eigenvalues, eigenvectors) = torch.linalg.eigh((second + second.mT) * 0.5);
        var gains = (eigenvalues.clamp(min: 0.0) + PhotoPatches.Regularisation).sqrt().reciprocal();
        double retained = (eigenvalues * gains.square())[eigenvalues > eigenvalues.max() * 1e-9].mean().item<double>();
        return ((eigenvectors * gains).matmul(eigenvectors.mT).DetachFromDisposeScope(),
            FormattableString.Invariant($"Whitening by ZCA retains {100 * retained:0.0} % of the variance of full whitening, for {PhotoPatches.Regularisation} is added to each eigenvalue: the faintest directions stay faint."));
    }

    private static (Tensor Matrix, string Words) Pca(Tensor second)
    {
        using var scope = torch.NewDisposeScope();
        var (eigenvalues, eigenvectors) = torch.linalg.eigh((second + second.mT) * 0.5);
        // From the largest on, until they hold enough.
        double[] variances = [.. eigenvalues.ToArray<double>().Reverse().Select(v => Math.Max(0, v))];
        double all = variances.Sum(), held = 0;
        int kept = variances.TakeWhile(v => (held += v) - v < PhotoPatches.Kept * all).Count();
        var (gains, axes) = (eigenvalues.narrow(0, variances.Length - kept, kept).rsqrt(), eigenvectors.narrow(1, variances.Length - kept, kept));
        return ((axes * gains).matmul(axes.mT).DetachFromDisposeScope(),
            FormattableString.Invariant($"Whitening by PCA keeps {kept} of {variances.Length} directions, which hold {100 * variances.Take(kept).Sum() / all:0.0} % of the variance, each of unit variance; the others are dropped."));
    }
}

/// <summary>Rows of N pixels from photographs, a fixed stride apart.</summary>
public sealed class PhotoScanlines : PhotographWindows
{
    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="how">What is done to the rows; <see cref="Preparation.OfPhotographs"/> if this is left out.</param>
    /// <exception cref="InvalidDataException">No photograph is wide enough, or all are blank.</exception>
    public PhotoScanlines(IReadOnlyList<GreyImage> photos, int stride, int sites, Preparation? how = null) : base(photos, stride, Row(sites), how ?? Preparation.OfPhotographs, PatchWhitening.None)
    {
    }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"photograph rows, stride {Stride}");

    private static Lattice Row(int sites)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        return Lattice.Ring(sites);
    }
}

/// <summary>
/// Square patches of L x L pixels from photographs, a fixed stride apart, as sparse coding and ICA look at them (LSG's natural scenes, after Olshausen and
/// Field, Vision Res. 37, 1997). Their lattice is for drawing only: a patch ends at its borders and is not joined around them.
/// </summary>
public sealed class PhotoPatches : PhotographWindows
{
    /// <summary>
    /// What whitening adds to each eigenvalue, of an average of 1. Without it the faintest details, pixel noise, would count as much as anything else.
    /// </summary>
    public const double Regularisation = 0.01;

    /// <summary>The share of the variance that the components hold which whitening by PCA keeps, at least.</summary>
    public const double Kept = 0.99;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="side">L &gt;= 2.</param>
    /// <param name="whiten">How to whiten them. It takes away most of what lengthscales differ in and leaves the higher moments.</param>
    /// <param name="how">What is done to the patches; <see cref="Preparation.OfPhotographs"/> if this is left out. Patches of filtered pictures always lose their own mean: the picture's has none left.</param>
    /// <exception cref="InvalidDataException">No photograph is large enough, or all are blank.</exception>
    public PhotoPatches(IReadOnlyList<GreyImage> photos, int stride, int side, PatchWhitening whiten = PatchWhitening.None, Preparation? how = null)
        : base(photos, stride, Square(side), Prepared(how ?? Preparation.OfPhotographs, whiten), whiten)
    {
    }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"photograph patches of {Lattice}, stride {Stride}{(Whitened switch { PatchWhitening.Zca => ", whitened", PatchWhitening.Pca => ", whitened by PCA", PatchWhitening.Olshausen => ", filtered", _ => "" })}");

    private static Preparation Prepared(Preparation how, PatchWhitening whiten) => whiten == PatchWhitening.Olshausen ? how with { RemoveMean = RemoveMean.Example } : how;

    private static Lattice Square(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 2);
        return Lattice.Torus(side);
    }
}
