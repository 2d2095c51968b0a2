using System.Text.Json.Nodes;

namespace TorchRf.Experiments.Recipes;

/// <summary>A finished piece of a recipe's work.</summary>
/// <param name="Numbers">What it measured.</param>
/// <param name="Tensors">What it keeps beside; no scope owns them.</param>
public sealed record Piece(JsonObject Numbers, IReadOnlyDictionary<string, Tensor> Tensors);
