using TorchRf.Experiments.Measuring;
using TorchRf.Ica;
using TorchRf.Pruning;

namespace TorchRf.Experiments.Atlas;

/// <summary>A way to come to receptive fields.</summary>
/// <param name="Name">What users call it; its settings in atlas.json have the same name, if it has some.</param>
/// <param name="Title">What pages and pictures call it.</param>
/// <param name="Short">The same on an axis.</param>
/// <param name="Learn">Comes to its fields, as one piece of work or from what is kept of it.</param>
public sealed record AtlasMethod(string Name, string Title, string Short, Func<AtlasWork, LearntFields> Learn)
{
    /// <summary>Whether it learns to tell two classes apart; the others look at the examples of all classes together.</summary>
    public bool TellsClasses { get; init; }

    /// <summary>The paper whose settings it has.</summary>
    public string? Preset { get; init; }

    /// <summary>The largest extent, in sites along an axis, that its fields have by construction: of these it is no finding that they are small. Null where they have none.</summary>
    public int? Reach { get; init; }

    /// <summary>Whether most of its weights were taken away, so that its fields have few by construction: IPR rises with sparsity alone, and what tells is whether those that are left lie together.</summary>
    public bool IsSparse { get; init; }

    /// <summary>Whether rulers of localization say of its fields what it found, and not how it is made.</summary>
    public bool IsFree => Reach is null && !IsSparse;

    /// <summary>Why it cannot look at a task; null where it can.</summary>
    public string? WhyNot(ClassificationTask task) =>
        TellsClasses && task.Classes.Count != 2 ? $"it learns to tell two classes apart, and there {(task.Classes.Count == 1 ? "is one" : Invariant($"are {task.Classes.Count}"))}"
        : Reach >= task.Lattice.Side ? Invariant($"its fields have {Reach} sites along each axis, and there are {task.Lattice.Side}") : null;
}

/// <summary>What a method came to with a seed.</summary>
/// <param name="Fields">Receptive fields over whitened sites, Float64 on the CPU, shape (fields, N).</param>
/// <param name="PerNetwork">How many, one after the other, are of one network.</param>
/// <param name="Accuracy">How often it tells the classes apart; null where it does not try to.</param>
/// <param name="Warning">What to know of it, in a sentence; null for nothing.</param>
public sealed record LearntFields(Tensor Fields, int PerNetwork, double? Accuracy = null, string? Warning = null)
{
    /// <summary>Of what is left of pruned fields, how often weights lie near by, in units of chance (<see cref="MaskLocality"/>); not a number of others.</summary>
    public double Locality { get; init; } = double.NaN;
}

/// <summary>What a method does with a seed.</summary>
/// <param name="Method">Which method.</param>
/// <param name="Settings">The atlas's, filled in.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Examples">A seed's whitened examples of each class, shape (examples, N).</param>
/// <param name="Task">The classes before they were whitened.</param>
/// <param name="Bench">Where it is done and kept.</param>
public sealed record AtlasWork(AtlasMethod Method, AtlasSettings Settings, ulong Seed, IReadOnlyList<Tensor> Examples, ClassificationTask Task, Workbench Bench)
{
    // A preset's part that a quick atlas has.
    private const long Tenth = 10;

    /// <summary>The name of its piece.</summary>
    public string Piece => Invariant($"{Method.Name}-seed{Seed}");

    /// <summary>What the examples are, for the settings of a piece.</summary>
    public string Seen => Invariant($"{Examples.Sum(x => x.shape[0])} whitened by the classes' mean covariance");

    /// <summary>Its settings in atlas.json, with its paper's over them, the data and the seed.</summary>
    public RunSettings Run
    {
        get
        {
            var recipe = Settings.Recipe;
            var run = recipe.Rows[recipe.Names.Index().Single(n => n.Item == Method.Name).Index];
            if (Method.Preset is string preset)
            {
                run = RunSettings.Layered([run.ToJson(), Presets.Of(preset, Task.Sites)]);
                run = run with { Training = run.Training with { Steps = Settings.Quick ? run.Training.Steps / Tenth : run.Training.Steps } };
            }
            return run with { Data = Settings.Run.Data, Device = Settings.Run.Device, Threads = Settings.Run.Threads, Training = run.Training with { Seed = Seed } };
        }
    }

    /// <summary>Trains what the settings say on the whitened examples.</summary>
    public LearntFields Train(RunSettings run)
    {
        IDataModel[] classes = Method.TellsClasses ? [.. Examples.Zip(Task.Classes, (x, law) => new FiniteSample(law, x, translated: false))] : [new FiniteSample(Task.Answered, torch.cat([.. Examples]), translated: false)];
        var trained = Bench.Train(Piece, Ensemble.On(new ClassificationTask(classes), run), [run.Training.Steps], Seen);
        var fields = trained.Weights[-1];
        return new LearntFields(fields.flatten(0, 1).to(torch.CPU).to(ScalarType.Float64), (int)fields.shape[1], trained.Final.Accuracy);
    }

