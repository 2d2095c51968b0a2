using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Settings of data made of photographs: one class a stride, from the same photographs.</summary>
public abstract record PhotographSettings(string Name) : DataSettings(Name)
{
    /// <summary>PGM files.</summary>
    [Setting("a.pgm,b.pgm", "Photo, patches: PGM files", Default = "two that come with the program", IsFile = true)]
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <summary>Pixels from one site to the next, of each class; a larger stride is a shorter lengthscale.</summary>
    [Setting("s0,s1", "Photo, patches: pixels between sites of each class", From = 1, To = 100_000)]
    public IReadOnlyList<int> Strides { get; init; } = [4, 1];

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => (nameof(Strides), Strides.Cast<object>());

    /// <inheritdoc/>
    public override IReadOnlyList<(string Setting, string? File)> Files() => [.. Photos.Select(photo => (nameof(Photos), photo))];

    /// <inheritdoc/>
    public override DataSettings WithFiles(IReadOnlyList<string?> files) => this with { Photos = [.. files.OfType<string>()] };

    /// <summary>The model of a class.</summary>
    protected abstract IDataModel Model(IReadOnlyList<GreyImage> photos, int stride);

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        InvalidSettingException.Require(Photos.Count >= 1, nameof(Photos), Photos, "one or more PGM files");
        InvalidSettingException.Require(Strides.Zip(Strides.Skip(1)).All(p => p.First > p.Second), nameof(Strides), Strides,
            "decreasing: class 0 has the shorter lengthscale and so the larger stride");
        // Read where the strides are right.
        var photos = new Lazy<GreyImage[]>(() => [.. Photos.Select(Read)]);
        try
        {
            return PerClass(nameof(Strides), Strides, s => s is >= 1 and <= 100_000, "whole numbers from 1, one a class, the larger stride first", stride => Model(photos.Value, stride));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{nameof(Photos)}: {e.Message}");
        }
    }

    private static GreyImage Read(string photo)
    {
        InvalidSettingException.RequireFile(nameof(Photos), photo);
        return GreyImage.Read(photo);
    }
}

/// <summary>Settings of <see cref="PhotoScanlines"/>.</summary>
public sealed record PhotoSettings() : PhotographSettings("photo")
{
    /// <inheritdoc/>
    protected override IDataModel Model(IReadOnlyList<GreyImage> photos, int stride) => new PhotoScanlines(photos, stride, Sites);

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        int sites = Ring("rows of photographs have one dimension");
        InvalidSettingException.Require(sites <= MeasuredStatistics.MostSites, nameof(Sites), sites,
            $"at most {MeasuredStatistics.MostSites}, for the covariance of photographs is kept whole");
        return base.Classes();
    }
}

/// <summary>Settings of <see cref="PhotoPatches"/>; the sites are those of a patch.</summary>
public sealed record PatchesSettings() : PhotographSettings("patches")
{
    /// <summary>Whether they are whitened.</summary>
    [Setting("Patches: whether they are whitened")]
    public bool Whiten { get; init; }

    /// <inheritdoc/>
    protected override IDataModel Model(IReadOnlyList<GreyImage> photos, int stride) => new PhotoPatches(photos, stride, ToLattice().Side, Whiten);

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var lattice = ToLattice();
        InvalidSettingException.Require(lattice.Dimensions == 2, nameof(Sites), lattice, "LxL, such as 12x12, for patches of photographs have two dimensions");
        InvalidSettingException.Require(lattice.Side <= 64, nameof(Sites), lattice, "at most 64x64, for the covariance of patches is kept whole");
        return base.Classes();
    }
}
