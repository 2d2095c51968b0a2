namespace TorchRf.Figures;

/// <summary>A panel with everything about it that is settled before drawing.</summary>
internal sealed class PanelLayout
{
    internal const double TickLength = 3.4;
    internal const double TickGap = 3;
    internal const double LabelGap = 3;
    internal const double ColorBarGap = 7;
    internal const double ColorBarWidth = 9;

    internal PanelLayout(Panel panel, int row, int column, string where)
    {
        Panel = panel;
        Row = row;
        Column = column;
        panel.X.Check($"{where}, x axis");
        panel.Y.Check($"{where}, y axis");
        panel.HeatMap?.Check(where);
    }

    internal Panel Panel { get; }

    internal int Row { get; }

    internal int Column { get; }

    internal int LastColumn => Column + Panel.ColumnSpan - 1;

    internal string Letter { get; set; } = "";

    internal IReadOnlyList<string> TitleLines { get; private set; } = [];

    internal AxisScale X { get; private set; } = null!;

    internal AxisScale Y { get; private set; } = null!;

    internal IReadOnlyList<TickMark> XTicks { get; private set; } = [];

    internal IReadOnlyList<TickMark> YTicks { get; private set; } = [];

    internal IReadOnlyList<TickMark> ColorTicks { get; private set; } = [];

    internal LegendBox? Legend { get; private set; }

    internal InsetBox? Inset { get; private set; }

    internal IReadOnlyList<ReferenceLabel> ReferenceLabels { get; private set; } = [];

    /// <summary>The plotting area.</summary>
    internal Box Plot { get; set; }

    /// <summary>The grid cell or cells, labels included.</summary>
    internal Box Cell { get; set; }

    internal bool HasColorBar => Panel.HeatMap is { HasColorBar: true };

    /// <summary>How wide the y axis' tick labels are.</summary>
    internal double YTickWidth => YTicks.Count == 0 ? 0 : TickLength + TickGap + YTicks.Max(tick => tick.Width);

    internal double ColorTickWidth => ColorTicks.Count == 0 ? 0 : TickGap + ColorTicks.Max(tick => tick.Width);

    /// <summary>How high the x axis' ticks and their labels are.</summary>
    internal double XTickHeight => Panel.X.Ticks is { Count: 0 } ? 0 : TickLength + TickGap + TypeSize.Tick;

    internal double TopMargin => TitleLines.Count > 0
        ? 8 + (TitleLines.Count * TypeSize.LineHeight(TypeSize.Title))
        : Letter.Length > 0 ? 8 + TypeSize.LineHeight(TypeSize.Letter) : 9;

    internal double BottomMargin => XTickHeight + (Panel.X.Label.Length > 0 ? LabelGap + TypeSize.LineHeight(TypeSize.Label) : 0) + 5;

    internal double LeftMargin => YTickWidth + (Panel.Y.Label.Length > 0 ? LabelGap + TypeSize.LineHeight(TypeSize.Label) : 0) + 7;

    internal double RightMargin
    {
        get
        {
            var margin = Math.Max(8, (XTicks.Count == 0 ? 0 : XTicks[^1].Width / 2) + 3);
            if (HasColorBar)
            {
                margin = ColorBarGap + ColorBarWidth + ColorTickWidth + 10 + (Panel.HeatMap!.ColorBarLabel.Length > 0
                    ? LabelGap + TypeSize.LineHeight(TypeSize.Label)
                    : 0);
            }

            return Legend is { IsOutside: true } ? Math.Max(margin, Legend.Width + 16) : margin;
        }
    }

    internal void WrapTitle(double width) => TitleLines = TypeSize.Wrap(Panel.Title, TypeSize.Title, width);

