using ScottPlot;
using ScottPlot.Panels;
using ScottPlot.Plottables;
using SkiaSharp;

namespace TorchRf.Plots;

/// <summary>A panel as ScottPlot draws it; lengths are in points.</summary>
internal sealed partial class PanelPlot : IDisposable
{
    private const float Hair = 0.5f;
    private const float TickLength = 2.5f;
    private const float Inside = 3;

    private readonly Panel panel;
    private readonly Plot plot = new();
    private readonly Scale x;
    private readonly Paint paint = Paint.NewDisposablePaint();
    private readonly Scale fitted;
    private Scale y;
    private ColorBar? colorBar;
    private LegendPanel? outside;

    internal PanelPlot(Panel panel)
    {
        this.panel = panel;
        var stretches = panel.Series.SelectMany(Clutter.Stretches).ToArray();
        bool stands = panel.Series.Any(one => one is BarSeries or StepSeries { Filled: true });
        var (mapX, mapY) = panel.HeatMap is { } map ? (Ends(panel.X, map.X), Ends(YAxis, map.Y)) : ([], []);
        var references = panel.ReferenceLines;
        x = Scale.Fit(panel.X,
            [.. stretches.SelectMany(one => new[] { one.X0, one.X1 }), .. mapX, .. references.Where(line => !line.IsHorizontal).Select(line => line.Value)],
            panel.HeatMap is null && panel.Series.Any(one => one is PointSeries or BarSeries) ? (0.05, 0.05) : (0, 0));
        double[] ordinates = [.. stretches.SelectMany(one => new[] { one.Y0, one.Y1 }), .. mapY, .. references.Where(line => line.IsHorizontal).Select(line => line.Value)];
        y = fitted = Scale.Fit(YAxis, ordinates, panel.HeatMap is not null ? (0, 0) : (stands && !ordinates.Any(value => value < 0) ? 0 : 0.05, 0.06));

        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.Transparent;
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.HideGrid();
        plot.Legend.IsVisible = false;
        Dress(plot.Axes.Bottom, panel.X, panel.Series.SelectMany(one => one.X).Concat(panel.HeatMap?.X ?? []));
        Dress(plot.Axes.Left, YAxis, panel.Series.SelectMany(one => one.Y).Concat(panel.HeatMap?.Y ?? []));
        foreach (var axis in new IAxis[] { plot.Axes.Right, plot.Axes.Top })
        {
            axis.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
            axis.FrameLineStyle.Width = panel.HeatMap is null ? 0 : Hair;
            (axis.FrameLineStyle.Color, axis.FrameLineStyle.AntiAlias) = (Lettering.Ink, true);
            axis.MinimumSize = axis.MaximumSize = 0;
        }
        if (panel.HeatMap is not null)
            Add(panel.HeatMap);
        foreach (var line in references)
            Rule(line);
        for (int place = 0; place < panel.Series.Count; place++)
            Add(panel.Series[place], place);
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
    }

    internal Panel Panel => panel;

    /// <summary>The plotting area.</summary>
    internal PixelRect Area { get; private set; }

    /// <summary>Height over width of a map's cells taken together, where they are square; null where the area may have any shape.</summary>
    internal double? Aspect => panel.HeatMap is { IsImage: true } ? (y.High - y.Low) / (x.High - x.Low) : null;

    /// <summary>The height that a legend beside the area needs.</summary>
    internal float LeastHeight => outside is null ? 0 : plot.Legend.GetLayout(PixelSize.Infinity, paint).LegendRect.Height + 1;

    // The first row of an image is at the top.
    private Axis YAxis => panel.HeatMap is { IsImage: true } ? panel.Y with { Reversed = !panel.Y.Reversed } : panel.Y;

    /// <summary>What the labels need on each side of a plotting area of about this size.</summary>
    internal PixelPadding Margins(double width, double height)
    {
        var (bottom, left) = (plot.Axes.Bottom, plot.Axes.Left);
        bottom.Label.Text = Lettering.Wrap(panel.X.Label, Lettering.Plain, width + 10);
        left.Label.Text = Lettering.Wrap(panel.Y.Label, Lettering.Plain, height + 20);
        bottom.RegenerateTicks((float)width, paint);
        left.RegenerateTicks((float)height, paint);
        var (before, after) = Overhang(bottom, width);
        plot.Axes.Right.MinimumSize = plot.Axes.Right.MaximumSize = colorBar is null && outside is null ? 0 : 4;
        float right = plot.Axes.Right.MinimumSize;
        if (colorBar is not null)
        {
            colorBar.Label = Lettering.Wrap(panel.HeatMap!.ColorBarLabel, Lettering.Plain, height);
            colorBar.LabelStyle.OffsetX = -Lettering.Measure(colorBar.Label, Lettering.Plain).Height;
            (colorBar.Axis.Min, colorBar.Axis.Max) = panel.HeatMap.Limits;
            colorBar.Axis.RegenerateTicks((float)height, paint);
            colorBar.MinimumSize = colorBar.MaximumSize = colorBar.Width + colorBar.Axis.Measure(paint);
            right += colorBar.MinimumSize;
        }
        if (outside is not null)
            right += outside.Measure(paint);
        return new PixelPadding(Math.Max(left.Measure(paint), before), Math.Max(right, after), bottom.Measure(paint), Lettering.Smallest / 2);
    }

