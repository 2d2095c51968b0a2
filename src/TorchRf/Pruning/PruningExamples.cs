using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Training;

namespace TorchRf.Pruning;

/// <summary>
/// What a network is trained on and judged by. A law draws both, one never the other's; examples of files are shown as they are but for the mean picture and one scale for all, and
/// those it is judged by are held out or come from a file of their own. So are windows of photographs, of which the last of each class are held out; the first of those share pixels with the last that are trained on.
/// </summary>
public sealed class PruningExamples : IDisposable
{
    private const int MostJudged = 10_000;

    // Windows of photographs that are kept.
    private const long MostValues = 200_000_000;

    private readonly Func<IBatches> batches;
    private readonly IDisposable owned;

    private PruningExamples(Func<IBatches> batches, (Tensor X, Tensor Y) seen, (Tensor X, Tensor Y) held, IDisposable owned)
    {
        (this.batches, this.owned) = (batches, owned);
        (Seen, Held) = ((seen.X.DetachFromDisposeScope(), seen.Y.DetachFromDisposeScope()), (held.X.DetachFromDisposeScope(), held.Y.DetachFromDisposeScope()));
    }

    /// <summary>N.</summary>
    public int Sites => (int)Held.X.shape[1];

    /// <summary>C.</summary>
    public int Classes => Descriptions.Count;

    /// <summary>What each class is, in a line.</summary>
    public required IReadOnlyList<string> Descriptions { get; init; }

    /// <summary>What whoever goes by the data should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How sites lie: a ring is one row that goes around.</summary>
    public required PixelGrid Grid { get; init; }

    /// <summary>1 where sites lie in a row or in several planes, 2 where they are one picture.</summary>
    public int Dimensions => Grid is { Channels: 1, Height: > 1 } ? 2 : 1;

    /// <summary>Examples like those that are trained on, shape (examples, N), and their classes; at most 10 000.</summary>
    public (Tensor X, Tensor Y) Seen { get; }

    /// <summary>Examples that are not trained on, shape (examples, N), and their classes; at most 10 000.</summary>
    public (Tensor X, Tensor Y) Held { get; }

    /// <summary>The held-out examples of each class that has some, shape (examples, N).</summary>
    public IReadOnlyList<Tensor> HeldOfClasses() => [.. Enumerable.Range(0, Classes).Select(c => Held.X[Held.Y.eq(c)]).Where(x => x.shape[0] > 0)];

    /// <summary>Makes them ready.</summary>
    /// <param name="data">Which data.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="seed">Fixes what is held out.</param>
    /// <param name="device">Where they are.</param>
    /// <exception cref="InvalidSettingException">A setting is not allowed, or there are fewer than two classes.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static PruningExamples Of(DataSettings data, PruningSettings settings, ulong seed, Device device)
    {
        using var scope = torch.NewDisposeScope();
        if (data is FileSettings { GaussianClone: false } files)
            return OfFiles(files, settings, seed, device);
        InvalidSettingException.Require(settings.Validation is null, nameof(settings.Validation), settings.Validation, "left out: examples that no files hold are drawn anew, or held out");
        InvalidSettingException.Require(settings.ValidationLabels is null, nameof(settings.ValidationLabels), settings.ValidationLabels, $"left out without `{nameof(settings.Validation)}`");
        var task = data.Task();
        try
        {
            RequireClasses(task.Classes.Count, data.OneAClass.Setting, data.OneAClass.Values);
            return task.Classes.All(c => c is IExamples) ? OfSamples(task, settings, device) : OfLaw(data, task, settings, seed, device);
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }

    /// <summary>Examples that are at hand.</summary>
    /// <param name="trained">Those to train on, shape (examples, N), and their classes from 0 on, of the same dtype.</param>
    /// <param name="judged">Those to judge by.</param>
    /// <param name="batch">How many a step, drawn with replacement.</param>
    /// <param name="classes">What each class is, in a line.</param>
    /// <param name="grid">How sites lie.</param>
    /// <exception cref="InvalidDataException">They do not vary.</exception>
    public static PruningExamples Of((Tensor X, Tensor Y) trained, (Tensor X, Tensor Y) judged, long batch, IReadOnlyList<string> classes, PixelGrid grid)
    {
        using var scope = torch.NewDisposeScope();
        return OfRows(trained.X, trained.Y, judged.X, judged.Y, batch, trained.X.device, classes, [], grid);
    }

    /// <summary>Refuses settings that prepare examples where they are shown as files have them.</summary>
    /// <param name="data">Which data.</param>
    /// <param name="isAsked">Whether a setting, by its name, was asked for.</param>
    /// <exception cref="InvalidSettingException">One was.</exception>
    public static void RefusePreparation(DataSettings data, Func<string, bool> isAsked)
    {
        if (data is not FileSettings { GaussianClone: false })
            return;
        foreach (var setting in (string[])[nameof(FileSettings.RemoveMean), nameof(FileSettings.Standardize), nameof(FileSettings.Taper), nameof(FileSettings.Order)])
            InvalidSettingException.Require(!isAsked(setting), setting, "given", "left out: the examples are shown as they are, and each pixel is normalised by the network");
    }

    /// <summary>Where the batches of one training come from.</summary>
    public IBatches Batches() => batches();

    /// <summary>Lets go of all.</summary>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[Seen.X, Seen.Y, Held.X, Held.Y])
            tensor.Dispose();
        owned.Dispose();
    }

