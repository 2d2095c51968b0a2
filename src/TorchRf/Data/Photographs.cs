using TorchRf.Data.Marginals;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>
/// Rows of N pixels from photographs, a fixed stride apart: at a small stride neighbouring sites see nearly the same, at a
/// large one the scene varies faster, so strides make classes of different lengthscale from the same scenes. The mean of each
/// row is removed, all rows are scaled together to unit variance, and each is shown as it is or as its negative, equally
/// often, because the task's laws are symmetric.
/// </summary>
public sealed class PhotoScanlines : IDataModel, IExamples
{
    private readonly PhotoWindows rows;
    private readonly double scale;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="sites">N &gt;= 4.</param>
    /// <exception cref="InvalidDataException">No photograph is wide enough, or all are blank.</exception>
    public PhotoScanlines(IReadOnlyList<GreyImage> photos, int stride, int sites)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        (Stride, Sites) = (stride, sites);
        rows = new PhotoWindows(photos, 1, sites, stride);
        using var scope = torch.NewDisposeScope();
        var sample = rows.Spread();
        scale = MeasuredStatistics.ScaleOfPixels(sample);
        (Covariance, Marginal) = MeasuredStatistics.Of(sample * scale);
    }

    /// <summary>Pixels from one site to the next.</summary>
    public int Stride { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"photograph rows, stride {Stride}");

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public long Count => rows.Count;

    /// <summary>Photograph after photograph, line after line, start after start.</summary>
    /// <inheritdoc/>
    public Tensor Examples(long most = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        using var scope = torch.NewDisposeScope();
        return (rows.Spread(most) * scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype) =>
        rows.Draw(examples, generator, dtype, x => x * scale);
}

