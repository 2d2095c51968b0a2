namespace TorchRf.Figures;

/// <summary>A tick given by hand.</summary>
/// <param name="Position">Where, in the axis' units.</param>
/// <param name="Label">What is written there, literally; empty for a mark alone.</param>
public sealed record Tick(double Position, string Label);
