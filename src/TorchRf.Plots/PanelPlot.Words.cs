using ScottPlot;
using ScottPlot.Plottables;

namespace TorchRf.Plots;

/// <summary>Words in a plotting area, clear of what else stands there: legend, inset and names of reference lines.</summary>
internal sealed partial class PanelPlot
{
    // Reference lines that have no free place beside them: the legend names them.
    private readonly Dictionary<ReferenceLine, LegendItem> listed = [];

    private void List(LegendItem item)
    {
        var legend = plot.Legend;
        Lettering.Set(item.LabelStyle, Lettering.Smallest);
        legend.ManualItems.Add(item);
        legend.DisplayPlottableLegendItems = false;
        legend.ShadowColor = Colors.Transparent;
        legend.OutlineWidth = 0;
        legend.BackgroundColor = Colors.White.WithAlpha(0.8);
        (legend.SymbolWidth, legend.SymbolHeight, legend.SymbolPadding) = (12, 5, 3);
        (legend.Padding, legend.Margin, legend.InterItemPadding) = (new PixelPadding(1), new PixelPadding(Inside), new PixelPadding(6, 6, 1, 1));
        if (panel.Legend != LegendPlacement.Outside || outside is not null)
            return;
        outside = plot.ShowLegend(Edge.Right);
        (outside.Alignment, outside.Padding) = (Alignment.UpperLeft, new PixelPadding(2, 0));
    }

    private void SettleWords(bool mayGrow)
    {
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        plot.Remove<Text>();
        plot.Remove<Annotation>();
        var clutter = new Clutter(panel, x, y, Area);
        if (panel.Inset is { } inset && !string.IsNullOrWhiteSpace(inset.Text))
            Add(inset, clutter);
        if (panel.Legend is not (LegendPlacement.None or LegendPlacement.Outside) && plot.Legend.ManualItems.Count > 0 && PlaceLegend(clutter) is var part and < 1 && mayGrow)
        {
            // Everything on the axis moves.
            y = y.WithRoomAbove(part);
            SettleWords(mayGrow: false);
            return;
        }
        foreach (var line in panel.ReferenceLines.Where(line => !string.IsNullOrEmpty(line.Label) && !listed.ContainsKey(line)))
        {
            if (Label(line, clutter))
                continue;
            listed[line] = new LegendItem { LabelText = line.Label!, LineStyle = new LineStyle(0.75f, Grey, Reference) };
            List(listed[line]);
            SettleWords(mayGrow);
            return;
        }
    }

    /// <summary>Puts the legend where it covers least, and says which part of the height the data may keep so as to stay clear of it.</summary>
    private double PlaceLegend(Clutter clutter)
    {
        var legend = plot.Legend;
        legend.IsVisible = true;
        for (int i = 0; i < legend.ManualItems.Count; i++)
            legend.ManualItems[i].LabelText = Lettering.Wrap(legend.ManualItems[i].LabelText, Lettering.Smallest, Area.Width - legend.SymbolWidth - 10);
        var size = legend.GetLayout(Area.Contract(legend.Margin).Size, paint).LegendRect.Size;
        var corners = new[] { Alignment.UpperRight, Alignment.UpperLeft, Alignment.LowerRight, Alignment.LowerLeft, Alignment.MiddleRight, Alignment.MiddleLeft, Alignment.UpperCenter, Alignment.LowerCenter }
            .Select(corner => (Corner: corner, Box: Inner(size, corner))).Select(at => (at.Corner, at.Box, Covered: clutter.In(at.Box.Expand(1)))).ToArray();
        var chosen = panel.Legend switch
        {
            LegendPlacement.TopRight => corners[0],
            LegendPlacement.TopLeft => corners[1],
            LegendPlacement.BottomRight => corners[2],
            LegendPlacement.BottomLeft => corners[3],
            _ => corners.MinBy(at => at.Covered),
        };
        legend.Alignment = chosen.Corner;
        clutter.Add(chosen.Box);
        return chosen.Covered < Clutter.Data ? 1 : Math.Clamp(1 - ((size.Height + (2 * Inside)) / Area.Height), 0.4, 1);
    }

    private PixelRect Inner(PixelSize size, Alignment corner) => new PixelRect(new Pixel(0, 0), size).AlignedInside(Area.Contract(new PixelPadding(Inside)), corner);

    private void Add(Inset inset, Clutter clutter)
    {
        string text = Lettering.Wrap(inset.Text, Lettering.Smallest, Area.Width - (2 * Inside));
        var corner = inset.Corner switch
        {
            Corner.TopLeft => Alignment.UpperLeft,
            Corner.TopRight => Alignment.UpperRight,
            Corner.BottomLeft => Alignment.LowerLeft,
            _ => Alignment.LowerRight,
        };
        var note = plot.Add.Annotation(text, corner);
        Lettering.Set(note.LabelStyle, Lettering.Smallest);
        note.LabelStyle.BackgroundColor = Colors.White.WithAlpha(0.8);
        (note.OffsetX, note.OffsetY) = (Inside, Inside);
        clutter.Add(Inner(Lettering.Measure(text, Lettering.Smallest), corner));
    }

    /// <summary>Puts a reference line's words at the end and the side where they cover least, or says that they belong into the legend.</summary>
    private bool Label(ReferenceLine line, Clutter clutter)
    {
        double fraction = line.IsHorizontal ? y.Fraction(y.Place(line.Value)) : x.Fraction(x.Place(line.Value));
        if (fraction is not (>= 0 and <= 1))
            return true;
        const float Gap = 1.5f;
        string text = Lettering.Wrap(line.Label, Lettering.Smallest, Area.Width);
        var (width, height) = Lettering.Measure(text, Lettering.Smallest) switch { var size => (size.Width, size.Height) };
        float at = line.IsHorizontal ? Area.Bottom - (float)(fraction * Area.Height) : Area.Left + (float)(fraction * Area.Width);
        var places = line.IsHorizontal
            ? from top in new[] { at - height - 0.25f, at + 0.5f }
              from part in new[] { 1, 0, 0.5f, 0.25f, 0.75f }
              select new Pixel(Area.Left + Gap + (part * (Area.Width - width - (2 * Gap))), top)
            : from part in new[] { 0, 1, 0.5f, 0.25f, 0.75f }
              from start in new[] { at + Gap, at - Gap - width }
              select new Pixel(start, Area.Top + Gap + (part * (Area.Height - height - (2 * Gap))));
        var box = places.Select(place => new PixelRect(place, new PixelSize(width, height))).MinBy(clutter.In);
        if (clutter.In(box) >= Clutter.Data && panel.Legend is LegendPlacement.Best)
            return false;
        clutter.Add(box);
        var words = plot.Add.Text(text, x.Low + ((box.Left - Area.Left) / Area.Width * (x.High - x.Low)), y.Low + ((Area.Bottom - box.Top) / Area.Height * (y.High - y.Low)));
        Lettering.Set(words.LabelStyle, Lettering.Smallest, Lettering.Dim);
        words.Alignment = Alignment.UpperLeft;
        return true;
    }
}
