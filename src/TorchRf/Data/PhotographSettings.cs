using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Settings of data made of photographs: one class a stride, from the same photographs.</summary>
public abstract record PhotographSettings : OwnDataSettings
{
    // Pictures that were passed over are named up to here, and counted.
    private const int MostNamed = 5;

    /// <summary>No photographs yet.</summary>
    protected PhotographSettings(string name) : base(name) => (RemoveMean, Standardize) = (Preparation.OfPhotographs.RemoveMean, Preparation.OfPhotographs.Standardize);

    /// <summary>Pictures, folders of them, and patterns of their names.</summary>
    [Setting("a.jpg,folder", "Photo, patches: pictures, folders of them, or patterns such as '*.jpg'", Default = "two that come with the program", IsFile = true)]
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <summary>Pixels from one site to the next, of each class; a larger stride is a shorter lengthscale.</summary>
    [Setting("s0,s1", "Photo, patches: pixels between sites of each class", From = 1, To = 100_000)]
    public IReadOnlyList<int> Strides { get; init; } = [4, 1];

    /// <inheritdoc/>
    public override JsonObject Earlier => new(base.Earlier.Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone()))) { ["remove_mean"] = "example" };

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => (nameof(Strides), Strides.Cast<object>());

    /// <inheritdoc/>
    public override IReadOnlyList<(string Setting, string? File)> Files() => [.. Photos.Select(photo => (nameof(Photos), photo))];

    /// <inheritdoc/>
    public override DataSettings WithFiles(IReadOnlyList<string?> files) => this with { Photos = [.. files.OfType<string>()] };

    /// <inheritdoc/>
    public override DataSettings WithFilesFound() => this with { Photos = [.. Pictures([]).Select(p => p.File)] };

    /// <summary>Sites of an example from top to bottom and from left to right.</summary>
    protected abstract (int Rows, int Columns) Window { get; }

    /// <summary>Sites that are lost at each edge of a picture before windows are cut.</summary>
    protected virtual int Border => 0;

    /// <summary>The model of a class.</summary>
    protected abstract IDataModel Model(IReadOnlyList<GreyImage> photos, int stride, Preparation how);

    internal override DataReading Read()
    {
        InvalidSettingException.Require(RemoveMean != RemoveMean.Class, nameof(RemoveMean), "class", "picture or example, for photographs");
        InvalidSettingException.Require(Photos.Count >= 1, nameof(Photos), Photos, "one or more pictures, or a folder of them");
        InvalidSettingException.Require(Strides.Count >= 1 && Strides.All(s => s is >= 1 and <= 100_000), nameof(Strides), Strides, "whole numbers from 1 to 100000, one a class, the larger stride first");
        InvalidSettingException.Require(Strides.Zip(Strides.Skip(1)).All(p => p.First > p.Second), nameof(Strides), Strides,
            "decreasing: class 0 has the shorter lengthscale and so the larger stride");
        var how = Preparation with { Band = Band(1, Window.Rows, Window.Columns) };
        var notes = new List<string>();
        var pictures = Pictures(notes);
        GreyImage[] photos = [.. pictures.Select(p => p.Picture)];
        try
        {
            var models = Ordered([.. Strides.Select(stride => Model(photos, stride, how))], notes);
            return new DataReading(models, this with { Photos = [.. pictures.Select(p => p.File)] }, notes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{nameof(Photos)}: {e.Message}");
        }
    }

    // Those that were asked for by name must do; of those that a folder or a pattern stands for, the others are passed over.
    private List<(string File, GreyImage Picture)> Pictures(List<string> notes)
    {
        var (read, passedOver, looked, largest) = (new List<(string File, GreyImage Picture)>(), new List<string>(), 0, (File: "", Width: 0, Height: 0));
        // Class 0 has the largest stride: what is large enough for it is so for all.
        var (rows, columns) = Window;
        long wide = ((long)(columns - 1 + (2 * Border)) * Strides[0]) + 1, high = ((long)(rows - 1 + (rows == 1 ? 0 : 2 * Border)) * Strides[0]) + 1;
        string sites = FormattableString.Invariant($"{(rows == 1 ? "" : $"{rows} x ")}{columns} sites at stride {Strides[0]}, class 0's,{(Border == 0 ? "" : $" and a border of {Border * (long)Strides[0]} pixels, which filtering drops,")} need");
        foreach (var name in Photos)
            if (!Directory.Exists(name) && Path.GetFileName(name).AsSpan().IndexOfAny('*', '?') < 0)
                InvalidSettingException.RequireFile(nameof(Photos), name);
        InvalidDataException? refused = null;
        foreach (var (file, isNamed) in Photos.SelectMany(name => File.Exists(name) ? [(name, true)] : PictureFiles.Expand([name]).Select(file => (file, false))))
        {
            looked++;
            try
            {
                var picture = GreyImage.Read(file);
                if (picture.Width < wide || picture.Height < high)
                {
                    if ((long)picture.Width * picture.Height > (long)largest.Width * largest.Height)
                        largest = (file, picture.Width, picture.Height);
                    throw new InvalidDataException(FormattableString.Invariant($"{file}: {picture.Width} x {picture.Height} pixels; {sites} {wide}{(rows == 1 ? "" : $" x {high}")}"));
                }
                read.Add((file, picture));
            }
            catch (InvalidDataException e)
            {
                passedOver.Add(e.Message);
                refused ??= isNamed ? new InvalidDataException($"{nameof(Photos)}: {e.Message}") : null;
            }
        }
        if (read.Count == 0 && largest.Width > 0)
            throw new InvalidDataException(FormattableString.Invariant($"{nameof(Photos)}: No photograph is {wide} pixels wide{(rows == 1 ? "" : $" and {high} high")}, which {sites}; {largest.File} has {largest.Width} x {largest.Height}"));
        if (refused is not null)
            throw refused;
        if (read.Count == 0)
            throw new InvalidDataException($"{nameof(Photos)}: none of {looked} pictures can be read: {passedOver[0]}");
        if (passedOver.Count > 0)
            notes.Add($"Passed over {passedOver.Count} of {looked} pictures: {string.Join("; ", passedOver.Take(MostNamed))}{(passedOver.Count > MostNamed ? "; ..." : "")}.");
        return read;
    }
}

