using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.Panels;
using ScottPlot.Plottables;
using SkiaSharp;

namespace TorchRf.Plots;

/// <summary>A panel as ScottPlot draws it; lengths are in points.</summary>
internal sealed class PanelPlot : IDisposable
{
    private const float Hair = 0.5f;
    private const float TickLength = 2.5f;
    private const float Inside = 3;
    private const double FineCells = 240;

    private static readonly Color Grey = Color.FromHex("#7f7f7f");
    private static readonly Color Missing = Color.FromHex("#d9d9d9");

    // Okabe and Ito's colours, without yellow, which is lost on white.
    private static readonly (Color Color, LinePattern Dash, MarkerShape Marker)[] Styles =
    [
        (Color.FromHex("#0072b2"), LinePattern.Solid, MarkerShape.FilledCircle),
        (Color.FromHex("#d55e00"), Dashed, MarkerShape.FilledSquare),
        (Color.FromHex("#009e73"), DashDot, MarkerShape.FilledTriangleUp),
        (Color.FromHex("#cc79a7"), Dotted, MarkerShape.FilledDiamond),
        (Color.FromHex("#e69f00"), LinePattern.Solid, MarkerShape.FilledTriangleDown),
        (Color.FromHex("#56b4e9"), Dashed, MarkerShape.OpenCircle),
        (Color.FromHex("#000000"), LinePattern.Solid, MarkerShape.OpenSquare),
    ];

    // Takes the dash that a line left in ScottPlot's paint, which Skia refuses for an SVG's areas, and says so on the console.
    private sealed class Undashed : IPlottable
    {
        public bool IsVisible { get; set; } = true;

        public IAxes Axes { get; set; } = new Axes();

        public IEnumerable<LegendItem> LegendItems => [];

        public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

        public void Render(RenderPack rp) => rp.Paint.SKPathEffect = null!;
    }

    private readonly Panel panel;
    private readonly Plot plot = new();
    private readonly Scale x;
    private readonly Paint paint = Paint.NewDisposablePaint();
    private Scale y;
    private ColorBar? colorBar;
    private LegendPanel? outside;

    internal PanelPlot(Panel panel)
    {
        this.panel = panel;
        var stretches = panel.Series.SelectMany(Clutter.Stretches).ToArray();
        bool stands = panel.Series.Any(one => one is BarSeries or StemSeries or StepSeries { Filled: true });
        var (mapX, mapY) = panel.HeatMap is { } map ? (Ends(panel.X, map.X), Ends(YAxis, map.Y)) : ([], []);
        var references = panel.ReferenceLines;
        x = Scale.Fit(panel.X,
            [.. stretches.SelectMany(one => new[] { one.X0, one.X1 }), .. mapX, .. references.Where(line => !line.IsHorizontal).Select(line => line.Value)],
            panel.HeatMap is null && panel.Series.Any(one => one is PointSeries or BarSeries or StemSeries) ? (0.05, 0.05) : (0, 0));
        double[] ordinates = [.. stretches.SelectMany(one => new[] { one.Y0, one.Y1 }), .. mapY, .. references.Where(line => line.IsHorizontal).Select(line => line.Value)];
        y = Scale.Fit(YAxis, ordinates, panel.HeatMap is not null ? (0, 0) : (stands && !ordinates.Any(value => value < 0) ? 0 : 0.05, 0.06));

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
        Limit();
    }

    private static LinePattern Dashed => new([4, 2], 0, "Dashed");

    private static LinePattern Dotted => new([1, 1.5f], 0, "Dotted");

    private static LinePattern DashDot => new([5, 1.5f, 1, 1.5f], 0, "DashDot");

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
        Area = area;
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = left;
        plot.Layout.Fixed(area);
        Margins(area.Width, area.Height);
        plot.Remove<Text>();
        plot.Remove<Annotation>();
        var clutter = new Clutter(panel, x, y, area);
        if (panel.Inset is { } inset && !string.IsNullOrWhiteSpace(inset.Text))
            Add(inset, clutter);
        if (panel.Legend is not (LegendPlacement.None or LegendPlacement.Outside) && plot.Legend.ManualItems.Count > 0 && PlaceLegend(clutter))
        {
            // The axis has grown, and everything on it moved.
            Settle(area, left);
            return;
        }
        foreach (var line in panel.ReferenceLines.Where(line => !string.IsNullOrEmpty(line.Label)))
            Label(line, clutter);
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