    private static void RequireClasses(int classes, string setting, object? value) =>
        InvalidSettingException.Require(classes >= 2, setting.Length > 0 ? setting : nameof(FileSettings.Class0), value, "two classes or more, to be told from each other");

    private static PruningExamples OfLaw(DataSettings data, ClassificationTask task, PruningSettings settings, ulong seed, Device device)
    {
        InvalidSettingException.Require(settings.ValidationFraction == new PruningSettings().ValidationFraction, nameof(settings.ValidationFraction), settings.ValidationFraction, "left out: examples of a law are drawn anew");
        var training = new TrainingSettings { Inits = 1, Batch = settings.Batch };
        training.Validate(task.Classes.Count);
        (Tensor, Tensor) Fresh(string purpose)
        {
            using var generator = new Generator(Seeds.Derive(seed, purpose), device);
            return task.Draw(MostJudged - (MostJudged % task.Classes.Count), generator);
        }

        return new PruningExamples(() => new TaskBatches(task, training, device), Fresh("evaluation"), Fresh("validation"), task)
        {
            Descriptions = Described(task), Notes = task.Notes,
            // Planes of colour are a row of sites to the law of the same covariances.
            Grid = data is FileSettings files ? GridOf(files, files.ShapeOfExamples()) : GridOf(task.Lattice, data.GoesAround),
        };
    }

    // Neighbours overlap: of each class the last are held out.
    private static PruningExamples OfSamples(ClassificationTask task, PruningSettings settings, Device device)
    {
        long most = Math.Max(2, MostValues / task.Sites / task.Classes.Count);
        Tensor[] all = [.. task.Classes.Select(c => ((IExamples)c).Examples(most).to(ScalarType.Float32))];
        long[] held = [.. all.Select(x => Math.Clamp((long)Math.Round(settings.ValidationFraction * x.shape[0]), 1, x.shape[0] - 1))];
        long[] seen = [.. all.Zip(held, (x, last) => x.shape[0] - last)];
        Tensor Labels(long[] counts) => torch.cat([.. counts.Select((count, label) => torch.full([count], label, ScalarType.Float32))]);
        using (task)
            return OfRows(torch.cat([.. all.Zip(seen, (x, first) => x.narrow(0, 0, first))]), Labels(seen), torch.cat([.. all.Zip(seen, (x, first) => x.narrow(0, first, x.shape[0] - first))]), Labels(held),
                settings.Batch, device, Described(task), task.Notes, GridOf(task.Lattice, goesAround: false));
    }

