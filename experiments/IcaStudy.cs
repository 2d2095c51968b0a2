using System.Diagnostics;
using TorchRf.Ica;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>A search for independent components made ready: its settings checked and filled in, its examples at hand and whitened.</summary>
public sealed class IcaSearch : IDisposable
{
    private const long DrawnOfALaw = 100_000;

    // Numbers that are taken of a sample unasked: 400 MB in Float32.
    private const long MostNumbers = 100_000_000;

    private readonly Tensor x;
    private readonly Whitening whitening;
    private readonly (Tensor Mean, Tensor Scale)? origin;
    private readonly List<string> notes = [];
    private readonly double seconds;

    private IcaSearch(IcaSettings asked)
    {
        (Settings, Task) = Prepare(asked);
        using var scope = torch.NewDisposeScope();
        using var draws = new Generator(Seeds.Derive(Settings.Run.Training.Seed, "data"), ComputeDevice.Resolve(Settings.Run.Device));
        var (models, alike) = Searched(Settings, Task);
        var samples = Samples(models);
        x = (samples.Length > 0 ? Taken(samples, Settings.Examples!.Value).to(draws.device)
            : Settings.Class is int one ? Task.Sample(one, Settings.Examples!.Value, draws) : Task.Draw(Settings.Examples!.Value, draws).X).DetachFromDisposeScope();
        origin = Shared(samples) is var (mean, scale) ? (mean.DetachFromDisposeScope(), scale.DetachFromDisposeScope()) : null;
        var watch = Stopwatch.StartNew();
        whitening = Whitening.Of(x, Settings.Components);
        seconds = watch.Elapsed.TotalSeconds;
        if (alike)
            notes.Add("The classes hold the same examples: each is taken once.");
        if (samples.Sum(s => s.Count) is var there && there > Settings.Examples)
            notes.Add($"{Settings.Examples} of the {there} examples are searched, evenly spread.");
        if (Settings.Components is null && whitening.Rank < Task.Sites)
            notes.Add($"{whitening.Rank} components: the examples vary along no more than {whitening.Rank} of the {Task.Sites} directions that {Task.Sites} sites have.");
        Settings = Settings with { Components = whitening.Components };
    }

    /// <summary>What is run, everything filled in.</summary>
    public IcaSettings Settings { get; }

    /// <summary>The classes of data.</summary>
    public ClassificationTask Task { get; }

    /// <summary>Makes a search ready.</summary>
    /// <param name="settings">What to run.</param>
    /// <exception cref="InvalidSettingException">A setting is not allowed, or the examples have fewer independent directions than components are wanted.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static IcaSearch Of(IcaSettings settings) => new(settings);

    /// <summary>Fills in what data and device say themselves, but for the number of components, and checks all that can be checked without examples.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static (IcaSettings Settings, ClassificationTask Task) Prepare(IcaSettings settings)
    {
        var run = settings.Run;
        Setting.Check(run);
        settings.ToOptions();
        var device = ComputeDevice.Resolve(run.Device);
        torch.set_num_threads(run.Threads);
        var data = SamplePhotographs.Where(run.Data);
        var task = data.Task();
        int classes = task.Classes.Count;
        InvalidSettingException.Require(settings.Class is null || (settings.Class >= 0 && settings.Class < classes), nameof(settings.Class), settings.Class, $"from 0 to {classes - 1}, or both");
        InvalidSettingException.Require(settings.Components is null || (settings.Components >= 1 && settings.Components <= task.Sites), nameof(settings.Components), settings.Components, $"from 1 to {task.Sites}, the sites");
        long examples;
        if (Samples(Searched(settings, task).Models) is { Length: > 0 } samples)
        {
            long there = samples.Sum(s => s.Count);
            examples = settings.Examples ?? Math.Min(there, Math.Max(2, MostNumbers / task.Sites));
            InvalidSettingException.Require(examples <= there, nameof(settings.Examples), examples, $"at most {there}, as many as there are: each is taken once");
        }
        else
        {
            examples = settings.Examples ?? DrawnOfALaw / classes * classes;
            InvalidSettingException.Require(settings.Class is not null || examples % classes == 0, nameof(settings.Examples), examples, $"a multiple of the {classes} classes, which share them equally");
        }
        return (settings with { Examples = examples, Run = run with { Data = data.Resolved(task), Device = device.ToString() } }, task);
    }

