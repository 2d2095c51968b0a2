using TorchRf.Data.Marginals;
using TorchRf.Files;

namespace TorchRf.Data;

/// <summary>
/// Square patches of L x L pixels from photographs, a fixed stride apart, as sparse coding and ICA look at them (LSG's natural scenes, after Olshausen and
/// Field, Vision Res. 37, 1997). The mean of each patch is removed, all are scaled together to unit variance on average, and each is shown as it is
/// or as its negative, equally often. Strides make classes of different lengthscale, as in <see cref="PhotoScanlines"/>.
/// </summary>
public sealed class PhotoPatches : IDataModel
{
    /// <summary>
    /// What whitening adds to each eigenvalue, of an average of 1. Without it the faintest details, pixel noise, would count as much as anything else.
    /// </summary>
    public const double Regularisation = 0.01;

    private readonly PhotoWindows windows;
    private readonly TensorCopies? whitening;
    private readonly double scale;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="side">L &gt;= 2.</param>
    /// <param name="whiten">Whether to multiply the patches by (S + 0.01 I)^(-1/2), S their own covariance at unit variance on average: "ZCA", the whitening that
    /// leaves a site a site. It takes away most of what lengthscales differ in and leaves the higher moments.</param>
    /// <exception cref="InvalidDataException">No photograph is large enough, or all are blank.</exception>
    public PhotoPatches(IReadOnlyList<PgmImage> photos, int stride, int side, bool whiten = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 2);
        (Stride, Lattice, Whitened) = (stride, Lattice.Torus(side), whiten);
        windows = new PhotoWindows(photos, side, side, stride);
        using var scope = torch.NewDisposeScope();
        var sample = windows.Spread();
        scale = MeasuredStatistics.ScaleOfPixels(sample);
        sample = sample * scale;
        if (whiten)
        {
            whitening = new TensorCopies(Whitening(sample));
            sample = sample.matmul(whitening.Original);
            double again = 1 / sample.square().mean().sqrt().item<double>();
            scale *= again;
            sample = sample * again;
        }
        (Covariance, Marginal) = MeasuredStatistics.Of(sample);
    }

    /// <summary>Pixels from one site to the next.</summary>
    public int Stride { get; }

    /// <summary>Whether the patches are whitened.</summary>
    public bool Whitened { get; }

    /// <summary>L x L sites, for drawing only: a patch ends at its borders and is not joined around them.</summary>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"photograph patches of {Lattice}, stride {Stride}{(Whitened ? ", whitened" : "")}");

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <summary>One class a stride, from the same photographs; the sites are those of a patch.</summary>
    /// <exception cref="InvalidSettingException">The sites are not LxL, or the photographs or strides are not allowed.</exception>
    /// <exception cref="InvalidDataException">A file is not a photograph that can be used.</exception>
    internal static IReadOnlyList<IDataModel> Classes(DataSettings settings)
    {
        var lattice = settings.ToLattice();
        InvalidSettingException.Require(lattice.Dimensions == 2, "sites", lattice, "LxL, such as 12x12, for patches of photographs have two dimensions");
        InvalidSettingException.Require(lattice.Side <= 64, "sites", lattice, "at most 64x64, for the covariance of patches is kept whole");
        return PhotoScanlines.Classes(settings.Photos, settings.Strides, (photos, stride) => new PhotoPatches(photos, stride, lattice.Side, settings.Whiten));
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype) =>
        windows.Draw(examples, generator, dtype, x => (whitening is null ? x : x.matmul(whitening.Like(x))) * scale);

    private static Tensor Whitening(Tensor sample)
    {
        using var scope = torch.NewDisposeScope();
        var second = sample.mT.matmul(sample) / (double)sample.shape[0];
        var (eigenvalues, eigenvectors) = torch.linalg.eigh((second + second.mT) * 0.5);
        var gains = (eigenvalues.clamp(min: 0.0) + Regularisation).sqrt().reciprocal();
        return (eigenvectors * gains).matmul(eigenvectors.mT).MoveToOuterDisposeScope();
    }
}
