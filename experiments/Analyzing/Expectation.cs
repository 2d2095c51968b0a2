using System.Collections.Concurrent;
using TorchRf.Data.Marginals;

namespace TorchRf.Experiments.Analyzing;

/// <summary>What receptive fields of a ReLU neuron become.</summary>
public enum Outcome
{
    /// <summary>Their IPR is above what white noise reaches (<see cref="InverseParticipationRatio.LocalizedAbove"/>).</summary>
    Localized,

    /// <summary>It is within two standard errors of that.</summary>
    AtTheBorder,

    /// <summary>They leave constants and sinusoids, but stay broader than that.</summary>
    Modulated,

    /// <summary>They are as extended as Gaussian data make them.</summary>
    Extended,

    /// <summary>The data are too few for an answer, or not of a kind that has one.</summary>
    CannotTell,
}

/// <summary>
/// What is to be expected of a ReLU neuron trained to tell two classes apart, and why. It rests on the gradient flow on 20 000 examples of each class, in which no approximation of the lemma enters, beside the same
/// flow on Gaussian examples of the same covariances, and on whether class 1's law is elliptical (LSG Prop. 3.3).
/// </summary>
/// <param name="Reasons">Why, and what would settle it where something would; sentences.</param>
public sealed record Expectation(Outcome Outcome, IReadOnlyList<string> Reasons)
{
    // More sites get fewer examples, so that memory and seconds stay few; fewer than so many a site would be noise.
    private const long MostNumbers = 12_000_000;
    private const int FewestASite = 2, Fewest = 100;

    // Of an Ising ring the exact flow is faster than one on examples, up to here.
    private const int MostExact = 100;

    private const double MostCovarianceError = 0.3;

    private const ulong Seed = 714;

    // A function of three numbers, asked for again by each run of the default data.
    private static readonly ConcurrentDictionary<(int Sites, double First, double Second), Expectation> Rings = new();

    /// <summary>Where the flow on the examples ends; null where it was not followed.</summary>
    public SettledFields? Fields { get; init; }

    /// <summary>Where it ends on Gaussian examples; null where that was not needed.</summary>
    public SettledFields? Gaussian { get; init; }

    /// <summary>Whether class 1's examples are elliptical; null where the law itself says so or they are too few.</summary>
    public Ellipticity? Law { get; init; }

    /// <summary>The outcome as documents spell it.</summary>
    public string Word => Spelled(Outcome);

    /// <summary>Of other networks and other tasks.</summary>
    public static Expectation OfOthers { get; } = new(Outcome.CannotTell, ["What is to be expected is known of one ReLU neuron that learns to answer 0 and 1 to two classes equally frequent; units of one network compete."]);