    /// <summary>Searches.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IcaStudy Run(IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = torch.NewDisposeScope();
        using var start = new Generator(Seeds.Derive(Settings.Run.Training.Seed, "ica"), x.device);
        var watch = Stopwatch.StartNew();
        var solution = Settings.Method switch
        {
            IcaMethod.FixedPoint => FastIca.Fit(whitening, x, start, Settings.ToOptions(), progress, cancellation),
            IcaMethod.Infomax => Infomax.Fit(whitening, x, start, Settings.ToOptions(), progress, cancellation),
            _ => Trained(start, progress, cancellation),
        };
        return new IcaStudy(Settings, Task, solution.InOuterScope(), InverseParticipationRatio.Each(solution.Unmixing), watch.Elapsed.TotalSeconds + seconds)
        {
            Rank = whitening.Rank,
            Origin = origin,
            Notes = [.. notes, .. Task.Notes],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        x.Dispose();
        whitening.Dispose();
        Task.Dispose();
    }

    private IcaSolution Trained(Generator start, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        using var module = new IndependentComponents(whitening, start);
        return module.Fit(x, Settings.ToOptions(), progress, cancellation);
    }

    // The classes asked for, less those that hold what one before them does.
    private static (IReadOnlyList<IDataModel> Models, bool Alike) Searched(IcaSettings settings, ClassificationTask task)
    {
        var asked = settings.Class is int one ? [task.Classes[one]] : task.Classes;
        var models = asked.Where((model, i) => !asked.Take(i).Any(before => Same(before, model))).ToArray();
        return (models, models.Length < asked.Count);
    }

    private static bool Same(IDataModel one, IDataModel other)
    {
        const int first = 1000;
        if (one is not IExamples a || other is not IExamples b || a.Count != b.Count)
            return false;
        using var scope = torch.NewDisposeScope();
        return a.Examples(first).allclose(b.Examples(first), rtol: 0, atol: 0) && a.Examples().allclose(b.Examples(), rtol: 0, atol: 0);
    }

    // All of them, where all are samples; else none, and examples are drawn.
    private static IExamples[] Samples(IReadOnlyList<IDataModel> models) => models.All(m => m is IExamples) ? [.. models.Cast<IExamples>()] : [];

    // So many of all, evenly spread, each once and as it is.
    private static Tensor Taken(IExamples[] samples, long wanted)
    {
        long there = samples.Sum(s => s.Count), begin = 0;
        var taken = new List<Tensor>();
        foreach (var sample in samples)
        {
            long end = begin + sample.Count, count = (end * wanted / there) - (begin * wanted / there);
            if (count > 0)
                taken.Add(Spread(sample, count));
            begin = end;
        }
        return taken.Count == 1 ? taken[0] : torch.cat(taken);
    }

    private static Tensor Spread(IExamples sample, long count)
    {
        using var scope = torch.NewDisposeScope();
        long every = sample.Count / count;
        var rows = sample.Examples((sample.Count + every - 1) / every);
        if (rows.shape[0] > count)
            rows = rows.index_select(0, (torch.arange(count, ScalarType.Float64) * rows.shape[0] / (double)count).floor().to(ScalarType.Int64));
        return rows.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    // What all examples were made by, if they were made by the same.
    private static (Tensor Mean, Tensor Scale)? Shared(IExamples[] samples) =>
        samples.Length > 0 && samples[0].Origin is var (mean, scale)
        && samples.All(s => s.Origin is var (m, c) && m.allclose(mean, rtol: 0, atol: 0) && c.allclose(scale, rtol: 0, atol: 0)) ? (mean, scale) : null;
}

/// <summary>Independent components of a task's examples and how localized their receptive fields are (LSG figures 1 and 6).</summary>
/// <param name="Settings">What was run.</param>
/// <param name="Task">The classes of data.</param>
/// <param name="Solution">The components; the rows of its unmixing are the receptive fields.</param>
/// <param name="Ipr">The inverse participation ratio of each receptive field.</param>
/// <param name="Seconds">What the search took, without drawing the examples.</param>
public sealed record IcaStudy(
    IcaSettings Settings, ClassificationTask Task, IcaSolution Solution, IReadOnlyList<double> Ipr, double Seconds)
{
    /// <summary>How many independent directions the examples vary along.</summary>
    public required int Rank { get; init; }

    /// <summary>What the values of each site were made examples by, shape (N) each; null where there are none, or they were not all made so.</summary>
    public required (Tensor Mean, Tensor Scale)? Origin { get; init; }

    /// <summary>What was chosen for the user and what the data say about themselves, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Which receptive fields are localized.</summary>
    public LocalizedFraction Localized => LocalizedFraction.Among(Ipr.ToArray(), Task.Sites);

    /// <summary>Makes a search ready and runs it.</summary>
    /// <param name="settings">What to run.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <exception cref="InvalidSettingException">A setting is not allowed, or the examples have fewer independent directions than components are wanted.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static IcaStudy Run(IcaSettings settings, IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        using var search = IcaSearch.Of(settings);
        return search.Run(progress, cancellation);
    }

