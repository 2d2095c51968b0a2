using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>
/// Settings of <see cref="FileExamples"/>: a file of examples for each of two classes, one file whose labels say the class of each example, or one of a single class.
/// The files say how many sites there are; arrays of images, (examples, L, L), have a lattice of them.
/// </summary>
public sealed record FileSettings : OwnDataSettings
{
    private const int MostLabels = 1000;

    /// <summary>Nothing is read yet.</summary>
    public FileSettings() : base("file") => (RemoveMean, Standardize) = (Preparation.OfFiles.RemoveMean, Preparation.OfFiles.Standardize);

    /// <summary>Examples of class 0, shape (examples, N); of all classes where there are labels.</summary>
    [Setting("a.npy", "File: examples of class 0, shape (examples, sites), or of all classes where there are labels", Default = "none", IsFile = true)]
    public string? Class0 { get; init; }

    /// <summary>The same of class 1.</summary>
    [Setting("b.npy", "File: examples of class 1", Default = "none", IsFile = true)]
    public string? Class1 { get; init; }

    /// <summary>Which of the arrays in a file that holds several.</summary>
    [Setting("name", "File: which array of a file that holds several", Default = "the only one", Words = "the name of an array")]
    public string? Array { get; init; }

    /// <summary>A whole number for each example of <see cref="Class0"/>: each value is a class, in order.</summary>
    [Setting("y.npy", "File: the class of each example, a whole number", Default = "those in the file itself, if any", IsFile = true)]
    public string? Labels { get; init; }

    /// <summary>Labels less what is a multiple of this: classes without a meaning in common; null for the labels as they are.</summary>
    [Setting("m", "File: labels modulo m, which merges classes without a meaning in common", Default = "none", From = 2, To = 1000)]
    public int? LabelsModulo { get; init; }

    /// <summary>Lines of a label and its group: each group is a class.</summary>
    [Setting("groups.txt", "File: merged labels, by lines of a label and its group", Default = "none", IsFile = true)]
    public string? LabelGroups { get; init; }

    /// <summary>The seed by which labels change places among the examples, once and for the whole run; null for the labels as they are.</summary>
    [Setting("seed", "File: labels that change places among the examples, those held out with them, once, by this seed", Default = "none")]
    public ulong? RandomLabels { get; init; }