    /// <summary>Of a task of laws, or of a user's own examples.</summary>
    /// <param name="task">Of two classes; of one, only whether it is elliptical can be said.</param>
    /// <param name="measured">The classes' statistics where they are there already; only own data need them.</param>
    public static Expectation Of(ClassificationTask task, IReadOnlyList<ClassStatistics>? measured = null)
    {
        using var scope = torch.NewDisposeScope();
        if (task.Classes.Count > 2)
            return CannotTell($"There are {task.Classes.Count} classes, and what a neuron comes to is known of two: ask for two at a time.");
        if (task.Classes.All(c => c.Covariance is IStationaryCovariance) && task.Classes[^1].Marginal.IsLinearlyAmplified)
            return new Expectation(Outcome.Extended, ["Class 1 is elliptical: its amplifier is linear whatever its kurtosis, and fields end as constants or sinusoids (LSG Prop. 3.3)."]);
        using var generator = new Generator(Seed);
        if (task.Classes is [IsingRing zero, IsingRing { Sites: <= MostExact } one])
            return Rings.GetOrAdd((one.Sites, zero.Coupling, one.Coupling), _ => OfRings(zero, one, generator));
        if (task.Classes.FirstOrDefault(c => c is IExamples few && few.Count < Math.Max(c.Sites, Fewest)) is IDataModel lacking)
            return CannotTell(Few((IExamples)lacking, lacking.Sites));
        long examples = Math.Min(SampledFlow.Examples, MostNumbers / task.Sites);
        if (examples < FewestASite * task.Sites)
            return CannotTell($"Over {task.Sites} sites the flow on enough examples takes too long: cut smaller windows, or use every second site.");

        Tensor[] x = [.. task.Classes.Select(c => c is IExamples own ? own.Examples(examples).to(ScalarType.Float64) : c.Sample(examples, generator, ScalarType.Float64))];
        var doubts = task.Classes.Any(c => c is IExamples) ? [.. (measured ?? [.. task.Classes.Select(c => new ClassStatistics(c))]).SelectMany(DoubtsOf).Distinct()] : (string[])[];
        var law = Ellipticity.Of(x[^1]);
        if (x.Length == 1)
            return OfOne(law, doubts) with { Law = law };
        var fields = SettledFields.On(x[0], x[1], generator);
        bool clear = fields.Side > 0 && doubts.Length == 0 && law.Shape == LawShape.NotElliptical && task.Classes.All(c => c.Covariance is IStationaryCovariance);
        var clone = clear ? null : SettledFields.On(GaussianLike(x[0], generator), GaussianLike(x[1], generator), generator);
        var (outcome, why) = Judge(fields, clone, law.Shape);
        string[] reasons = [Told(fields, clone, Invariant($"on {Math.Min(x[0].shape[0], x[1].shape[0])} examples of each class")), why, Told(law)];
        return (doubts.Length > 0 ? new Expectation(Outcome.CannotTell, [.. doubts, .. reasons[..1]]) : new Expectation(outcome, reasons)) with { Fields = fields, Gaussian = clone, Law = law };
    }

    /// <summary>"Expected: modulated, broader than what counts as localized. ..." with the reasons.</summary>
    public override string ToString() => $"Expected: {Said}. {string.Join(" ", Reasons)}";

    /// <summary>The outcome in a headline's words.</summary>
    public string Said => Outcome switch
    {
        Outcome.Localized => "localized receptive fields",
        Outcome.AtTheBorder => "receptive fields at the border of localization",
        Outcome.Modulated => "modulated receptive fields, broader than localized ones",
        Outcome.Extended => "extended receptive fields, no localization",
        _ => "this cannot be told",
    };

    internal static string Spelled(Outcome outcome) => outcome switch
    {
        Outcome.Localized => "localized",
        Outcome.AtTheBorder => "at the border",
        Outcome.Modulated => "modulated",
        Outcome.Extended => "extended",
        _ => "cannot tell",
    };

    // The flow decides, unless the law's shape, or its Gaussian clone, contradicts it.
    private static (Outcome, string) Judge(SettledFields fields, SettledFields? clone, LawShape shape)
    {
        bool linear = shape is LawShape.Elliptical or LawShape.Gaussian;
        double room = clone is null ? 0 : SettledFields.Certain * Math.Sqrt(Square(fields.Ipr.Error) + Square(clone.Ipr.Error));
        double beyond = clone is null ? double.PositiveInfinity : fields.Ipr.Mean - clone.Ipr.Mean;
        if (fields.Side >= 0 && linear)
            return (Outcome.CannotTell, "For a law of this shape that is too much: single large examples hold the fields, and more examples would settle it.");
        if (fields.Side > 0)
            return beyond > room
                ? (Outcome.Localized, "So fields localize.")
                : (Outcome.CannotTell, "Gaussian examples do the same, so that it comes of the covariances or of how few examples there are: more examples would settle it.");
        if (fields.Side == 0)
            return (Outcome.AtTheBorder, "That is within two standard errors of the border: data farther from it, with another gain, kurtosis or lengthscale, would settle it.");
        if (shape == LawShape.Gaussian && beyond > 1.5 * room)
            return (Outcome.CannotTell, "That is more than for a Gaussian, from which the examples are not to be told: more examples would settle it.");
        if (linear)
            return (Outcome.Extended, "So fields stay constants or sinusoids.");
        if (shape == LawShape.NotElliptical && beyond > room)
            return (Outcome.Modulated, "So fields leave constants and sinusoids, but stay broader than what counts as localized.");
        if (beyond < (shape == LawShape.NotElliptical ? 0 : -room))
            return (Outcome.Extended, "So fields stay as extended as Gaussian examples make them.");
        return (Outcome.CannotTell, "Whether fields are more than Gaussian examples make them is not certain: more examples would settle it.");
    }

