namespace TorchRf.Figures;

/// <summary>A tick as drawn. In a power's label, <c>10^{n}</c>, the braces are raised.</summary>
internal sealed record TickMark(double Position, string Label, bool IsPower = false)
{
    internal double Width
    {
        get
        {
            var caret = IsPower ? Label.IndexOf('^', StringComparison.Ordinal) : -1;
            return caret < 0
                ? TypeSize.Width(Label, TypeSize.Tick)
                : TypeSize.Width(Label[..caret], TypeSize.Tick) + TypeSize.Width(Label[(caret + 2)..^1], 0.75 * TypeSize.Tick);
        }
    }
}