/// <summary>Settings of <see cref="PhotoScanlines"/>.</summary>
public sealed record PhotoSettings() : PhotographSettings("photo")
{
    /// <inheritdoc/>
    protected override (int Rows, int Columns) Window => (1, Sites);

    /// <inheritdoc/>
    protected override IDataModel Model(IReadOnlyList<GreyImage> photos, int stride, Preparation how) => new PhotoScanlines(photos, stride, Sites, how);

    internal override DataReading Read()
    {
        int sites = Ring("rows of photographs have one dimension");
        InvalidSettingException.Require(sites <= MeasuredStatistics.MostSites, nameof(Sites), sites,
            $"at most {MeasuredStatistics.MostSites}, for the covariance of photographs is kept whole");
        return base.Read();
    }
}

/// <summary>Settings of <see cref="PhotoPatches"/>; the sites are those of a patch.</summary>
public sealed record PatchesSettings() : PhotographSettings("patches")
{
    /// <summary>How they are whitened.</summary>
    [Setting("Patches: how they are whitened, each by a matrix (zca, pca: 99 % of the variance) or whole pictures by Olshausen and Field's filter", Bare = "zca")]
    [JsonConverter(typeof(FlagOrWord))]
    public PatchWhitening Whiten { get; init; }

    /// <inheritdoc/>
    protected override (int Rows, int Columns) Window => (ToLattice().Side, ToLattice().Side);

    /// <inheritdoc/>
    protected override int Border => Whiten == PatchWhitening.Olshausen ? OlshausenFilter.Border : 0;

    /// <inheritdoc/>
    protected override IDataModel Model(IReadOnlyList<GreyImage> photos, int stride, Preparation how) => new PhotoPatches(photos, stride, ToLattice().Side, Whiten, how);

    internal override DataReading Read()
    {
        var lattice = ToLattice();
        InvalidSettingException.Require(lattice.Dimensions == 2, nameof(Sites), lattice, "LxL, such as 12x12, for patches of photographs have two dimensions");
        InvalidSettingException.Require(lattice.Side <= 64, nameof(Sites), lattice, "at most 64x64, for the covariance of patches is kept whole");
        var read = base.Read();
        // A filtered picture has no mean: that of each patch is removed, and said to be.
        return Whiten == PatchWhitening.Olshausen ? read with { Settings = (PatchesSettings)read.Settings with { RemoveMean = RemoveMean.Example } } : read;
    }

    // There was one whitening once, or none: true or false.
    private sealed class FlagOrWord : JsonConverter<PatchWhitening>
    {
        public override PatchWhitening Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.False => PatchWhitening.None,
            JsonTokenType.True => PatchWhitening.Zca,
            JsonTokenType.String => reader.GetString() switch
            {
                "none" => PatchWhitening.None,
                "zca" => PatchWhitening.Zca,
                "pca" => PatchWhitening.Pca,
                "olshausen" => PatchWhitening.Olshausen,
                _ => throw new JsonException(),
            },
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, PatchWhitening value, JsonSerializerOptions options)
        {
            if (value is PatchWhitening.Olshausen or PatchWhitening.Pca)
                writer.WriteStringValue(value == PatchWhitening.Pca ? "pca" : "olshausen");
            else
                writer.WriteBooleanValue(value == PatchWhitening.Zca);
        }
    }
}