    /// <summary>Settles ranges, the legend and the ticks for the plotting area as it is now.</summary>
    internal void SettleAxes()
    {
        var (width, height) = (Plot.Width, Plot.Height);
        var series = Panel.Series;
        var segments = series.SelectMany(one => one.Segments()).ToArray();
        var (mapX, mapY) = MapEdges();
        var references = Panel.ReferenceLines;
        X = AxisScale.Fit(
            Panel.X,
            [
                .. segments.SelectMany(segment => new[] { segment.X0, segment.X1 }),
                .. mapX,
                .. references.Where(line => !line.IsHorizontal).Select(line => line.Value),
            ],
            Panel.HeatMap is null && series.Any(one => one.HasWidth) ? (0.05, 0.05) : (0, 0));

        double[] ordinates =
        [
            .. segments.SelectMany(segment => new[] { segment.Y0, segment.Y1 }),
            .. mapY,
            .. references.Where(line => line.IsHorizontal).Select(line => line.Value),
        ];
        var stands = series.Any(one => one.StandsOnZero) && !ordinates.Any(value => value < 0);
        Y = AxisScale.Fit(Panel.Y, ordinates, Panel.HeatMap is not null ? (0, 0) : (stands ? 0 : 0.05, 0.06));
        (Legend, var part) = LegendBox.Choose(Panel, X, Y, width, height);
        Y = Y.WithRoomAbove(part);
        YTicks = Y.Ticks(Math.Clamp((int)(height / 23), 2, 7));
        if (HasColorBar)
        {
            var (low, high) = Panel.HeatMap!.Limits;
            ColorTicks = TickChooser.Linear(low, high, Math.Clamp((int)(height / 23), 3, 7));
        }

        // As many as their labels leave room for.
        for (var most = Math.Clamp((int)(width / 34), 2, 8); ; most--)
        {
            XTicks = X.Ticks(most);
            if (most <= 2 || Panel.X.Ticks is not null || !Crowded(width))
            {
                return;
            }
        }
    }

    /// <summary>Settles the words inside the plotting area, once that has its place.</summary>
    internal void SettleWords()
    {
        Inset = InsetBox.Of(Panel, Plot.Width);
        if (Panel.ReferenceLines.Count == 0)
        {
            return;
        }

        var clutter = new Clutter(Panel, X, Y, Plot);
        if (Inset is not null)
        {
            clutter.Add(Inset.In(Plot));
        }

        if (Legend is not null)
        {
            clutter.Add(Legend.In(Plot));
        }

        ReferenceLabels = [.. ReferenceLabel.Place(this, clutter)];
    }

    /// <summary>The edges of a heat map's cells as places along an axis: one more than there are middles.</summary>
    internal static double[] Edges(double[] places)
    {
        var count = places.Length;
        if (count == 1)
        {
            return [places[0] - 0.5, places[0] + 0.5];
        }

        var edges = new double[count + 1];
        for (var i = 1; i < count; i++)
        {
            edges[i] = (places[i - 1] + places[i]) / 2;
        }

        edges[0] = places[0] - (edges[1] - places[0]);
        edges[count] = places[^1] + (places[^1] - edges[count - 1]);
        return edges;
    }

    private (double[] X, double[] Y) MapEdges() => Panel.HeatMap is { } map
        ? (Ends(Panel.X, map.X), Ends(Panel.Y, map.Y))
        : ([], []);

    private static double[] Ends(Axis axis, IReadOnlyList<double> middles)
    {
        if (!axis.Log)
        {
            var edges = Edges([.. middles]);
            return [edges[0], edges[^1]];
        }

        var positive = middles.Where(value => value > 0).Select(Math.Log10).ToArray();
        return positive.Length == 0 ? [] : [Math.Pow(10, Edges(positive)[0]), Math.Pow(10, Edges(positive)[^1])];
    }

    private bool Crowded(double width)
    {
        var labelled = XTicks.Where(tick => tick.Label.Length > 0).OrderBy(tick => X.Place(tick.Position)).ToArray();
        return labelled.Zip(labelled.Skip(1)).Any(pair =>
            (X.Fraction(pair.Second.Position) - X.Fraction(pair.First.Position)) * width
            < ((pair.First.Width + pair.Second.Width) / 2) + 8);
    }
}
