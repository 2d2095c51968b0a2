namespace TorchRf.Figures;

/// <summary>A few words inside the plotting area.</summary>
/// <param name="Text">The text, literally; line breaks begin new lines.</param>
/// <param name="Corner">Where.</param>
public sealed record Inset(string Text, Corner Corner = Corner.TopLeft);
