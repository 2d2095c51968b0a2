namespace TorchRf.Training;

/// <summary>Which examples the initialisations that train side by side are shown.</summary>
public enum ExampleStreams
{
    /// <summary>All the same: one batch a step serves every initialisation.</summary>
    Shared,

    /// <summary>Each its own.</summary>
    Own,
}

/// <summary>How a model is trained by plain stochastic gradient descent on fresh examples.</summary>
public sealed record TrainingSettings
{
    // What Float32 carries, squares of weights included.
    private const double Smallest = 1e-30;
    private const double Largest = 1e30;

    /// <summary>How many initialisations train side by side.</summary>
    public int Inits { get; init; } = 28;

    /// <summary>Steps of gradient descent.</summary>
    public long Steps { get; init; } = 2000;

    /// <summary>Examples a step (for each initialisation), a multiple of the number of classes.</summary>
    public long Batch { get; init; } = 2000;

    /// <summary>
    /// The learning rate; also the time of one step of the theory. In a mean over K units each learns at the rate lr/K; LSG's settings for
    /// committees (lr 100 for K = 10) have the factor K in them.
    /// </summary>
    public double Lr { get; init; } = 0.05;

    /// <summary>Factor on the variance of Glorot's initialisation.</summary>
    public double InitScale { get; init; } = 0.001;

    /// <summary>What the initialisations are shown.</summary>
    public ExampleStreams Streams { get; init; } = ExampleStreams.Shared;

    /// <summary>Fixes everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Checks every setting.</summary>
    /// <param name="classes">How many classes share a batch.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    public void Validate(int classes)
    {
        InvalidSettingException.Require(Inits is >= 1 and <= 1_000_000, "inits", Inits, "from 1 to 1000000");
        InvalidSettingException.Require(Steps is >= 1 and <= 1_000_000_000, "steps", Steps, "from 1 to 1000000000");
        InvalidSettingException.Require(Batch >= classes && Batch % classes == 0, "batch", Batch, $"a multiple of the {classes} classes, which share it equally");
        InvalidSettingException.Require(Batch <= 1_000_000_000, "batch", Batch, "at most 1000000000");
        InvalidSettingException.Require(Lr is >= Smallest and <= Largest, "lr", Lr, "a number from 1e-30 to 1e30");
        InvalidSettingException.Require(InitScale is >= Smallest and <= Largest, "init-scale", InitScale, "a number from 1e-30 to 1e30");
        InvalidSettingException.Require(Enum.IsDefined(Streams), "streams", Streams, "shared or own");
        InvalidSettingException.Require(CheckpointEvery >= 1, "checkpoint-every", CheckpointEvery, "at least 1");
    }
}
