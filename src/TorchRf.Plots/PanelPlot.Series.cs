using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.Plottables;
using SkiaSharp;

namespace TorchRf.Plots;

/// <summary>What a panel shows: series, map and lines across.</summary>
internal sealed partial class PanelPlot
{
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

    private static LinePattern Reference => new([3, 2], 0, "Reference");

    private static LinePattern Dashed => new([4, 2], 0, "Dashed");

    private static LinePattern Dotted => new([1, 1.5f], 0, "Dotted");

    private static LinePattern DashDot => new([5, 1.5f, 1, 1.5f], 0, "DashDot");

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
        (rule.LineWidth, rule.LineColor, rule.LinePattern) = (0.75f, Grey, Reference);
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
                item.LineStyle = Stroke(points, 1, line.Dash switch
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
        if (dots.YError is not { } errors)
            return;
        // Lengths to both sides as places, for a logarithmic axis is not even.
        double Length(double end, double at) => double.IsFinite(y.Edge(end)) ? Math.Abs(y.Edge(end) - at) : 0;
        double[][] bars = [.. Enumerable.Range(0, dots.X.Count).Select(i =>
        {
            double at = y.Place(dots.Y[i]), below = Length(dots.Y[i] - errors[i], at), above = Length(dots.Y[i] + errors[i], at);
            return YAxis.Reversed ? new[] { x.Place(dots.X[i]), at, above, below } : [x.Place(dots.X[i]), at, below, above];
        }).Where(bar => double.IsFinite(bar[0]) && double.IsFinite(bar[1]))];
        double[] Of(int which) => [.. bars.Select(bar => bar[which])];
        if (bars.Length > 0)
            plot.PlottableList.Add(new ErrorBar(Of(0), Of(1), null, null, Of(3), Of(2)) { Color = color, LineWidth = 0.75f, CapSize = 1.5f });
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

    // Takes the dash that a line left in ScottPlot's paint, which Skia refuses for an SVG's areas, and says so on the console.
    private sealed class Undashed : IPlottable
    {
        public bool IsVisible { get; set; } = true;

        public IAxes Axes { get; set; } = new Axes();

        public IEnumerable<LegendItem> LegendItems => [];

        public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

        public void Render(RenderPack rp) => rp.Paint.SKPathEffect = null!;
    }
}