    /// <summary>Gives the plotting area its place, with the y axis' name so far from it, and settles the words inside.</summary>
    internal void Settle(PixelRect area, float left)
    {
        (Area, y) = (area, fitted);
        foreach (var item in listed.Values)
            plot.Legend.ManualItems.Remove(item);
        listed.Clear();
        plot.Legend.IsVisible = false;
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = left;
        plot.Layout.Fixed(area);
        SettleWords(mayGrow: panel is { Legend: LegendPlacement.Best, HeatMap: null, Y: { Maximum: null, Reversed: false } });
        Margins(area.Width, area.Height);
    }

    /// <summary>Draws the panel.</summary>
    internal void Draw(SKCanvas canvas, PixelRect page)
    {
        // What has not been drawn before ScottPlot draws twice, which only shows in vectors.
        using (var nowhere = new SKPictureRecorder())
            plot.Render(nowhere.BeginRecording(new SKRect(0, 0, page.Right, page.Bottom)), page);
        plot.Render(canvas, page);
    }

    public void Dispose()
    {
        plot.Dispose();
        paint.Dispose();
    }

    private static void Dress(IAxis axis, Axis described, IEnumerable<double> values)
    {
        bool isWhole = described.WholeTicks ?? (values.Any(double.IsFinite) && values.Where(double.IsFinite).All(double.IsInteger));
        Dress(axis, new Ticks(described, isWhole), described.Label);
        if (described.Ticks is { Count: 0 })
            ((ScottPlot.AxisPanels.AxisBase)axis).PaddingBetweenTickAndAxisLabels = new PixelPadding(1);
        if (described.Label.Length == 0 && described.Ticks is { Count: 0 })
            axis.MinimumSize = axis.MaximumSize = 1;
    }

    private static void Dress(IAxis axis, ITickGenerator ticks, string label)
    {
        axis.TickGenerator = ticks;
        Lettering.Set(axis.Label, Lettering.Plain);
        axis.Label.Text = label;
        Lettering.Set(axis.TickLabelStyle, Lettering.Smallest);
        // ScottPlot keeps labels 5 from the ticks of a vertical axis, made for pixels.
        axis.TickLabelStyle.OffsetX = axis.Edge switch { Edge.Left => 3, Edge.Right => -3, _ => 0 };
        foreach (var mark in new[] { axis.MajorTickStyle, axis.MinorTickStyle })
            (mark.Length, mark.Width, mark.Color, mark.AntiAlias) = (mark == axis.MajorTickStyle ? TickLength : TickLength * 0.6f, Hair, Lettering.Ink, true);
        (axis.FrameLineStyle.Width, axis.FrameLineStyle.Color, axis.FrameLineStyle.AntiAlias) = (Hair, Lettering.Ink, true);
        var padded = (ScottPlot.AxisPanels.AxisBase)axis;
        padded.PaddingBetweenTickAndAxisLabels = axis.Edge.IsVertical() ? new PixelPadding(0, TickLength + 3.5f, 0, 0) : new PixelPadding(0, 0, 0, 2);
        padded.EmptyLabelPadding = axis.Edge.IsVertical() ? new PixelPadding(0, TickLength + 2, 0, 0) : new PixelPadding(0, 0, 0, 2);
        padded.PaddingOutsideAxisLabels = PixelPadding.Zero;
    }

    /// <summary>How far the outermost labels of an axis reach beyond its ends.</summary>
    private (float Before, float After) Overhang(IAxis axis, double width)
    {
        var (before, after) = (0f, 0f);
        foreach (var mark in ((Ticks)axis.TickGenerator).Marks.Where(mark => mark.Label.Length > 0))
        {
            float half = axis.TickLabelStyle.Measure(mark.Label, paint).Width / 2, at = (float)(x.Fraction(mark.Position) * width);
            (before, after) = (Math.Max(before, half - at), Math.Max(after, half - (float)width + at));
        }
        return (before, after + 1);
    }
}