    // Their flow is known exactly, and so is that of a Gaussian with their covariances.
    private static Expectation OfRings(IsingRing first, IsingRing second, Generator generator)
    {
        using var drive = new IsingDrive(second);
        var fields = SettledFields.By(drive, first.Covariance, second.Covariance, generator);
        // A Gaussian on a ring never localizes.
        var gaussian = fields.Side > 0 ? null : SettledFields.By(new AmplifierDrive(Amplifier.Normal()), first.Covariance, second.Covariance, generator);
        var (outcome, why) = Judge(fields, gaussian, LawShape.NotElliptical);
        return new Expectation(outcome, [Told(fields, gaussian, "without approximation"), why]) { Fields = fields, Gaussian = gaussian };
    }

    private static Expectation OfOne(Ellipticity law, string[] doubts)
    {
        const string needed = "Where localization sets in depends on both classes: give the other one too (--class1 of files, --strides of photographs).";
        if (doubts.Length > 0)
            return new Expectation(Outcome.CannotTell, doubts);
        return law.Shape is LawShape.Elliptical or LawShape.Gaussian
            ? new Expectation(Outcome.Extended, [Told(law), "Whatever the other class is, a neuron that answers to this one has a linear drive, and its fields stay extended."])
            : new Expectation(Outcome.CannotTell, [Told(law), needed]);
    }

    private static IEnumerable<string> DoubtsOf(ClassStatistics c)
    {
        if (c.CovarianceNoise > MostCovarianceError)
            yield return Invariant($"The covariance of {c.Name} is known to {100 * c.CovarianceNoise:0} % only, from {c.Examples} examples: more of them, or more different ones, would settle it.");
        if (!c.IsRing)
            yield return Invariant($"Not stationary: the covariance of {c.Name} is {100 * c.OffRing:0} % off one that is the same at every site of a {(c.Lattice.Dimensions == 1 ? "ring" : "torus")}, and fields go where sites differ.");
    }

    private static string Few(IExamples own, int sites) => own.Count < sites
        ? $"There are fewer examples, {own.Count}, than sites, {sites}: is the array transposed, or one picture?"
        : $"{own.Count} examples are too few: some thousands would settle it.";

    private static string Told(SettledFields fields, SettledFields? clone, string how) =>
        Invariant($"From {fields.Localized.Total} small random starts gradient flow {how} ends at a mean IPR of {fields.Ipr.Mean:0.000} ± {fields.Ipr.Error:0.000} (localized: above {fields.Localized.Threshold:0.000})")
        + (clone is null ? "." : Invariant($", and for a Gaussian of the same covariances at {clone.Ipr.Mean:0.000} ± {clone.Ipr.Error:0.000}."));

    private static string Told(Ellipticity law)
    {
        string ratio = Invariant($"R = {law.Ratio.Mean:0.00} ± {law.Ratio.Error:0.00}");
        return law.Shape switch
        {
            LawShape.Gaussian => "Its projections are not to be told from Gaussian ones.",
            LawShape.Elliptical => $"The law is elliptical ({ratio}, 0 if it is): the drive is linear whatever the kurtosis.",
            LawShape.NotElliptical => $"The law is not elliptical ({ratio}, 0 if it were).",
            _ => "Whether the law is elliptical is not certain: more examples would settle it.",
        };
    }

    private static Tensor GaussianLike(Tensor x, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var (variances, modes) = torch.linalg.eigh(SettledFields.Moments(x));
        var z = torch.randn(x.shape, ScalarType.Float64, generator: generator);
        return (z * variances.clamp(min: 0.0).sqrt()).matmul(modes.mT).MoveToOuterDisposeScope();
    }

    private static Expectation CannotTell(string why) => new(Outcome.CannotTell, [why]);

    private static double Square(double x) => x * x;
}
