using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Experiments.Analyzing;

/// <summary>Examples of one class that a user brought.</summary>
/// <param name="Name">Where they come from.</param>
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
        var photos = files.Select(PgmImage.Read).ToArray();
        return [.. strides.Select(stride =>
        {
            var rows = new PhotoScanlines(photos, stride, sites).Examples(MostRows);
            return new ExampleSet(FormattableString.Invariant($"photograph rows, stride {stride}"), rows, (int)Math.Max(1, rows.shape[0] / Bands));
        })];
    }
}
