using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>Whether units have a bias.</summary>
public enum UnitBias
{
    /// <summary>None.</summary>
    None,

    /// <summary>One that stays as it is.</summary>
    Frozen,

    /// <summary>One that learns.</summary>
    Trained,
}

/// <summary>What a network that is shown labels minimises.</summary>
public enum Loss
{
    /// <summary>The mean square error.</summary>
    Mse,

    /// <summary>The cross-entropy.</summary>
    [JsonStringEnumMemberName("cross-entropy")]
    CrossEntropy,
}

/// <summary>Whether a second layer learns.</summary>
public enum Head
{
    /// <summary>It learns.</summary>
    Trained,

    /// <summary>It stays as it is drawn.</summary>
    Frozen,

    /// <summary>It is 1 for every unit and stays so; a second output has its negative (IG).</summary>
    Ones,
}

/// <summary>What finds the codes of a sparse-coding network.</summary>
public enum CodeSolver
{
    /// <summary>50 steps of iterative shrinkage, wherever they end.</summary>
    Ista,

    /// <summary>Iterative shrinkage with momentum, until the codes are found.</summary>
    Fista,

    /// <summary>Neurons that inhibit each other, until they rest.</summary>
    Lca,

    /// <summary>Coordinate descent, until the codes are found.</summary>
    Descent,
}

/// <summary>How a sparse-coding network's atoms learn.</summary>
public enum DictionaryRule
{
    /// <summary>By gradient descent with the codes held, at unit length.</summary>
    Gradient,

    /// <summary>By the best for the codes of all batches so far (online dictionary learning).</summary>
    Online,
}

/// <summary>Which model is trained. Settings that the chosen model does not use stand at their defaults; others are refused.</summary>
public sealed record ModelSettings
{
    /// <summary>The model's name, one of <see cref="NetworkModels.Names"/>.</summary>
    [Setting("name", "What is trained", Words = "one of the models")]
    public string Model { get; init; } = "neuron";

    /// <summary>K, the number of units.</summary>
    [Setting("K", "Units of the first layer; each learns at the rate lr/K", From = 1, To = 1_000_000)]
    public int Units { get; init; } = 1;

    /// <summary>The units' response.</summary>
    [Setting("The units' response")]
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>Whether the units have a bias.</summary>
    [Setting("Whether units have a bias")]
    public UnitBias Bias { get; init; } = UnitBias.None;

    /// <summary>The bias at the start, where there is one.</summary>
    [Setting("b", "The bias at the start", From = -1e30, To = 1e30)]
    public double InitialBias { get; init; }

    /// <summary>Whether the second half of the units starts at minus <see cref="InitialBias"/> (IG). It is left out of run.json where it is not.</summary>
    [Setting("Whether half of the units start at minus that bias")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SplitBias { get; init; }

    /// <summary>What is minimised, where there are labels.</summary>
    [Setting("Two-layer, convolutional: what is minimised")]
    public Loss Loss { get; init; } = Loss.Mse;

    /// <summary>Two-layer, convolutional: whether the second layer learns.</summary>
    [Setting("Two-layer, convolutional: whether the second layer learns")]
    public Head Head { get; init; } = Head.Trained;

    /// <summary>Two-layer, convolutional: what the second layer divides its sum by.</summary>
    [Setting("Two-layer, convolutional: 1/K, 1/sqrt(K) or nothing before the sum")]
    public HeadScaling Scaling { get; init; } = HeadScaling.MeanField;

    /// <summary>Two-layer: whether the input is divided by sqrt(N).</summary>
    [Setting("Two-layer: whether the input is divided by sqrt(N)")]
    public bool ScaleInput { get; init; }

    /// <summary>Convolutional: what of the kernels' answers the second layer weighs. It is left out of run.json where it is their means.</summary>
    [Setting("Convolutional: the mean over positions, every position, or the largest of neighbours")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Readout Readout { get; init; }

    /// <summary>Autoencoder: what activity costs.</summary>
    [Setting("Autoencoder: what activity costs")]
    public Sparsity Sparsity { get; init; } = Sparsity.None;

    /// <summary>Autoencoder: how much it costs (beta). Sparse coding: the penalty lambda.</summary>
    [Setting("x", "Autoencoder, sparse coding: how much", From = 0, To = 1e30)]
    public double SparsityStrength { get; init; } = 0.5;

    /// <summary>Autoencoder with KL: the activity it wants (rho).</summary>
    [Setting("x", "Autoencoder, KL: the activity wanted", Above = 0, Below = 1)]
    public double SparsityTarget { get; init; } = 0.05;

    /// <summary>Sparse coding: what finds the codes. ISTA does in all runs of versions that had no other, and is left out of run.json.</summary>
    [Setting("Sparse coding: what finds codes, 50 steps of ISTA, or a solver that stops when it has them")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CodeSolver CodeSolver { get; init; } = CodeSolver.Ista;

    /// <summary>Sparse coding: how atoms learn. By the gradient in all runs of versions that had no other way, and then it is left out of run.json.</summary>
    [Setting("Sparse coding: atoms by gradient descent, or online by the best for all codes so far, without a learning rate")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DictionaryRule Dictionary { get; init; } = DictionaryRule.Gradient;

    /// <summary>Whether this is LSG's single ReLU neuron without a bias, under the mean square error.</summary>
    public bool IsSingleReluNeuron => Model == "neuron" && Activation == Activation.ReLU && Bias == UnitBias.None && Loss == Loss.Mse;

    /// <summary>Whether this is a soft committee of such neurons.</summary>
    public bool IsReluCommittee => Model == "committee" && Activation == Activation.ReLU && Bias == UnitBias.None && Loss == Loss.Mse;
}
