using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>A unit's response to its input w.x + b.</summary>
public enum Activation
{
    /// <summary>max(0, u).</summary>
    [JsonStringEnumMemberName("relu")]
    ReLU,

    /// <summary>erf(u / sqrt(2)), IG's unit.</summary>
    Erf,

    /// <summary>1 / (1 + exp(-u)).</summary>
    Sigmoid,

    /// <summary>tanh(u).</summary>
    Tanh,

    /// <summary>u itself.</summary>
    Linear,
}

/// <summary>Applies activations to tensors.</summary>
internal static class ActivationFunctions
{
    internal static Tensor Apply(this Activation activation, Tensor u) => activation switch
    {
        Activation.ReLU => u.relu(),
        Activation.Erf => (u * Math.Sqrt(0.5)).erf(),
        Activation.Sigmoid => u.sigmoid(),
        Activation.Tanh => u.tanh(),
        Activation.Linear => u,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };
}
