using TorchRf.Data.Marginals;
using TorchRf.Files;

namespace TorchRf.Data;

/// <summary>
/// Rows of N pixels from photographs, a fixed stride apart: at a small stride neighbouring sites see nearly the same, at a
/// large one the scene varies faster, so strides make classes of different lengthscale from the same scenes. The mean of each
/// row is removed, all rows are scaled together to unit variance, and each is shown as it is or as its negative, equally
/// often, because the task's laws are symmetric.
/// </summary>
public sealed class PhotoScanlines : IDataModel
{
    // Rows from which the statistics are taken, evenly spread over all there are.
    private const long StatisticsRows = 200_000;

    private readonly TensorCopies pixels;
    private readonly TensorCopies tables;
    private readonly long rows;
    private readonly double scale;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="sites">N &gt;= 4.</param>
    /// <exception cref="InvalidDataException">No photograph is wide enough, or all are blank.</exception>
    public PhotoScanlines(IReadOnlyList<PgmImage> photos, int stride, int sites)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        (Stride, Sites) = (stride, sites);
        long span = ((long)(sites - 1) * stride) + 1;
        var usable = photos.Where(p => p.Width >= span).ToArray();
        if (usable.Length == 0)
            throw new InvalidDataException($"No photograph is {span} pixels wide, which {sites} sites at stride {stride} need.");
        // Rows are numbered through: photograph after photograph, line after line, start after start.
        var (all, first, offset, width, starts) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        foreach (var photo in usable)
        {
            first.Add(rows);
            offset.Add(all.Count);
            width.Add(photo.Width);
            starts.Add(photo.Width - span + 1);
            rows += photo.Height * (photo.Width - span + 1);
            foreach (var pixel in photo.Pixels)
                all.Add((double)pixel / photo.MaxValue);
        }
        using var scope = torch.NewDisposeScope();
        pixels = new TensorCopies(torch.tensor(all.ToArray()));
        tables = new TensorCopies(torch.stack([.. new[] { first, offset, width, starts }.Select(t => torch.tensor(t.ToArray()))]));

        long every = Math.Max(1, rows / StatisticsRows);
        scale = 1;
        var sample = Rows(torch.arange(0, rows, ScalarType.Float64).slice(0, every / 2, rows, every), ScalarType.Float64);
        double variance = sample.square().mean().item<double>();
        // Pixels lie between 0 and 1; less than this is rounding.
        if (!(variance > 1e-12))
            throw new InvalidDataException("The photographs are blank: their rows do not vary.");
        scale = 1 / Math.Sqrt(variance);
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

    /// <summary>One class a stride, from the same photographs.</summary>
    /// <exception cref="InvalidSettingException">There are no photographs, or fewer than two strides, or they are not allowed.</exception>
    /// <exception cref="InvalidDataException">A file is not a photograph that can be used.</exception>
    internal static IReadOnlyList<IDataModel> Classes(IReadOnlyList<string> files, IReadOnlyList<int> strides, int sites)
    {
        InvalidSettingException.Require(files.Count >= 1, "photos", files, "one or more PGM files");
        InvalidSettingException.Require(strides.Count >= 2 && strides.All(s => s is >= 1 and <= 100_000), "strides", strides,
            "two or more whole numbers from 1, one a class, the larger stride first");
        InvalidSettingException.Require(strides.Zip(strides.Skip(1)).All(p => p.First > p.Second), "strides", strides,
            "decreasing: class 0 has the shorter lengthscale and so the larger stride");
        foreach (var file in files)
            InvalidSettingException.RequireFile("photos", file);
        try
        {
            var photos = files.Select(PgmImage.Read).ToArray();
            return [.. strides.Select(stride => new PhotoScanlines(photos, stride, sites))];
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("--photos: " + e.Message);
        }
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        var chosen = torch.randint(rows, [examples], device: generator.device, generator: generator).to(ScalarType.Float64);
        var sign = torch.randint(2, [examples, 1], device: generator.device, generator: generator).to(dtype) * 2 - 1;
        return (Rows(chosen, dtype) * sign).MoveToOuterDisposeScope();
    }

    // The rows with the given numbers, shape (examples, N). Numbers are Float64, exact to 2^53.
    private Tensor Rows(Tensor numbers, ScalarType dtype)
    {
        var table = tables.Like(numbers);
        // Which photograph a row is in: how many start at or before it, less one.
        var photo = numbers.unsqueeze(1).ge(table[0]).to(ScalarType.Int64).sum(1) - 1;
        Tensor Of(int column) => table[column].index_select(0, photo);
        var within = numbers - Of(0);
        var line = (within / Of(3)).floor();
        var start = Of(1) + (line * Of(2)) + (within - (line * Of(3)));
        var steps = torch.arange(0, Sites, ScalarType.Float64, numbers.device) * Stride;
        var index = (start.unsqueeze(1) + steps).to(ScalarType.Int64).flatten();
        var x = pixels.Like(numbers).index_select(0, index).view(numbers.shape[0], Sites);
        return ((x - x.mean([1], keepdim: true)) * scale).to(dtype);
    }
}
