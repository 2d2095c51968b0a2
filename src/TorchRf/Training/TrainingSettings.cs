using System.Text.Json.Serialization;

namespace TorchRf.Training;

/// <summary>Which examples the initialisations that train side by side are shown.</summary>
public enum ExampleStreams
{
    /// <summary>All the same: one batch a step serves every initialisation.</summary>
    Shared,

    /// <summary>Each its own.</summary>
    Own,
}

/// <summary>Whose learning rate is given.</summary>
public enum LearningRates
{
    /// <summary>That of gradient descent on the loss, for all that learns: in a mean over K units, each learns at the rate lr/K.</summary>
    Plain,

    /// <summary>That of each unit, whatever its part in the answer; biases and second layers learn N times more slowly (IG).</summary>
    Unit,
}

/// <summary>How a model is trained by plain stochastic gradient descent on fresh examples.</summary>
public sealed record TrainingSettings
{
    // What Float32 carries, squares of weights included.
    private const double Smallest = 1e-30;
    private const double Largest = 1e30;

    /// <summary>How many initialisations train side by side.</summary>
    [Setting("n", "Initialisations side by side", From = 1, To = 1_000_000)]
    public int Inits { get; init; } = 28;

    /// <summary>Steps of gradient descent.</summary>
    [Setting("n", "Steps of gradient descent", From = 1, To = 1_000_000_000)]
    public long Steps { get; init; } = 2000;

    /// <summary>Examples a step (for each initialisation), a multiple of the number of classes.</summary>
    [Setting("n", "Examples a step, shared equally by the classes", Aliases = "batch-size", From = 1, To = 1_000_000_000)]
    public long Batch { get; init; } = 2000;

    /// <summary>
    /// The learning rate; also the time of one step of the theory. In a mean over K units each learns at the rate lr/K; LSG's settings for
    /// committees (lr 100 for K = 10) have the factor K in them.
    /// </summary>
    [Setting("x", "Learning rate; the time of a step in the theory", Aliases = "learning-rate", From = Smallest, To = Largest)]
    public double Lr { get; init; } = 0.05;

    /// <summary>Factor on the variance of Glorot's initialisation.</summary>
    [Setting("x", "Factor on the variance of Glorot's initialisation", From = Smallest, To = Largest)]
    public double InitScale { get; init; } = 0.001;

    /// <summary>The standard deviation of the first weights; Glorot's, by <see cref="InitScale"/>, where it is null, and then left out of run.json.</summary>
    [Setting("x", "Standard deviation of the first weights", Default = "Glorot's", From = Smallest, To = Largest)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? InitStd { get; init; }

    /// <summary>Whose the learning rate is. It is left out of run.json where it is that of the loss.</summary>
    [Setting("Networks: whether lr is that of the loss, or of each unit, with biases and second layers N times slower")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LearningRates Rates { get; init; }

    /// <summary>Which part of what learns is taken off in N steps, a unit of IG's time; the optimiser takes 1/N of it at each. It is left out of run.json where it is 0.</summary>
    [Setting("x", "Networks: weight decay in N steps", From = 0, To = Largest)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double L2 { get; init; }

    /// <summary>By how much what learns shrinks towards 0 in N steps. It is left out of run.json where it is 0.</summary>
    [Setting("x", "Networks: how far weights shrink in N steps", From = 0, To = Largest)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double L1 { get; init; }

    /// <summary>Whether each example's class is drawn by its share, so that a batch may be a single example; otherwise every batch holds those shares. It is left out of run.json where it is not.</summary>
    [Setting("Networks: whether each example's class is drawn, in place of equal shares of a batch")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RandomClasses { get; init; }

    /// <summary>What the initialisations are shown.</summary>
    [Setting("Whether initialisations see the same examples")]
    public ExampleStreams Streams { get; init; } = ExampleStreams.Shared;

    /// <summary>Fixes everything random.</summary>
    [Setting("n", "Fixes everything random")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between checkpoints.</summary>
    [Setting("n", "Steps between checkpoints", From = 1)]
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Steps between the rows of a run's curves, which have one at each snapshot too; 0 for those alone. Each costs an evaluation. It is left out of run.json where it is 0.</summary>
    [Setting("n", "Steps between rows of curves.csv, which has one at each snapshot too", Default = "at the snapshots alone", From = 0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long LogEvery { get; init; }

    /// <summary>Which share of a batch is of each class; equal ones where it is null, and then left out of run.json.</summary>
    [Setting("p0,p1,...", "Share of each class in a batch", Default = "equal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Proportions { get; init; }

    /// <summary>What the answer is to be on each class; its number where it is null, and then left out of run.json.</summary>
    [Setting("y0,y1,...", "What one output is to answer on each class", Default = "the class's number")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Targets { get; init; }

    /// <summary>Whether classes come equally often and have their numbers for targets, as in LSG.</summary>
    public bool IsPlain => Proportions is null && Targets is null && IsPlainDescent;

    /// <summary>Whether it is gradient descent on the loss and no more, on batches that hold the classes in their shares.</summary>
    public bool IsPlainDescent => Rates == LearningRates.Plain && L1 == 0 && L2 == 0 && !RandomClasses;

    /// <summary>Factor on the variance of Glorot's initialisation of so many units over so many sites that gives the first weights their size.</summary>
    public double FirstScale(int units, int sites) => InitStd is double std ? std * std * (units + sites) / 2 : InitScale;

    /// <summary>Checks every setting.</summary>
    /// <param name="classes">How many classes share a batch.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    public void Validate(int classes)
    {
        Setting.Check(this);
        InvalidSettingException.Require(Proportions is null || (Proportions.Count == classes && Proportions.All(p => p > 0) && Math.Abs(Proportions.Sum() - 1) < 1e-9), nameof(Proportions), Proportions,
            $"{classes} shares above 0, one a class, that add up to 1");
        InvalidSettingException.Require(Targets is null || (Targets.Count == classes && Targets.All(double.IsFinite)), nameof(Targets), Targets, $"{classes} finite numbers, one a class");
        InvalidSettingException.Require(InitStd is null || InitScale == new TrainingSettings().InitScale, nameof(InitScale), InitScale, "left out beside `InitStd`, which says how large the first weights are");
        InvalidSettingException.Require(Proportions is not null || RandomClasses || (Batch >= classes && Batch % classes == 0), nameof(Batch), Batch, $"a multiple of the {classes} classes, which share it equally");
        InvalidSettingException.Require(Proportions is null || RandomClasses || Proportions.All(p => p * Batch > 0.5 && Math.Abs((p * Batch) - Math.Round(p * Batch)) < 1e-6), nameof(Batch), Batch,
            "a number of which each class's share is whole");
    }
}