    /// <summary>Prunes a network that tells the classes apart, round after round; its fields are what is left of the first layer's units that have inputs.</summary>
    public LearntFields Prune()
    {
        var asked = new PruningRunSettings { Run = Settings.Run with { Training = Settings.Run.Training with { Seed = Seed } }, Pruning = Settings.Recipe.Pruning! };
        var key = asked.ToJson();
        key["seen"] = Seen;
        var piece = Bench.DoIn(Piece, key, (folder, progress) =>
        {
            using var scope = torch.NewDisposeScope();
            using var examples = Split(asked.Pruning.Batch, asked.Pruning.ValidationFraction);
            using var run = new PruningRun(asked.Pruning, examples, Seed, Examples[0].device);
            var last = run.Run(folder, progress, cancellation: Bench.Cancellation).Last(r => r.Kind == PruningKind.Iterative);
            var (mask, weights) = PruningRun.FirstLayer(folder.Path, last.Round, last.Kind);
            return new Piece(new JsonObject { ["accuracy"] = last.HeldAccuracy, ["locality"] = last.Measured.GetValueOrDefault("locality") },
                new Dictionary<string, Tensor> { ["fields"] = weights[mask.any(1, keepdim: false)].to(torch.CPU).to(ScalarType.Float64).DetachFromDisposeScope() });
        });
        return new LearntFields(piece.Tensors["fields"], (int)piece.Tensors["fields"].shape[0], (double)piece.Numbers["accuracy"]!) { Locality = (double?)piece.Numbers["locality"] ?? double.NaN };
    }

    // The last of each class are held out.
    private PruningExamples Split(long batch, double held)
    {
        long last = Math.Max(1, (long)(held * Examples[0].shape[0])), first = Examples[0].shape[0] - last;
        (Tensor, Tensor) Part(long from, long count) => (torch.cat([.. Examples.Select(x => x.narrow(0, from, count))]), torch.cat([.. Examples.Select((x, c) => torch.full([count], c, x.dtype, x.device))]));
        var (height, width) = Task.Lattice.Dimensions == 2 ? (Task.Lattice.Side, Task.Lattice.Side) : (1, Task.Sites);
        return PruningExamples.Of(Part(0, first), Part(first, last), batch, [.. Task.Classes.Select(c => c.Description)], new PixelGrid(1, height, width, Settings.Run.Data.GoesAround));
    }

    /// <summary>Searches for as many independent components as there are sites, or directions.</summary>
    public LearntFields Search()
    {
        var search = new IcaSettings { Run = Settings.Run with { Training = Settings.Run.Training with { Seed = Seed } }, Examples = Examples.Sum(x => x.shape[0]) };
        var key = search.ToJson();
        key["seen"] = Seen;
        var piece = Bench.Do(Piece, key, progress =>
        {
            using var scope = torch.NewDisposeScope();
            using var start = new Generator(Seeds.Derive(Seed, "ica"), Examples[0].device);
            var found = FastIca.Fit(torch.cat([.. Examples]), null, start, search.ToOptions(), new Counted<IcaStep>(progress, step => new TrainingProgress(step.Iteration, search.MaxIterations)), Bench.Cancellation);
            return new Piece(new JsonObject { ["converged"] = found.Converged, ["iterations"] = found.Iterations },
                new Dictionary<string, Tensor> { ["fields"] = found.Unmixing.to(torch.CPU).to(ScalarType.Float64).DetachFromDisposeScope() });
        });
        return new LearntFields(piece.Tensors["fields"], (int)piece.Tensors["fields"].shape[0],
            Warning: (bool)piece.Numbers["converged"]! ? null : Invariant($"{Method.Title} of seed {Seed}: not converged after {(int)piece.Numbers["iterations"]!} steps."));
    }
}

/// <summary>The methods there are. A new one takes one line here and, where it is trained by a run's settings, one in atlas.json.</summary>
public static class AtlasMethods
{
    /// <summary>In the order of pages and pictures.</summary>
    public static IReadOnlyList<AtlasMethod> All { get; } =
    [
        new("neuron", "Single neuron", "neuron", work => work.Train(work.Run)) { TellsClasses = true },
        new("committee", "Soft committee", "committee", work => work.Train(work.Run)) { TellsClasses = true },
        new("ingrosso-goldt", "Ingrosso-Goldt network", "I-G", work => work.Train(work.Run)) { TellsClasses = true, Preset = "ingrosso-goldt" },
        new("convolutional", "Convolutional control", "conv.", work => work.Train(work.Run)) { TellsClasses = true, Reach = 5 },
        new("ica", "Independent components", "ICA", work => work.Search()),
        // As many atoms as sites.
        new("sparse-coding", "Sparse coding", "sparse", work => work.Train(work.Run with { Model = work.Run.Model with { Units = work.Task.Sites } })) { Preset = "olshausen-field" },
        // As many units; its error is a mean over sites, its cost one over units, and so is their slope.
        new("autoencoder", "Autoencoder", "auto", work => work.Train(work.Run with { Model = work.Run.Model with { Units = work.Task.Sites }, Training = work.Run.Training with { Lr = work.Run.Training.Lr * work.Task.Sites } })),
        new("pruned", "Pruned network", "pruned", work => work.Prune()) { TellsClasses = true, IsSparse = true },
    ];
}