    /// <inheritdoc/>
    public override JsonObject Earlier => new(base.Earlier.Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone()))) { ["remove_mean"] = "class", ["array"] = null, ["labels"] = null, ["labels_modulo"] = null, ["label_groups"] = null, ["random_labels"] = null };

    /// <inheritdoc/>
    public override IReadOnlyList<(string Setting, string? File)> Files() =>
        [(nameof(Class0), Class0), (nameof(Class1), Class1), .. Labels is null && LabelGroups is null ? ((string, string?)[])[] : [(nameof(Labels), Labels)], .. LabelGroups is null ? ((string, string?)[])[] : [(nameof(LabelGroups), LabelGroups)]];

    /// <inheritdoc/>
    public override bool HasSitesByChoice => false;

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => Labels is null ? (nameof(Class1), Class1 is null ? [] : [Class1]) : (nameof(Labels), [Labels]);

    /// <inheritdoc/>
    public override DataSettings WithFiles(IReadOnlyList<string?> files) => this with { Class0 = files.ElementAtOrDefault(0), Class1 = files.ElementAtOrDefault(1), Labels = files.ElementAtOrDefault(2), LabelGroups = files.ElementAtOrDefault(3) };

    internal override DataReading Read()
    {
        InvalidSettingException.Require(RemoveMean != RemoveMean.Picture, nameof(RemoveMean), "picture", "class or example, for examples of a file are no parts of pictures");
        InvalidSettingException.Require(!string.IsNullOrEmpty(Class0), nameof(Class0), Class0, "a file of examples, shape (examples, sites)");
        InvalidSettingException.Require(Class1 is null || Labels is null, nameof(Labels), Labels, $"left out with `{nameof(Class1)}`: each file is a class");
        var first = Open(nameof(Class0), Class0!);
        if (Class1 is null)
            return OfOneFile(first);
        RequireNoLabels($"left out with `{nameof(Class1)}`: each file is a class");
        var second = Open(nameof(Class1), Class1);
        var (a, b) = (LatticeOf(nameof(Class0), first), LatticeOf(nameof(Class1), second));
        InvalidSettingException.Require(a == b, nameof(Class1), Class1, $"examples of as many sites as class 0 has, {a}; it has {b}");
        var notes = new List<string>();
        IDataModel[] given = [Model(nameof(Class0), first, new RowsOfFile(first), Class0!, a), Model(nameof(Class1), second, new RowsOfFile(second), Class1, b)];
        var models = HasPlanes(first) ? given : Ordered(given, notes);
        return new DataReading(models, this, [.. notes, .. Planes(first)]);
    }

    private DataReading OfOneFile(ArrayFile file)
    {
        var lattice = LatticeOf(nameof(Class0), file);
        if (LabelsOf(file) is not IReadOnlyList<long> labels)
            return new DataReading([Model(nameof(Class0), file, new RowsOfFile(file), Class0!, lattice)], this, [.. Planes(file)]);
        var classes = labels.Index().GroupBy(l => l.Item, l => (long)l.Index).OrderBy(g => g.Key).ToArray();
        IDataModel[] models = [.. classes.Select(g => Model(nameof(Class0), file, new RowsOfFile(file, [.. g]), FormattableString.Invariant($"{Class0}, {(RandomLabels is null ? "" : "random ")}label {g.Key}"), lattice))];
        // In the order of their labels, which are names; where theory would have it otherwise, that is said.
        string[] notes = models.Length == 2 && !HasPlanes(file) && Order == ClassOrder.Lengthscale && LengthscaleOf(models[0]) > LengthscaleOf(models[1])
            ? ["The classes are in the order of their labels, and class 1 has the shorter lengthscale; theory takes class 1 for the one of the longer."] : [];
        return new DataReading(models, this, [.. notes, .. Planes(file)]);
    }

    // The class of each example, merged and shuffled as asked for; null where nothing says it.
    private IReadOnlyList<long>? LabelsOf(ArrayFile file)
    {
        var labels = Labels is null ? file.Labels : Whole(Labels, file.Rows);
        if (labels is null)
        {
            RequireNoLabels($"left out without `{nameof(Labels)}`, for {Class0} does not say the class of its examples");
            return null;
        }
        InvalidSettingException.Require(LabelsModulo is null || LabelGroups is null, nameof(LabelGroups), LabelGroups, $"left out with `{nameof(LabelsModulo)}`, which merges labels too");
        if (LabelsModulo is int m)
            labels = ExampleLabels.Modulo(labels, m);
        if (LabelGroups is string groups)
        {
            InvalidSettingException.RequireFile(nameof(LabelGroups), groups);
            labels = Named(nameof(LabelGroups), () => ExampleLabels.Grouped(labels, groups));
        }
        int classes = labels.Distinct().Count();
        InvalidSettingException.Require(classes <= MostLabels, Labels is null ? nameof(Class0) : nameof(Labels), Labels ?? Class0!, $"labels of at most {MostLabels} classes; there are {classes}");
        return RandomLabels is ulong seed ? ExampleLabels.Shuffled(labels, seed) : labels;
    }

    private void RequireNoLabels(string allowed)
    {
        foreach (var (setting, value) in (ReadOnlySpan<(string, object?)>)[(nameof(LabelsModulo), LabelsModulo), (nameof(LabelGroups), LabelGroups), (nameof(RandomLabels), RandomLabels)])
            InvalidSettingException.Require(value is null, setting, value, allowed);
    }

    /// <summary>The examples of all classes as the files have them, for whoever normalises them otherwise; each file of two is a class, 0 and 1.</summary>
    /// <exception cref="InvalidSettingException">A file is not there, or says no classes.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public LabelledRows Rows()
    {
        InvalidSettingException.Require(!string.IsNullOrEmpty(Class0), nameof(Class0), Class0, "a file of examples, shape (examples, sites)");
        InvalidSettingException.Require(Class1 is null || Labels is null, nameof(Labels), Labels, $"left out with `{nameof(Class1)}`: each file is a class");
        using var first = Open(nameof(Class0), Class0!);
        InvalidSettingException.Require(first.Shape.Count >= 2, nameof(Class0), Class0, "a file of examples, shape (examples, sites)");
        if (Class1 is null)
        {
            var labels = LabelsOf(first);
            InvalidSettingException.Require(labels is not null, nameof(Labels), Labels, $"the class of each example, for {Class0} does not say it");
            return Banded(Named(nameof(Class0), () => LabelledRows.Of([first], labels!)), first);
        }
        RequireNoLabels($"left out with `{nameof(Class1)}`: each file is a class");
        using var second = Open(nameof(Class1), Class1);
        InvalidSettingException.Require(first.Shape.Skip(1).SequenceEqual(second.Shape.Skip(1)), nameof(Class1), Class1,
            $"examples of the shape that class 0 has, ({string.Join(", ", first.Shape.Skip(1))}); it has ({string.Join(", ", second.Shape.Skip(1))})");
        return Banded(Named(nameof(Class1), () => LabelledRows.Of([first, second], [.. Enumerable.Repeat(0L, (int)first.Rows), .. Enumerable.Repeat(1L, (int)second.Rows)])), first);
    }

    /// <summary>The shape of one example of the files: (N), (L, L) or (channels, L, L).</summary>
    /// <exception cref="InvalidDataException">The file cannot be used.</exception>
    public IReadOnlyList<long> ShapeOfExamples()
    {
        using var file = Open(nameof(Class0), Class0!);
        return [.. file.Shape.Skip(1)];
    }

    private LabelledRows Banded(LabelledRows rows, ArrayFile file) => BandOf(file) is FrequencyBand band ? rows with { X = band.Of(rows.X) } : rows;

    private ArrayFile Open(string setting, string file)
    {
        InvalidSettingException.RequireFile(setting, file);
        return Named(setting, () => ArrayFile.Open(file, Array));
    }

    private long[] Whole(string file, long rows)
    {
        InvalidSettingException.RequireFile(nameof(Labels), file);
        using var array = Named(nameof(Labels), () => ArrayFile.Open(file));
        InvalidSettingException.Require(array.Width == 1 && array.Rows == rows, nameof(Labels), file, FormattableString.Invariant($"one whole number for each of the {rows} examples; its shape is ({string.Join(", ", array.Shape)})"));
        var values = new double[rows];
        Named(nameof(Labels), () => { array.Read(0, (int)rows, values); return 0; });
        InvalidSettingException.Require(values.All(v => v == Math.Floor(v) && Math.Abs(v) <= 1L << 53), nameof(Labels), file, "whole numbers, one an example");
        return System.Array.ConvertAll(values, v => (long)v);
    }

    // Images have a lattice of sites, and so have rows that are said to be images.
    private Lattice LatticeOf(string setting, ArrayFile file)
    {
        var shape = file.Shape;
        string words = $"({string.Join(", ", shape)})";
        if (shape.Count is < 2 or > 4)
            throw new InvalidDataException($"{setting}: {file.File}: examples have shape (examples, sites), or (examples, L, L) or (examples, channels, L, L) where they are images, not {words}");
        if (shape.Count > 2 && shape[^1] != shape[^2])
            throw new InvalidDataException(FormattableString.Invariant($"{setting}: {file.File}: images of {shape[^2]} x {shape[^1]} sites, and a lattice has as many along each side; crop them, or make them rows of shape ({shape[0]}, {file.Width}){(shape.Count == 4 ? "; channels come before rows and columns" : "")}"));
        if (file.Width > MeasuredStatistics.MostSites)
            throw new InvalidDataException($"{setting}: {file.File}: its examples have {file.Width} sites; at most {MeasuredStatistics.MostSites} are taken, for their covariance is kept whole");
        InvalidSettingException.Require(!HasPlanes(file) || Taper == 0, nameof(Taper), Taper, $"left at 0 for {file.File}, whose pictures have several planes");
        var own = shape.Count > 2 && !HasPlanes(file) ? Lattice.Torus((int)shape[^1]) : null;
        if (Dimensions != 2)
            return own ?? Lattice.Ring(file.Width);
        var asked = ToLattice();
        if (asked.Sites != file.Width)
            throw new InvalidDataException($"{setting}: {file.File}: its examples have {own?.ToString() ?? $"{file.Width}"} sites, not the {asked.Sites} of {asked}");
        return asked;
    }

    private FileExamples Model(string setting, ArrayFile file, ExampleRows rows, string description, Lattice lattice)
    {
        var how = Preparation with { Band = BandOf(file) };
        return Named(setting, () => new FileExamples(rows, description, lattice, how));
    }

    // The frequencies that are left of a file's examples, by what their shape or the settings say of them.
    private FrequencyBand? BandOf(ArrayFile file)
    {
        InvalidSettingException.Require(file.Shape.Count > 2 || Dimensions != 2 || ToLattice().Sites == file.Width, nameof(Sites), ToLattice(), FormattableString.Invariant($"of as many sites as an example of {file.File} has, {file.Width}"));
        return file.Shape.Count > 2 ? Band((int)(file.Width / (file.Shape[^2] * file.Shape[^1])), (int)file.Shape[^2], (int)file.Shape[^1])
            : Dimensions == 2 ? Band(1, ToLattice().Side, ToLattice().Side) : Band(1, 1, file.Width);
    }

    // What a row of sites is that no lattice has.
    private static string[] Planes(ArrayFile file) => !HasPlanes(file) ? []
        : [FormattableString.Invariant($"{Path.GetFileName(file.File)}: pictures of {file.Shape[1]} planes of {file.Shape[2]} x {file.Shape[3]} sites, which follow each other in a row of {file.Width}: distances are along it, and none in the picture, and classes are in the order given.")];

    private static bool HasPlanes(ArrayFile file) => file.Shape.Count == 4 && file.Shape[1] > 1;

    private static T Named<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{setting}: {e.Message}");
        }
    }
}