/// <summary>
/// Square patches of L x L pixels from photographs, a fixed stride apart, as sparse coding and ICA look at them (LSG's natural scenes, after Olshausen and
/// Field, Vision Res. 37, 1997). The mean of each patch is removed, all are scaled together to unit variance on average, and each is shown as it is
/// or as its negative, equally often. Strides make classes of different lengthscale, as in <see cref="PhotoScanlines"/>.
/// </summary>
public sealed class PhotoPatches : IDataModel, IExamples
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
    public PhotoPatches(IReadOnlyList<GreyImage> photos, int stride, int side, bool whiten = false)
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

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype) =>
        windows.Draw(examples, generator, dtype, Shown);

    private Tensor Shown(Tensor centred) => (whitening is null ? centred : centred.matmul(whitening.Like(centred))) * scale;

    /// <inheritdoc/>
    public long Count => windows.Count;

    /// <summary>Photograph after photograph, line after line, start after start.</summary>
    /// <inheritdoc/>
    public Tensor Examples(long most = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        using var scope = torch.NewDisposeScope();
        return Shown(windows.Spread(most)).MoveToOuterDisposeScope();
    }

    private static Tensor Whitening(Tensor sample)
    {
        using var scope = torch.NewDisposeScope();
        var second = sample.mT.matmul(sample) / (double)sample.shape[0];
        var (eigenvalues, eigenvectors) = torch.linalg.eigh((second + second.mT) * 0.5);
        var gains = (eigenvalues.clamp(min: 0.0) + Regularisation).sqrt().reciprocal();
        return (eigenvectors * gains).matmul(eigenvectors.mT).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// All windows of rows x columns sites that photographs hold, sites a fixed stride apart in both directions. They are numbered through: photograph
/// after photograph, line after line, start after start; photographs too small for one are passed over.
/// </summary>
internal sealed class PhotoWindows
{
    // Windows and numbers that statistics are taken from, evenly spread over all there are.
    private const long StatisticsWindows = 200_000;
    private const long StatisticsNumbers = 20_000_000;

    private readonly int rows;
    private readonly int columns;
    private readonly int stride;
    private readonly TensorCopies pixels;
    private readonly TensorCopies tables;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="rows">Sites from top to bottom.</param>
    /// <param name="columns">Sites from left to right.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <exception cref="InvalidDataException">No photograph is large enough.</exception>
    internal PhotoWindows(IReadOnlyList<GreyImage> photos, int rows, int columns, int stride)
    {
        (this.rows, this.columns, this.stride) = (rows, columns, stride);
        long wide = ((long)(columns - 1) * stride) + 1, high = ((long)(rows - 1) * stride) + 1;
        var usable = photos.Where(p => p.Width >= wide && p.Height >= high).ToArray();
        if (usable.Length == 0)
            throw new InvalidDataException(rows == 1
                ? $"No photograph is {wide} pixels wide, which {columns} sites at stride {stride} need."
                : $"No photograph is {wide} pixels wide and {high} high, which {rows} x {columns} sites at stride {stride} need.");
        var (all, first, offset, width, starts) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        foreach (var photo in usable)
        {
            first.Add(Count);
            offset.Add(all.Count);
            width.Add(photo.Width);
            starts.Add(photo.Width - wide + 1);
            Count += (photo.Height - high + 1) * (photo.Width - wide + 1);
            foreach (var pixel in photo.ToArray())
                all.Add((double)pixel / photo.MaxValue);
        }
        using var scope = torch.NewDisposeScope();
        pixels = new TensorCopies(torch.tensor(all.ToArray()));
        tables = new TensorCopies(torch.stack([.. new[] { first, offset, width, starts }.Select(t => torch.tensor(t.ToArray()))]));
    }

    /// <summary>How many windows there are.</summary>
    internal long Count { get; }

    /// <summary>Windows spread evenly over all, for statistics, less each one's mean; shape (windows, rows * columns), Float64 on the CPU.</summary>
    internal Tensor Spread()
    {
        long kept = Math.Min(StatisticsWindows, Math.Max(1, StatisticsNumbers / (rows * columns)));
        return Each(Math.Max(1, Count / kept));
    }

    /// <summary>At most so many windows, in order and spread evenly over all, less each one's mean; shape (windows, rows * columns), Float64 on the CPU.</summary>
    internal Tensor Spread(long most) => Each(((Count - 1) / most) + 1);

    /// <summary>Windows drawn with replacement, as they are or as their negatives, equally often; shape (examples, rows * columns).</summary>
    /// <param name="examples">How many.</param>
    /// <param name="generator">The stream of randomness; its device is where they are made.</param>
    /// <param name="dtype">Of the result.</param>
    /// <param name="transform">What is made of the windows, Float64 and less each one's mean, before they are brought to the dtype.</param>
    internal Tensor Draw(long examples, Generator generator, ScalarType dtype, Func<Tensor, Tensor> transform)
    {
        using var scope = torch.NewDisposeScope();
        var chosen = torch.randint(Count, [examples], device: generator.device, generator: generator).to(ScalarType.Float64);
        var sign = torch.randint(2, [examples, 1], device: generator.device, generator: generator).to(dtype) * 2 - 1;
        return (transform(Centred(chosen)).to(dtype) * sign).MoveToOuterDisposeScope();
    }

    private Tensor Each(long step)
    {
        using var scope = torch.NewDisposeScope();
        return Centred(torch.arange(0, Count, ScalarType.Float64).slice(0, step / 2, Count, step)).MoveToOuterDisposeScope();
    }

    // The windows with the given numbers, Float64 and so exact to 2^53, shape (n), less each one's mean.
    private Tensor Centred(Tensor numbers)
    {
        var table = tables.Like(numbers);
        // Which photograph a window is in: how many start at or before it, less one.
        var photo = numbers.unsqueeze(1).ge(table[0]).to(ScalarType.Int64).sum(1) - 1;
        Tensor Of(int column) => table[column].index_select(0, photo);
        var within = numbers - Of(0);
        var line = (within / Of(3)).floor();
        var start = Of(1) + (line * Of(2)) + (within - (line * Of(3)));
        var across = torch.arange(0, columns, ScalarType.Float64, numbers.device) * stride;
        var down = (Of(2) * stride).unsqueeze(1) * torch.arange(0, rows, ScalarType.Float64, numbers.device);
        var index = (start.unsqueeze(1) + down).unsqueeze(2) + across;
        var x = pixels.Like(numbers).index_select(0, index.to(ScalarType.Int64).flatten()).view(numbers.shape[0], (long)rows * columns);
        return x - x.mean([1], keepdim: true);
    }
}
