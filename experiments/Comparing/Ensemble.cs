using TorchRf.Data.Marginals;

namespace TorchRf.Experiments.Comparing;

/// <summary>What training and theory both start from: the task, the device, and the same initial receptive fields.</summary>
/// <param name="Settings">The settings it was made from, with the device resolved.</param>
/// <param name="Initial">Initial receptive fields on the device, Float32, shape (inits, units, N); no scope owns them.</param>
/// <param name="Flow">The theory; null where none is wanted.</param>
public sealed record Ensemble(RunSettings Settings, ClassificationTask Task, Tensor Initial, IFlow? Flow)
{
    private const double MostNumbers = 1e11;
    private const double MostKept = 1e9;

    // Among fewer each site is the neighbour of every other, and all peaks agree within 1.
    private const int FewestSites = 4;

    /// <summary>Checks the settings and prepares the ensemble.</summary>
    /// <exception cref="NotSupportedException">The theory is wanted and does not cover the task.</exception>
    public static Ensemble Of(RunSettings settings, bool predicts = true)
    {
        Setting.Check(settings);
        var device = ComputeDevice.Resolve(settings.Device);
        torch.set_num_threads(settings.Threads);
        var data = SamplePhotographs.Where(settings.Data);
        var task = data.Task();
        RequireClasses(data, task);
        settings.Catalogue.Networks.Validate(settings.Model);
        int outputs = settings.Catalogue.Networks.Outputs(settings.Model, task.Classes.Count);
        InvalidSettingException.Require(settings.Model.Model != "convolutional" || task.Lattice.Side > 5, nameof(settings.Data.Sites), task.Sites, "more than 5 along each axis for a convolutional network, whose kernels have 5");
        // Before anything is written or trained: what the theory does not cover is refused.
        if (predicts)
            RequireTheory(settings, task);
        settings.Training.Validate(task.Classes.Count);
        InvalidSettingException.Require(settings.Training.Targets is null || (outputs == 1 && settings.Catalogue.Networks.HasUnitRates(settings.Model)), nameof(settings.Training.Targets), settings.Training.Targets,
            "left out, for only networks that tell two classes apart by square error answer with one number");
        RequireDescent(settings);
        bool ofUnitLength = settings.Model.Model == "sparse-coding";
        InvalidSettingException.Require(!ofUnitLength || settings.Training.L1 == 0, nameof(settings.Training.L1), settings.Training.L1, "0 for sparse coding, whose atoms stay of unit length");
        InvalidSettingException.Require(!ofUnitLength || settings.Training.L2 == 0, nameof(settings.Training.L2), settings.Training.L2, "0 for sparse coding, whose atoms stay of unit length");
        InvalidSettingException.Require(settings.Model.Dictionary == DictionaryRule.Gradient || settings.Training.Lr == new TrainingSettings().Lr, nameof(settings.Training.Lr), settings.Training.Lr,
            Invariant($"left at {new TrainingSettings().Lr} for a dictionary that learns online, which has no learning rate"));
        task = task.WithShares(settings.Training.Proportions);
        var flow = predicts ? Theory(settings, task, device) : null;
        return On(task, settings with { Device = device.ToString(), Data = data.Resolved(task) }) with { Flow = flow };
    }

    /// <summary>Prepares the ensemble on a task that is made already, without theory.</summary>
    /// <param name="task">The examples.</param>
    /// <param name="settings">Checked, with the device resolved.</param>
    public static Ensemble On(ClassificationTask task, RunSettings settings)
    {
        RequireRoom(settings, task);
        // Made on the CPU, so that every device starts from the same weights.
        using var generator = new Generator(Seeds.Derive(settings.Training.Seed, "init"));
        using var initial = Glorot.Normal(settings.Training.Inits, task.Sites, settings.Training.FirstScale(settings.Model.Units, task.Sites), generator, settings.Model.Units);
        return new Ensemble(settings, task, initial.to(ComputeDevice.Resolve(settings.Device)).clone().DetachFromDisposeScope(), null);
    }

    /// <summary>The model, started from the ensemble's initial receptive fields; the caller disposes of it.</summary>
    public UnitNetwork Model()
    {
        // On the CPU too, and of a stream of its own, so that the receptive fields are those of any other model of as many units.
        using var generator = new Generator(Seeds.Derive(Settings.Training.Seed, "model"));
        return Settings.Catalogue.Networks.Build(Settings.Model, Initial, Task.Classes.Count, Settings.Training.InitScale, generator, Task.Lattice.Side);
    }

    private static void RequireClasses(DataSettings data, ClassificationTask task)
    {
        var (setting, values) = data.OneAClass;
        InvalidSettingException.Require(task.Classes.Count > 1, setting, values.Any() ? values : null,
            data is FileSettings ? "examples of a second class, to be told from those of class 0; one class can be analyzed and described alone, and searched for independent components" : "two or more, one a class to be told from the others");
        if (task.Sites < FewestSites)
            throw new InvalidDataException($"{data.Files()[0].File}: examples of {task.Sites} sites, and a neuron is trained on {FewestSites} or more, for among fewer each is the neighbour of every other; these can be analyzed, described and searched for independent components");
    }

    // A unit's own rate is known where the answer is a sum over units.
    private static void RequireDescent(RunSettings settings) =>
        InvalidSettingException.Require(settings.Training.Rates == LearningRates.Plain || settings.Catalogue.Networks.HasUnitRates(settings.Model), nameof(settings.Training.Rates), "unit",
            $"plain for {settings.Model.Model}, which learns from a loss of its own");

    private static string Article(string noun) => ("aeiou".Contains(noun[0]) ? "an " : "a ") + noun;