    private void Limit() => plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);

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

    private void Add(HeatMap map)
    {
        var (columns, left, right) = Spread(map.X, x);
        var (rows, bottom, top) = Spread(map.Y, y);
        if (columns.Length == 0 || rows.Length == 0)
            return;
        // ScottPlot's first row is the top one.
        var values = new double[rows.Length, columns.Length];
        for (int row = 0; row < rows.Length; row++)
            for (int column = 0; column < columns.Length; column++)
                values[row, column] = map.Z[rows[^(row + 1)]][columns[column]];
        var (low, high) = map.Limits;
        var cells = plot.Add.Heatmap(values);
        cells.Rectangle = new CoordinateRect(left, right, bottom, top);
        cells.ManualRange = new ScottPlot.Range(low, high);
        cells.NaNCellColor = Missing;
        cells.Colormap = Of(map.ColorMap);
        if (!map.HasColorBar)
            return;
        colorBar = plot.Add.ColorBar(cells);
        colorBar.Width = 5;
        Dress(colorBar.Axis, new Ticks(new Axis(""), false), map.ColorBarLabel);
        colorBar.LabelStyle.Rotation = -90;
    }

    internal static IColormap Of(ColorMap map) => map switch
    {
        ColorMap.BlueWhiteRed => new CustomInterpolated(Anchors("053061 2166ac 4393c3 92c5de d1e5f0 ffffff fddbc7 f4a582 d6604d b2182b 67001f")),
        ColorMap.PurpleWhiteGreen => new CustomInterpolated(Anchors("40004b 762a83 9970ab c2a5cf e7d4e8 ffffff d9f0d3 a6dba0 5aae61 1b7837 00441b")),
        _ => new Viridis(),
    };

    private static Color[] Anchors(string anchors) => [.. anchors.Split(' ').Select(anchor => Color.FromHex("#" + anchor))];

    /// <summary>
    /// Which cell each of many narrow, even cells belongs to, and the places of both ends: so uneven cells have their true sizes, and viewers
    /// that smooth images blur no more than a hair.
    /// </summary>
    private static (int[] Cells, double Start, double End) Spread(IReadOnlyList<double> middles, Scale scale)
    {
        var placed = middles.Select((value, cell) => (Place: scale.Place(value), Cell: cell)).Where(one => double.IsFinite(one.Place)).OrderBy(one => one.Place).ToArray();
        if (placed.Length == 0)
            return ([], 0, 0);
        double[] edges = Edges([.. placed.Select(one => one.Place)]);
        int count = placed.Length;
        double span = edges[count] - edges[0];
        bool isEven = Enumerable.Range(0, count).All(i => Math.Abs(edges[i + 1] - edges[i] - (span / count)) <= 1e-6 * span / count);
        int fine = isEven ? count * (int)Math.Ceiling(FineCells / count) : (int)Math.Max(2 * FineCells, Math.Min(4 * FineCells, 2 * count));
        var cells = new int[fine];
        for (int i = 0, cell = 0; i < fine; i++)
        {
            while (cell < count - 1 && edges[cell + 1] <= edges[0] + (span * (i + 0.5) / fine))
                cell++;
            cells[i] = placed[cell].Cell;
        }
        return (cells, edges[0], edges[count]);
    }

    /// <summary>The edges of cells: one more than there are middles.</summary>
    private static double[] Edges(double[] middles)
    {
        if (middles.Length == 1)
            return [middles[0] - 0.5, middles[0] + 0.5];
        double[] between = [.. middles.Zip(middles.Skip(1), (a, b) => (a + b) / 2)];
        return [(2 * middles[0]) - between[0], .. between, (2 * middles[^1]) - between[^1]];
    }

    private static double[] Ends(Axis axis, IReadOnlyList<double> middles)
    {
        if (!axis.Log)
            return [Edges([.. middles])[0], Edges([.. middles])[^1]];
        double[] positive = [.. middles.Where(value => value > 0).Select(Math.Log10)];
        return positive.Length == 0 ? [] : [Math.Pow(10, Edges(positive)[0]), Math.Pow(10, Edges(positive)[^1])];
    }

    private void Rule(ReferenceLine line)
    {
        AxisLine rule = line.IsHorizontal ? plot.Add.HorizontalLine(y.Place(line.Value)) : plot.Add.VerticalLine(x.Place(line.Value));
        (rule.LineWidth, rule.LineColor, rule.LinePattern) = (0.75f, Grey, new LinePattern([3, 2], 0, "Reference"));
        plot.PlottableList.Add(new Undashed());
    }

    private void Add(Series series, int place)
    {
        var (solid, dash, shape) = Styles[(series.Style ?? place) % Styles.Length];
        var color = solid.WithAlpha(series.Opacity);
        var light = solid.WithAlpha(0.25 * series.Opacity);
        Coordinates At(double atX, double atY) => new(x.Place(atX), y.Place(atY));
        Coordinates[] points = [.. series.X.Zip(series.Y, At)];
        var item = new LegendItem { LabelText = series.Label ?? "" };
        switch (series)
        {
            case LineSeries line:
                if (line.Band is { } band)
                    foreach (var run in Runs([.. Enumerable.Range(0, line.X.Count).Select(i => (At(line.X[i], band.Lower[i]), At(line.X[i], band.Upper[i])))]))
                        Fill([.. run.Select(pair => pair.Item1), .. run.Select(pair => pair.Item2).Reverse()], light);
                item.LineStyle = Stroke(points, (float)line.Width, line.Dash switch
                {
                    Dash.Solid => LinePattern.Solid,
                    Dash.Dashed => Dashed,
                    Dash.Dotted => Dotted,
                    Dash.DashDot => DashDot,
                    _ => dash,
                });
                break;
            case PointSeries dots:
                Whiskers(dots, color);
                item.MarkerStyle = Mark((float)dots.Size);
                break;
            case StemSeries:
                item.LineStyle = Stroke([.. points.SelectMany(tip => new[] { new Coordinates(tip.X, y.Edge(0)), tip, Coordinates.NaN })], 1, LinePattern.Solid);
                item.MarkerStyle = Mark(3);
                plot.Add.HorizontalLine(y.Edge(0), Hair, Lettering.Ink);
                break;
            case BarSeries bars:
                for (int i = 0; i < bars.X.Count; i++)
                    Box(bars.X[i] - (bars.DrawnWidth / 2), bars.X[i] + (bars.DrawnWidth / 2), bars.Y[i]);
                item.FillColor = light;
                (item.OutlineWidth, item.OutlineColor) = (Hair, color);
                break;
            case StepSeries steps:
                Coordinates[] corners = [.. Enumerable.Range(0, steps.Y.Count).SelectMany(i => new[] { At(steps.X[i], steps.Y[i]), At(steps.X[i + 1], steps.Y[i]) })];
                if (steps.Filled)
                    foreach (var run in Runs([.. corners.Select(corner => (corner, new Coordinates(corner.X, y.Edge(0))))]))
                        Fill([.. run.Select(pair => pair.Item1), .. run.Select(pair => pair.Item2).Reverse()], light);
                var outline = Stroke(corners, steps.Filled ? 0.75f : 1, steps.Filled ? LinePattern.Solid : dash);
                if (steps.Filled)
                    (item.FillColor, item.OutlineWidth, item.OutlineColor) = (light, Hair, color);
                else
                    item.LineStyle = outline;
                break;
        }
        if (!string.IsNullOrEmpty(series.Label))
            List(item);

        LineStyle Stroke(Coordinates[] through, float width, LinePattern pattern)
        {
            var line = plot.Add.ScatterLine(through);
            (line.LineWidth, line.LineColor, line.LinePattern, line.LineStyle.StrokeJoin) = (width, color, pattern, SKStrokeJoin.Round);
            plot.PlottableList.Add(new Undashed());
            return line.LineStyle;
        }

        MarkerStyle Mark(float size)
        {
            var markers = plot.Add.Markers(points.Where(IsWhole).ToArray(), shape, size, color);
            markers.MarkerLineWidth = 0.75f;
            return markers.MarkerStyle;
        }

        void Fill(Coordinates[] around, Color fill)
        {
            var area = plot.Add.Polygon(around);
            (area.FillColor, area.LineWidth, area.MarkerSize) = (fill, 0, 0);
        }

        void Box(double from, double to, double height)
        {
            double[] ends = [x.Edge(from), x.Edge(to), y.Edge(0), y.Edge(height)];
            if (!double.IsFinite(height) || !ends.All(double.IsFinite))
                return;
            var box = plot.Add.Rectangle(Math.Min(ends[0], ends[1]), Math.Max(ends[0], ends[1]), Math.Min(ends[2], ends[3]), Math.Max(ends[2], ends[3]));
            (box.FillColor, box.LineColor, box.LineWidth) = (light, color, 0.75f);
        }
    }

    private void Whiskers(PointSeries dots, Color color)
    {
        // Lengths to both sides as places, for a logarithmic axis is not even.
        double[][] bars = [.. Enumerable.Range(0, dots.X.Count).Select(i =>
        {
            double across = dots.XError?[i] ?? 0, along = dots.YError?[i] ?? 0;
            double atX = x.Place(dots.X[i]), atY = y.Place(dots.Y[i]);
            double[] ends = [x.Edge(dots.X[i] - across), x.Edge(dots.X[i] + across), y.Edge(dots.Y[i] - along), y.Edge(dots.Y[i] + along)];
            double Length(double end, double at) => double.IsFinite(end) ? Math.Abs(end - at) : 0;
            bool swapX = panel.X.Reversed, swapY = YAxis.Reversed;
            return new[] { atX, atY, Length(ends[swapX ? 1 : 0], atX), Length(ends[swapX ? 0 : 1], atX), Length(ends[swapY ? 3 : 2], atY), Length(ends[swapY ? 2 : 3], atY) };
        }).Where(bar => double.IsFinite(bar[0]) && double.IsFinite(bar[1]))];
        if (dots is { XError: null, YError: null } || bars.Length == 0)
            return;
        double[] Of(int which) => [.. bars.Select(bar => bar[which])];
        var whiskers = new ErrorBar(Of(0), Of(1), Of(3), Of(2), Of(5), Of(4)) { Color = color, LineWidth = 0.75f, CapSize = 1.5f };
        plot.PlottableList.Add(whiskers);
    }

    private static bool IsWhole(Coordinates point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    /// <summary>The stretches without a gap.</summary>
    private static IEnumerable<List<(Coordinates, Coordinates)>> Runs((Coordinates, Coordinates)[] pairs)
    {
        var run = new List<(Coordinates, Coordinates)>();
        foreach (var pair in pairs.Append((Coordinates.NaN, Coordinates.NaN)))
            if (IsWhole(pair.Item1) && IsWhole(pair.Item2))
                run.Add(pair);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
    }

    private void List(LegendItem item)
    {
        var legend = plot.Legend;
        Lettering.Set(item.LabelStyle, Lettering.Smallest);
        legend.ManualItems.Add(item);
        legend.DisplayPlottableLegendItems = false;
        legend.ShadowColor = Colors.Transparent;
        legend.OutlineWidth = 0;
        legend.BackgroundColor = Colors.White.WithAlpha(0.8);
        (legend.SymbolWidth, legend.SymbolHeight, legend.SymbolPadding) = (14, 5, 3);
        (legend.Padding, legend.Margin, legend.InterItemPadding) = (new PixelPadding(1), new PixelPadding(Inside), new PixelPadding(6, 6, 1, 1));
        if (panel.Legend != LegendPlacement.Outside || outside is not null)
            return;
        outside = plot.ShowLegend(Edge.Right);
        (outside.Alignment, outside.Padding) = (Alignment.UpperLeft, new PixelPadding(2, 0));
    }

    /// <summary>Puts the legend where it covers least; makes room for it above the data where it may and must, and says whether it did.</summary>
    private bool PlaceLegend(Clutter clutter)
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
        bool grows = panel.Legend == LegendPlacement.Best && chosen.Covered > 0 && panel is { Y: { Maximum: null, Reversed: false }, HeatMap: null } && !hasGrown;
        if (grows)
        {
            hasGrown = true;
            y = y.WithRoomAbove(Math.Clamp(1 - ((size.Height + (2 * Inside)) / Area.Height), 0.4, 1));
            Limit();
        }
        legend.Alignment = chosen.Corner;
        clutter.Add(chosen.Box);
        return grows;
    }

    private bool hasGrown;

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

    /// <summary>A reference line's words go to the end and the side where they cover least.</summary>
    private void Label(ReferenceLine line, Clutter clutter)
    {
        double fraction = line.IsHorizontal ? y.Fraction(y.Place(line.Value)) : x.Fraction(x.Place(line.Value));
        if (fraction is not (>= 0 and <= 1))
            return;
        const float Gap = 1.5f;
        string text = Lettering.Wrap(line.Label, Lettering.Smallest, Area.Width);
        var (width, height) = Lettering.Measure(text, Lettering.Smallest) switch { var size => (size.Width, size.Height) };
        float at = line.IsHorizontal ? Area.Bottom - (float)(fraction * Area.Height) : Area.Left + (float)(fraction * Area.Width);
        var places = line.IsHorizontal
            ? from top in new[] { at - height, at + 0.5f }
              from part in new[] { 1, 0, 0.5f, 0.25f, 0.75f }
              select new Pixel(Area.Left + Gap + (part * (Area.Width - width - (2 * Gap))), top)
            : from part in new[] { 0, 1, 0.5f, 0.25f, 0.75f }
              from start in new[] { at + Gap, at - Gap - width }
              select new Pixel(start, Area.Top + Gap + (part * (Area.Height - height - (2 * Gap))));
        var box = places.Select(place => new PixelRect(place, new PixelSize(width, height))).MinBy(clutter.In);
        clutter.Add(box);
        var words = plot.Add.Text(text, plotX(box.Left), plotY(box.Top));
        Lettering.Set(words.LabelStyle, Lettering.Smallest, Lettering.Dim);
        words.Alignment = Alignment.UpperLeft;

        double plotX(float pixel) => x.Low + ((pixel - Area.Left) / Area.Width * (x.High - x.Low));
        double plotY(float pixel) => y.Low + ((Area.Bottom - pixel) / Area.Height * (y.High - y.Low));
    }
}
