using ScottPlot;

namespace TorchRf.Plots;

/// <summary>What already stands in a plotting area, so that words can keep clear of it.</summary>
internal sealed class Clutter
{
    /// <summary>What a piece of data weighs against one of a reference line.</summary>
    internal const int Data = 1000;

    private const double Spacing = 2;

    private readonly List<Pixel> points = [];
    private readonly List<Pixel> rules = [];
    private readonly List<PixelRect> boxes = [];
    private readonly PixelRect area;

    internal Clutter(Panel panel, Scale x, Scale y, PixelRect area)
    {
        this.area = area;
        foreach (var (x0, y0, x1, y1) in panel.Series.SelectMany(Stretches))
            Draw(points, At(x0, y0), At(x1, y1));
        foreach (var line in panel.ReferenceLines)
            if (line.IsHorizontal)
                Draw(rules, new Pixel(area.Left, At(double.NaN, line.Value).Y), new Pixel(area.Right, At(double.NaN, line.Value).Y));
            else
                Draw(rules, new Pixel(At(line.Value, double.NaN).X, area.Top), new Pixel(At(line.Value, double.NaN).X, area.Bottom));

        Pixel At(double atX, double atY) => new(
            area.Left + (float)(x.Fraction(x.Place(atX)) * area.Width), area.Bottom - (float)(y.Fraction(y.Edge(atY)) * area.Height));
    }

    internal void Add(PixelRect box) => boxes.Add(box);

    /// <summary>How much of what stands there a rectangle would cover; 0 if it is free, below <see cref="Data"/> if only reference lines cross it.</summary>
    internal int In(PixelRect box)
    {
        int Within(List<Pixel> places) => places.Count(place => place.X >= box.Left && place.X <= box.Right && place.Y >= box.Top && place.Y <= box.Bottom);
        return Within(rules) + (Data * (Within(points)
            + (1000 * boxes.Count(other => other.Left < box.Right && box.Left < other.Right && other.Top < box.Bottom && box.Top < other.Bottom))
            + (box.Left < area.Left - 0.5 || box.Right > area.Right + 0.5 || box.Top < area.Top - 0.5 || box.Bottom > area.Bottom + 0.5 ? 500 : 0)));
    }

    private static void Draw(List<Pixel> places, Pixel from, Pixel to)
    {
        double length = Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
        int count = double.IsFinite(length) ? (int)Math.Min(Math.Ceiling(length / Spacing), 500) : 0;
        for (int i = 0; i <= count; i++)
        {
            float t = count == 0 ? 0 : (float)i / count;
            places.Add(new Pixel(from.X + (t * (to.X - from.X)), from.Y + (t * (to.Y - from.Y))));
        }
    }

    /// <summary>Stretches of what a series draws, in data units: their ends set the range, their course is what words must not cover.</summary>
    internal static IEnumerable<(double X0, double Y0, double X1, double Y1)> Stretches(Series series)
    {
        var (x, y) = (series.X, series.Y);
        for (int i = 0; i < y.Count; i++)
            switch (series)
            {
                case LineSeries line:
                    yield return i + 1 < y.Count && double.IsFinite(x[i + 1]) && double.IsFinite(y[i + 1]) ? (x[i], y[i], x[i + 1], y[i + 1]) : (x[i], y[i], x[i], y[i]);
                    if (line.Band is { } band)
                    {
                        yield return (x[i], band.Lower[i], x[i], band.Upper[i]);
                        foreach (var edge in new[] { band.Lower, band.Upper })
                            if (i + 1 < y.Count)
                                yield return (x[i], edge[i], x[i + 1], edge[i + 1]);
                    }
                    break;
                case PointSeries points:
                    yield return (x[i], y[i], x[i], y[i]);
                    if (points.YError is { } along)
                        yield return (x[i], y[i] - along[i], x[i], y[i] + along[i]);
                    break;
                case BarSeries bars:
                    for (int part = -2; part <= 2; part++)
                        yield return (x[i] + (bars.DrawnWidth * part / 4), 0, x[i] + (bars.DrawnWidth * part / 4), y[i]);
                    break;
                case StepSeries steps:
                    yield return (x[i], y[i], x[i + 1], y[i]);
                    for (int part = 0; part <= 2 && steps.Filled; part++)
                        yield return (x[i] + (part * (x[i + 1] - x[i]) / 2), 0, x[i] + (part * (x[i + 1] - x[i]) / 2), y[i]);
                    break;
            }
    }
}