    private static PruningExamples OfFiles(FileSettings files, PruningSettings settings, ulong seed, Device device)
    {
        var plain = new FileSettings();
        RefusePreparation(files, setting => setting switch
        {
            nameof(files.RemoveMean) => files.RemoveMean != plain.RemoveMean,
            nameof(files.Standardize) => files.Standardize != plain.Standardize,
            nameof(files.Taper) => files.Taper != plain.Taper,
            _ => files.Order != plain.Order,
        });
        InvalidSettingException.Require(settings.ValidationLabels is null || settings.Validation is not null, nameof(settings.ValidationLabels), settings.ValidationLabels, $"left out without `{nameof(settings.Validation)}`");
        InvalidSettingException.Require(settings.Validation is null || settings.ValidationFraction == new PruningSettings().ValidationFraction, nameof(settings.ValidationFraction), settings.ValidationFraction, $"left out beside `{nameof(settings.Validation)}`");
        var rows = files.Rows();
        long[] names = [.. rows.Labels.Distinct().Order()];
        RequireClasses(names.Length, files.Labels is null ? nameof(files.Class0) : nameof(files.Labels), files.Labels ?? files.Class0);
        string[] classes = files.Class1 is null ? [.. names.Select(n => FormattableString.Invariant($"{files.Class0}, label {n}"))] : [files.Class0!, files.Class1];
        var grid = GridOf(files, rows.Shape);
        if (settings.Validation is null)
        {
            using var generator = new Generator(Seeds.Derive(seed, "validation"));
            var order = torch.randperm(rows.X.shape[0], generator: generator);
            long held = Math.Clamp((long)Math.Round(settings.ValidationFraction * rows.X.shape[0]), 1, rows.X.shape[0] - 1);
            var (last, first) = (order.narrow(0, 0, held), order.narrow(0, held, order.shape[0] - held));
            var y = Numbers(rows.Labels);
            return OfRows(rows.X.index_select(0, first), y.index_select(0, first), rows.X.index_select(0, last), y.index_select(0, last), settings.Batch, device, classes, [], grid);
        }
        var judged = Judged(settings, files, rows);
        return OfRows(rows.X, Numbers(rows.Labels), judged.X, Numbers(judged.Labels), settings.Batch, device, classes, [], grid);

        Tensor Numbers(IReadOnlyList<long> labels) => torch.tensor([.. labels.Select(l => (float)Array.BinarySearch(names, l))]);
    }

    private static LabelledRows Judged(PruningSettings settings, FileSettings files, LabelledRows rows)
    {
        LabelledRows judged;
        try
        {
            // What training sees through a band or merged is judged so; labels that change places are the training's alone.
            judged = (files with { Class0 = settings.Validation, Class1 = null, Labels = settings.ValidationLabels, RandomLabels = null }).Rows();
        }
        catch (InvalidSettingException e)
        {
            throw new InvalidSettingException(Here(e.Setting), e.Value, e.Allowed, e);
        }
        catch (InvalidDataException e) when (e.Message.Split(": ") is [var setting, ..] && Here(setting) != setting)
        {
            throw new InvalidDataException(Here(setting) + e.Message[setting.Length..], e);
        }
        InvalidSettingException.Require(judged.Shape.SequenceEqual(rows.Shape), nameof(settings.Validation), settings.Validation, $"examples of shape ({string.Join(", ", rows.Shape)}), as in training; its are ({string.Join(", ", judged.Shape)})");
        long[] strange = [.. judged.Labels.Except(rows.Labels)];
        InvalidSettingException.Require(strange.Length == 0, settings.ValidationLabels is null ? nameof(settings.Validation) : nameof(settings.ValidationLabels), settings.ValidationLabels ?? settings.Validation,
            $"labels of training, {InvalidSettingException.OneOf(rows.Labels.Distinct().Order().Take(12).Select(l => $"{l}"))}; it has {string.Join(", ", strange.Take(3))}");
        return judged;

        // Where its options are others' here.
        static string Here(string setting) => setting switch
        {
            nameof(FileSettings.Class0) => nameof(PruningSettings.Validation),
            nameof(FileSettings.Labels) => nameof(PruningSettings.ValidationLabels),
            _ => setting,
        };
    }

