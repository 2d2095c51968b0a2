using System.Text.Json.Serialization;

namespace TorchRf.Pruning;

/// <summary>What moves the weights.</summary>
public enum PruningOptimizer
{
    /// <summary>Stochastic gradient descent, with momentum where there is any.</summary>
    Sgd,

    /// <summary>Adam.</summary>
    Adam,
}

/// <summary>How a network is trained and pruned, round after round: train, take the smallest weights away, go back to the weights of an early step, and again.</summary>
public sealed record PruningSettings
{
    private const int MostUnits = 1_000_000;

    /// <summary>How many units each hidden layer has.</summary>
    [Setting("K1,K2,...", "Units of each hidden layer, from the pixels on", From = 1, To = MostUnits)]
    public IReadOnlyList<int> Hidden { get; init; } = [300, 100];

    /// <summary>How often the network is pruned; it is trained once more.</summary>
    [Setting("n", "How often the network is pruned", From = 1, To = 1000)]
    public int Rounds { get; init; } = 10;

    /// <summary>Which part of what is left goes each time.</summary>
    [Setting("x", "Part of the weights left that goes each time", Above = 0, Below = 1)]
    public double Fraction { get; init; } = 0.3;

    /// <summary>The step of the first training that weights go back to.</summary>
    [Setting("n", "Step of the first training that weights go back to", From = 0, To = 1_000_000_000)]
    public long Rewind { get; init; } = 400;

    /// <summary>Among what weights are compared.</summary>
    [Setting("Whether each layer loses that part, or all together")]
    public PruningScope Scope { get; init; }

    /// <summary>Whether the last layer is pruned too.</summary>
    [Setting("Prune the last layer too")]
    public bool LastLayer { get; init; }

    /// <summary>Enough when no more than this part of the weights of pruned layers is left; null for as many rounds as there are.</summary>
    [Setting("x", "Enough when no more than this part is left", Default = "none", Above = 0, Below = 1)]
    public double? Density { get; init; }

    /// <summary>The rounds at which a network pruned at once and one pruned at random are trained beside, with as many weights in each layer.</summary>
    [Setting("r1,r2,...", "Rounds at which networks pruned at once and at random are trained beside", Default = "none", From = 1, To = 1000)]
    public IReadOnlyList<int> Controls { get; init; } = [];

    /// <summary>Steps of each training.</summary>
    [Setting("n", "Steps of each training", From = 1, To = 1_000_000_000)]
    public long Steps { get; init; } = 2000;

    /// <summary>Examples a step; of a law equally many of each class, of files drawn with replacement.</summary>
    [Setting("n", "Examples a step", Aliases = "batch-size", From = 2, To = 1_000_000_000)]
    public long Batch { get; init; } = 40;

    /// <summary>The learning rate.</summary>
    [Setting("x", "Learning rate", Above = 0)]
    public double Lr { get; init; } = 0.1;

    /// <summary>What moves the weights.</summary>
    [Setting("What moves the weights")]
    public PruningOptimizer Optimizer { get; init; }

    /// <summary>The momentum of <see cref="PruningOptimizer.Sgd"/>.</summary>
    [Setting("x", "Momentum of sgd", From = 0, To = 0.9999)]
    public double Momentum { get; init; }

    /// <summary>What of each weight is added to its gradient.</summary>
    [Setting("x", "Weight decay, added to the gradient", From = 0, To = 1e3)]
    public double WeightDecay { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    [Setting("n", "Steps between checkpoints", From = 1)]
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>A file of examples to judge by, as they are in files of training; null for some that are held out.</summary>
    [Setting("x.npy", "Files: examples to judge by", Default = "some held out", IsFile = true)]
    public string? Validation { get; init; }

    /// <summary>Their classes, where the file itself does not say them.</summary>
    [Setting("y.npy", "Files: their classes, by the same numbers", Default = "those in the file itself, if any", IsFile = true)]
    public string? ValidationLabels { get; init; }

    /// <summary>Which part of the examples of files is held out to judge by.</summary>
    [Setting("x", "Files and photographs: part held out to judge by", Above = 0, Below = 1)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>The SHA-256 of the files to judge by, filled in by a run.</summary>
    public IReadOnlyList<string> ValidationSha256 { get; init; } = [];

    /// <summary>Trainings in all, if no round is the last before its time.</summary>
    [JsonIgnore]
    public int Trainings => Rounds + 1 + (2 * Controls.Count);

    /// <summary>Checks every setting.</summary>
    /// <param name="sites">N.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range, or the settings leave nothing.</exception>
    public void Validate(int sites, int classes)
    {
        Setting.Check(this);
        InvalidSettingException.Require(Hidden.Count is >= 1 and <= 20 && Hidden.All(k => k is >= 1 and <= MostUnits), nameof(Hidden), Hidden, $"1 to 20 whole numbers from 1 to {MostUnits}");
        InvalidSettingException.Require(Rewind <= Steps, nameof(Rewind), Rewind, FormattableString.Invariant($"at most the {Steps} steps of a training"));
        InvalidSettingException.Require(Controls.All(r => r >= 1 && r <= Rounds) && Controls.Distinct().Count() == Controls.Count, nameof(Controls), Controls, $"rounds from 1 to {Rounds}, each once");
        InvalidSettingException.Require(Momentum == 0 || Optimizer == PruningOptimizer.Sgd, nameof(Momentum), Momentum, "0 for adam, which has moments of its own");
        int[] widths = [sites, .. Hidden, classes];
        for (int l = 0; l < widths.Length - (LastLayer ? 1 : 2); l++)
        {
            double weights = (widths[l] + 1.0) * widths[l + 1];
            InvalidSettingException.Require(Fraction * weights >= 1, nameof(Fraction), Fraction, FormattableString.Invariant($"at least one of the {weights:0} weights and biases of layer {l + 1}"));
            double least = Math.Max(1, PruningRun.LeastConnected * widths[l + 1]);
            int most = (int)Math.Min(1000, Math.Floor(Math.Log(least / weights) / double.LogP1(-Fraction)));
            InvalidSettingException.Require(Rounds <= most, nameof(Rounds), Rounds,
                FormattableString.Invariant($"at most {most}: after more, the {weights:0} weights and biases of layer {l + 1} do not suffice to connect a fifth of its {widths[l + 1]} units"));
        }
    }
}