    // What no machine could hold is refused before anything is made; whether this one can is seen when it is made.
    private static void RequireRoom(RunSettings settings, ClassificationTask task)
    {
        var (training, units, sites) = (settings.Training, (double)settings.Model.Units, task.Sites);
        double drawn = (double)training.Batch * (training.Streams == ExampleStreams.Own ? training.Inits : 1);
        string Room(double numbers) => Invariant($"less: {numbers:0.#e0} numbers, over {sites} sites, are more than the {MostNumbers:0e0} that are tried");
        InvalidSettingException.Require(training.Inits * units * sites <= MostNumbers, nameof(training.Inits), training.Inits, Room(training.Inits * units * sites));
        InvalidSettingException.Require(drawn * sites <= MostNumbers, nameof(training.Batch), training.Batch, Room(drawn * sites));
    }

    private static IFlow Theory(RunSettings settings, ClassificationTask task, Device device)
    {
        var (zero, one) = (task.Classes[0], task.Classes[1]);
        var (shares, targets) = (Pair(settings.Training.Proportions, (0.5, 0.5)), Pair(settings.Training.Targets, (0, 1)));
        using var generator = new Generator(Seeds.Derive(settings.Training.Seed, "theory"), device);
        if (settings.Theory == EffectiveTheory.Sampled)
            return SampledFlow.Of(task, SampledFlow.Examples, generator, shares, targets);
        if (settings.Theory is EffectiveTheory.Lemma or EffectiveTheory.ThirdOrder)
            Lemma.Requires(task);
        return new GradientFlow(zero.Covariance, one.Covariance, Drive(one)) { Shares = shares, Targets = targets, FirstDrive = targets.First == 0 ? null : Drive(zero) };

        static (double First, double Second) Pair(IReadOnlyList<double>? said, (double, double) standard) => said is null ? standard : (said[0], said[1]);
        IDrive Drive(IDataModel model) => settings.Theory switch
        {
            EffectiveTheory.FourthCumulant => FourthCumulantDrive.Of(model, SampledFlow.Examples, generator),
            EffectiveTheory.Exact => IsingDrive.Of(model),
            var order => new AmplifierDrive(order == EffectiveTheory.ThirdOrder ? Amplifier.ThirdOrder(model.Marginal) : model.Marginal.FullAmplifier()),
        };
    }

    /// <summary>Refuses what no theory covers, in the words of the settings, which the theory does not know.</summary>
    /// <param name="settings">What is to be trained, and the theory.</param>
    /// <param name="task">Its task.</param>
    /// <exception cref="InvalidSettingException">A setting is beyond the theory.</exception>
    /// <exception cref="NotSupportedException">The model is.</exception>
    public static void RequireTheory(RunSettings settings, ClassificationTask task)
    {
        var (training, plain) = (settings.Training, new TrainingSettings());
        InvalidSettingException.Require(training.Rates == plain.Rates, nameof(training.Rates), "unit", "plain, for the theory is of gradient descent on the loss");
        InvalidSettingException.Require(training.L1 == 0, nameof(training.L1), training.L1, "0, for the theory has no decay");
        InvalidSettingException.Require(training.L2 == 0, nameof(training.L2), training.L2, "0, for the theory has no decay");
        InvalidSettingException.Require(!training.RandomClasses, nameof(training.RandomClasses), "true", "false, for the theory has batches that hold the classes in their shares");
        Lemma.Requires(settings.Model.IsSingleReluNeuron || settings.Model.IsReluCommittee, Article(settings.Catalogue.Networks.Describe(settings.Model)));
        var (setting, values) = settings.Data.OneAClass;
        InvalidSettingException.Require(task.Classes.Count == 2, setting, values, "two values, for the theory covers two classes");
        var (theory, marginal) = (settings.Theory, task.Classes[1].Marginal);
        InvalidSettingException.Require(theory != EffectiveTheory.ThirdOrder || Amplifier.HasThirdOrder(marginal), nameof(settings.Theory), "third-order",
            "lemma or sampled, for these data have no fourth moment and so no third order");
        InvalidSettingException.Require(theory != EffectiveTheory.FourthCumulant || double.IsFinite(marginal.ExcessKurtosis), nameof(settings.Theory), "fourth-cumulant",
            "lemma or sampled, for these data have no fourth moment");
        InvalidSettingException.Require(theory != EffectiveTheory.Exact || (settings.Data is IsingSettings { GaussianClone: false, Dimensions: 1 } && settings.Model.Units == 1), nameof(settings.Theory), "exact",
            "another, for what is known exactly is one neuron on Ising rings");
        double kept = 2.0 * task.Sites * (SampledFlow.Examples + task.Sites);
        InvalidSettingException.Require(theory is not (EffectiveTheory.FourthCumulant or EffectiveTheory.Sampled) || kept <= MostKept, nameof(settings.Theory), $"{theory}".ToLowerInvariant(),
            Invariant($"lemma, for over {task.Sites} sites it would keep {kept:0.#e0} numbers in memory, and at most {MostKept:0e0} are tried"));
    }
}

/// <summary>The two photographs that come with the program, used when a user names none.</summary>
public static class SamplePhotographs
{
    public static IReadOnlyList<string> Files { get; } =
        [.. new[] { "ascent.pgm", "face.pgm" }.Select(name => Path.Combine(AppContext.BaseDirectory, "data", name))];

    /// <summary>The settings with the sample photographs filled in where photographs are needed and none are named.</summary>
    public static DataSettings Where(DataSettings settings) =>
        settings is PhotographSettings { Photos.Count: 0 } photographs ? photographs with { Photos = Files } : settings;
}
