namespace TorchRf.Figures;

/// <summary>An inset's lines and its place.</summary>
internal sealed record InsetBox(IReadOnlyList<string> Lines, Corner Corner)
{
    private const double Margin = 6;

    internal bool IsLeft => Corner is Corner.TopLeft or Corner.BottomLeft;

    internal static InsetBox? Of(Panel panel, double width) => panel.Inset is { } inset && !string.IsNullOrWhiteSpace(inset.Text)
        ? new InsetBox(TypeSize.Wrap(inset.Text, TypeSize.Tick, width - (2 * Margin)), inset.Corner)
        : null;

    internal Box In(Box area)
    {
        var width = Lines.Max(line => TypeSize.Width(line, TypeSize.Tick));
        var height = Lines.Count * TypeSize.LineHeight(TypeSize.Tick);
        var left = IsLeft ? area.Left + Margin : area.Right - Margin - width;
        var top = Corner is Corner.TopLeft or Corner.TopRight ? area.Top + Margin : area.Bottom - Margin - height;
        return new Box(left, top, left + width, top + height);
    }
}
