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

    /// <summary>It stays as it is.</summary>
    Frozen,
}

/// <summary>Which model is trained. Settings that the chosen model does not use stand at their defaults; others are refused.</summary>
public sealed record ModelSettings
{
    /// <summary>The model's name, one of <see cref="NetworkModels.Names"/>.</summary>
    public string Model { get; init; } = "neuron";

    /// <summary>K, the number of units.</summary>
    public int Units { get; init; } = 1;

    /// <summary>The units' response.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>Whether the units have a bias.</summary>
    public UnitBias Bias { get; init; } = UnitBias.None;

    /// <summary>The bias at the start, where there is one.</summary>
    public double InitialBias { get; init; }

    /// <summary>What is minimised, where there are labels.</summary>
    public Loss Loss { get; init; } = Loss.Mse;

    /// <summary>Two-layer, convolutional: whether the second layer learns.</summary>
    public Head Head { get; init; } = Head.Trained;

    /// <summary>Two-layer, convolutional: what the second layer divides its sum by.</summary>
    public HeadScaling Scaling { get; init; } = HeadScaling.MeanField;

    /// <summary>Two-layer: whether the input is divided by sqrt(N).</summary>
    public bool ScaleInput { get; init; }

    /// <summary>Autoencoder: what activity costs.</summary>
    public Sparsity Sparsity { get; init; } = Sparsity.None;

    /// <summary>Autoencoder: how much it costs (beta). Sparse coding: the penalty lambda.</summary>
    public double SparsityStrength { get; init; } = 0.5;

    /// <summary>Autoencoder with KL: the activity it wants (rho).</summary>
    public double SparsityTarget { get; init; } = 0.05;

    /// <summary>Whether this is LSG's single ReLU neuron without a bias, under the mean square error.</summary>
    [JsonIgnore]
    public bool IsSingleReluNeuron => Model == "neuron" && Activation == Activation.ReLU && Bias == UnitBias.None && Loss == Loss.Mse;

    /// <summary>Whether this is a soft committee of such neurons.</summary>
    [JsonIgnore]
    public bool IsReluCommittee => Model == "committee" && Activation == Activation.ReLU && Bias == UnitBias.None && Loss == Loss.Mse;

    /// <summary>Checks what does not depend on the task (<see cref="NetworkModels.Validate"/> checks the rest too).</summary>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    internal void Validate()
    {
        InvalidSettingException.Require(Units is >= 1 and <= 1_000_000, "units", Units, "from 1 to 1000000");
        InvalidSettingException.Require(Enum.IsDefined(Activation), "activation", Activation, "relu, erf, sigmoid, tanh or linear");
        InvalidSettingException.Require(Enum.IsDefined(Bias), "bias", Bias, "none, frozen or trained");
        InvalidSettingException.Require(double.IsFinite(InitialBias) && Math.Abs(InitialBias) <= 1e30, "initial-bias", InitialBias, "a number from -1e30 to 1e30");
        InvalidSettingException.Require(Enum.IsDefined(Loss), "loss", Loss, "mse or cross-entropy");
        InvalidSettingException.Require(Enum.IsDefined(Head), "head", Head, "trained or frozen");
        InvalidSettingException.Require(Enum.IsDefined(Scaling), "scaling", Scaling, "mean-field or lazy");
        InvalidSettingException.Require(Enum.IsDefined(Sparsity), "sparsity", Sparsity, "none, kl or l1");
        InvalidSettingException.Require(SparsityStrength is >= 0 and <= 1e30, "sparsity-strength", SparsityStrength, "a number from 0 to 1e30");
        InvalidSettingException.Require(SparsityTarget is > 0 and < 1, "sparsity-target", SparsityTarget, "a number between 0 and 1");
    }
}