    private static PruningExamples OfRows(Tensor x, Tensor y, Tensor heldX, Tensor heldY, long batch, Device device, IReadOnlyList<string> classes, IReadOnlyList<string> notes, PixelGrid grid)
    {
        var drawn = new DrawnRows(x.to(device), y.to(device));
        (Tensor, Tensor) Some(Tensor rows, Tensor labels)
        {
            // Drawn, for files have their own order.
            using var generator = new Generator(Seeds.Derive(1, "judged", rows.shape[0]));
            var spread = torch.randperm(rows.shape[0], generator: generator).narrow(0, 0, Math.Min(MostJudged, rows.shape[0]));
            return (drawn.Shown(rows.index_select(0, spread).to(device)), labels.index_select(0, spread).to(device));
        }

        return new PruningExamples(() => drawn.Of(batch), Some(x, y), Some(heldX, heldY), drawn) { Descriptions = classes, Notes = notes, Grid = grid };
    }

    private static string[] Described(ClassificationTask task) => [.. task.Classes.Select(c => c.Description)];

    private static PixelGrid GridOf(Lattice lattice, bool goesAround) => lattice.Dimensions == 2 ? new PixelGrid(1, lattice.Side, lattice.Side, goesAround) : new PixelGrid(1, 1, lattice.Side, goesAround);

    private static PixelGrid GridOf(FileSettings files, IReadOnlyList<long> shape)
    {
        if (shape.Count >= 2 && shape[^1] == shape[^2])
            return new PixelGrid((int)shape.Take(shape.Count - 2).Aggregate(1L, (product, extent) => product * extent), (int)shape[^2], (int)shape[^1]);
        InvalidSettingException.Require(shape.Count < 2, nameof(files.Class0), files.Class0, $"rows of sites, or square pictures with their planes first; its examples are of ({string.Join(", ", shape)})");
        long sites = shape[0];
        if (files.Dimensions != 2)
            return new PixelGrid(1, 1, (int)sites);
        var lattice = files.ToLattice();
        InvalidSettingException.Require(lattice.Sites == sites, nameof(files.Sites), lattice, $"of as many sites as an example of {files.Class0} has, {sites}");
        return GridOf(lattice, goesAround: false);
    }
}

/// <summary>Rows to draw from with replacement, less their mean, over one scale for all that brings them to unit variance.</summary>
internal sealed class DrawnRows : IDisposable
{
    private const long Piece = 4096;

    private readonly Tensor x, y, mean;
    private readonly double scale;

    /// <param name="x">Shape (examples, N), bytes or Float32.</param>
    /// <param name="y">Shape (examples).</param>
    /// <exception cref="InvalidDataException">They do not vary.</exception>
    internal DrawnRows(Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        long count = x.shape[0];
        var centre = x.sum([0], type: ScalarType.Float64) / (double)count;
        double squares = 0;
        for (long first = 0; first < count; first += Piece)
        {
            using var inner = torch.NewDisposeScope();
            squares += (x.narrow(0, first, Math.Min(Piece, count - first)).to(ScalarType.Float64) - centre).square().sum().item<double>();
        }
        scale = Math.Sqrt(squares / x.numel());
        if (!(scale > 0) || !double.IsFinite(scale))
            throw new InvalidDataException("the examples do not vary");
        mean = centre.to(ScalarType.Float32).DetachFromDisposeScope();
        (this.x, this.y) = (x.alias().DetachFromDisposeScope(), y.alias().DetachFromDisposeScope());
    }

    /// <summary>Rows as they are shown.</summary>
    internal Tensor Shown(Tensor rows)
    {
        using Scalar unit = 1 / scale;
        return rows.to(ScalarType.Float32, copy: true).sub_(mean).mul_(unit);
    }

    /// <summary>Batches of so many.</summary>
    internal IBatches Of(long batch) => new Drawn(this, batch);

    public void Dispose()
    {
        x.Dispose();
        y.Dispose();
        mean.Dispose();
    }

    private sealed class Drawn(DrawnRows rows, long batch) : IBatches
    {
        public (Tensor X, Tensor Y) Next(Generator generator)
        {
            var chosen = torch.randint(rows.x.shape[0], [batch], ScalarType.Int64, generator.device, generator: generator);
            return (rows.Shown(rows.x.index_select(0, chosen)), rows.y.index_select(0, chosen));
        }
    }
}
