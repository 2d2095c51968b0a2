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
    private readonly PhotoWindows rows;
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

    /// <summary>One class a stride, from the same photographs.</summary>
    /// <exception cref="InvalidSettingException">There are no photographs, or fewer than two strides, or they are not allowed.</exception>
    /// <exception cref="InvalidDataException">A file is not a photograph that can be used.</exception>
    internal static IReadOnlyList<IDataModel> Classes(IReadOnlyList<string> files, IReadOnlyList<int> strides, int sites)
    {
        InvalidSettingException.Require(sites <= MeasuredStatistics.MostSites, "sites", sites,
            $"at most {MeasuredStatistics.MostSites}, for the covariance of photographs is kept whole");
        return Classes(files, strides, (photos, stride) => new PhotoScanlines(photos, stride, sites));
    }

    /// <summary>The same of any model made of photographs at a stride.</summary>
    internal static IReadOnlyList<IDataModel> Classes(
        IReadOnlyList<string> files, IReadOnlyList<int> strides, Func<IReadOnlyList<PgmImage>, int, IDataModel> model)
    {
        InvalidSettingException.Require(files.Count >= 1, "photos", files, "one or more PGM files");
        InvalidSettingException.Require(strides.Count >= 2 && strides.All(s => s is >= 1 and <= 100_000), "strides", strides,
            "two or more whole numbers from 1, one a class, the larger stride first");
        InvalidSettingException.Require(strides.Zip(strides.Skip(1)).All(p => p.First > p.Second), "strides", strides,
            "decreasing: class 0 has the shorter lengthscale and so the larger stride");
        PerClass.RequireFew("strides", strides.Count);
        foreach (var file in files)
            InvalidSettingException.RequireFile("photos", file);
        try
        {
            var photos = files.Select(PgmImage.Read).ToArray();
            return [.. strides.Select(stride => model(photos, stride))];
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("--photos: " + e.Message);
        }
    }

    /// <summary>
    /// Rows in order (photograph after photograph, line after line, start after start) and with their own signs, centred and scaled, evenly spread
    /// over all there are. Neighbouring rows overlap, so that they are not independent.
    /// </summary>
    /// <param name="most">How many at most, at least 1.</param>
    /// <returns>Shape (examples, N), Float64 on the CPU.</returns>
    public Tensor Examples(long most)
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