    /// <summary>Settings, outcome and the numbers of every component.</summary>
    public JsonObject Json() => new()
    {
        ["settings"] = Settings.ToJson(),
        ["classes"] = new JsonArray([.. Task.Classes.Select(c => (JsonNode)JsonValue.Create(c.Description))]),
        ["rank"] = Rank,
        ["notes"] = new JsonArray([.. Notes.Select(n => (JsonNode)JsonValue.Create(n))]),
        ["converged"] = Solution.Converged,
        ["iterations"] = Solution.Iterations,
        ["change"] = double.IsFinite(Solution.Change) ? Solution.Change : null,
        ["warning"] = Solution.Warning,
        ["final_contrast"] = double.IsFinite(Solution.FinalContrast) ? Solution.FinalContrast : null,
        ["seconds"] = Math.Round(Seconds, 3),
        ["order"] = "farthest from Gaussian first, by |non_gaussianity|; the largest weight of each receptive field is positive",
        ["ipr"] = Numbers(Ipr),
        ["non_gaussianity"] = Numbers(Solution.NonGaussianity),
        ["chance"] = double.IsFinite(Solution.Chance) ? Solution.Chance : null,
        ["threshold"] = Localized.Threshold,
        ["localized"] = Localized.Count,
        ["fraction_localized"] = Localized.Fraction,
        ["fraction_localized_surrogate"] = SurrogateFraction.Among(Solution.Unmixing, Task.Lattice.Side).Fraction,
        ["arrays"] = Arrays,
    };

    /// <summary>What the arrays of <see cref="Weights"/> are, in a sentence.</summary>
    public string Arrays => "sources = receptive_fields (x - mean), of variance 1; x - mean = mixing sources; whitening (x - mean) has unit covariance; "
        + (Origin is null ? "x as examples are drawn" : "x as the file has it; ipr is that of receptive_fields times scale, where all sites count alike");

    /// <summary>
    /// "receptive_fields", the unmixing matrix, and "whitening", (components, N), "mixing", (N, components), and "mean", (N), all Float64: of the values that the user's file has, where examples are of one,
    /// with their "scale", (N).
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Weights()
    {
        using var scope = torch.NewDisposeScope();
        Tensor Exact(Tensor of) => of.to(torch.CPU).to(ScalarType.Float64).clone();
        var (fields, mixing, mean, whitening) = (Exact(Solution.Unmixing), Exact(Solution.Mixing), Exact(Solution.Mean), Exact(Solution.Whitening));
        var arrays = new Dictionary<string, Tensor>();
        if (Origin is var (offset, scale))
        {
            (fields, mixing, mean, whitening) = (fields / scale, mixing * scale.unsqueeze(1), offset + (mean * scale), whitening / scale);
            arrays["scale"] = scale.clone();
        }
        (arrays["receptive_fields"], arrays["mixing"], arrays["mean"], arrays["whitening"]) = (fields, mixing, mean, whitening);
        foreach (var array in arrays.Values)
            array.MoveToOuterDisposeScope();
        return arrays;
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode?)(double.IsFinite(v) ? JsonValue.Create(v) : null))]);
}
