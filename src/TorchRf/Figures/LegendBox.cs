namespace TorchRf.Figures;

/// <summary>A legend's rows, its size and its place within the plotting area.</summary>
internal sealed record LegendBox(IReadOnlyList<(Series Series, int Place)> Rows, Corner Corner, bool IsOutside)
{
    internal const double Margin = 5;
    internal const double SymbolWidth = 24;
    internal const double Gap = 5;
    internal const double RowHeight = 14;

    internal double Width => SymbolWidth + Gap + Rows.Max(row => TypeSize.Width(row.Series.Label!, TypeSize.Tick)) + 2;

    internal double Height => (Rows.Count * RowHeight) + 1;

    /// <summary>
    /// Places a panel's legend in a plotting area of about the given size; null where there is none. Returns also the part of the
    /// height that the data may keep so as to stay clear of it.
    /// </summary>
    internal static (LegendBox? Box, double Part) Choose(Panel panel, AxisScale x, AxisScale y, double width, double height)
    {
        var rows = panel.Series.Select((series, place) => (series, place)).Where(row => !string.IsNullOrEmpty(row.series.Label)).ToArray();
        if (rows.Length == 0 || panel.Legend == LegendPlacement.None)
        {
            return (null, 1);
        }

        var box = new LegendBox(rows, Corner.TopRight, panel.Legend == LegendPlacement.Outside);
        if (panel.Legend != LegendPlacement.Best)
        {
            return (box with { Corner = FixedCorner(panel.Legend) }, 1);
        }

        var area = new Box(0, 0, width, height);
        var clutter = new Clutter(panel, x, y, area);
        if (InsetBox.Of(panel, width) is { } inset)
        {
            clutter.Add(inset.In(area));
        }

        var corners = new[] { Corner.TopRight, Corner.TopLeft, Corner.BottomRight, Corner.BottomLeft }
            .Select(corner => (corner, covered: clutter.In((box with { Corner = corner }).In(area).Widened(2))))
            .ToArray();
        var least = corners.MinBy(choice => choice.covered);
        if (least.covered == 0 || panel.Y.Maximum is not null || panel.Y.Reversed || panel.HeatMap is not null)
        {
            return (box with { Corner = least.corner }, 1);
        }

        var part = 1 - ((box.Height + (2 * Margin)) / height);
        var top = corners.Where(choice => choice.corner is Corner.TopRight or Corner.TopLeft).MinBy(choice => choice.covered);
        return (box with { Corner = top.corner }, Math.Clamp(part, 0.4, 1));
    }

    /// <summary>The legend's rectangle in a plotting area.</summary>
    internal Box In(Box area)
    {
        if (IsOutside)
        {
            return new Box(area.Right + 10, area.Top, area.Right + 10 + Width, area.Top + Height);
        }

        var left = Corner is Corner.TopLeft or Corner.BottomLeft ? area.Left + Margin : area.Right - Margin - Width;
        var top = Corner is Corner.TopLeft or Corner.TopRight ? area.Top + Margin : area.Bottom - Margin - Height;
        return new Box(left, top, left + Width, top + Height);
    }

    private static Corner FixedCorner(LegendPlacement placement) => placement switch
    {
        LegendPlacement.TopLeft => Corner.TopLeft,
        LegendPlacement.BottomLeft => Corner.BottomLeft,
        LegendPlacement.BottomRight => Corner.BottomRight,
        _ => Corner.TopRight,
    };
}
