using ScottPlot;

namespace TorchRf.Plots;

/// <summary>What already stands in a plotting area, so that words can keep clear of it.</summary>
internal sealed class Clutter
{
    private const double Spacing = 2;

    private readonly List<Pixel> points = [];
    private readonly List<PixelRect> boxes = [];
    private readonly PixelRect area;

    internal Clutter(Panel panel, Scale x, Scale y, PixelRect area)
    {
        this.area = area;
        foreach (var (x0, y0, x1, y1) in panel.Series.SelectMany(Stretches))
        {
            Pixel from = At(x0, y0), to = At(x1, y1);
            double length = Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
            int count = double.IsFinite(length) ? (int)Math.Min(Math.Ceiling(length / Spacing), 500) : 0;
            for (int i = 0; i <= count; i++)
            {
                float t = count == 0 ? 0 : (float)i / count;
                points.Add(new Pixel(from.X + (t * (to.X - from.X)), from.Y + (t * (to.Y - from.Y))));
            }
        }

        Pixel At(double atX, double atY) => new(
            area.Left + (float)(x.Fraction(x.Place(atX)) * area.Width), area.Bottom - (float)(y.Fraction(y.Edge(atY)) * area.Height));
    }

    internal void Add(PixelRect box) => boxes.Add(box);

    /// <summary>How much of what stands there a rectangle would cover; 0 if it is free.</summary>
    internal int In(PixelRect box) =>
        points.Count(point => point.X >= box.Left && point.X <= box.Right && point.Y >= box.Top && point.Y <= box.Bottom)
        + (1000 * boxes.Count(other => other.Left < box.Right && box.Left < other.Right && other.Top < box.Bottom && box.Top < other.Bottom))
        + (box.Left < area.Left - 0.5 || box.Right > area.Right + 0.5 || box.Top < area.Top - 0.5 || box.Bottom > area.Bottom + 0.5 ? 500 : 0);

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
                        yield return (x[i], band.Lower[i], x[i], band.Upper[i]);
                    break;
                case PointSeries points:
                    yield return (x[i], y[i], x[i], y[i]);
                    if (points.XError is { } across)
                        yield return (x[i] - across[i], y[i], x[i] + across[i], y[i]);
                    if (points.YError is { } along)
                        yield return (x[i], y[i] - along[i], x[i], y[i] + along[i]);
                    break;
                case BarSeries bars:
                    for (int part = -2; part <= 2; part++)
                        yield return (x[i] + (bars.DrawnWidth * part / 4), 0, x[i] + (bars.DrawnWidth * part / 4), y[i]);
                    break;
                case StemSeries:
                    yield return (x[i], 0, x[i], y[i]);
                    break;
                case StepSeries steps:
                    yield return (x[i], y[i], x[i + 1], y[i]);
                    for (int part = 0; part <= 2 && steps.Filled; part++)
                        yield return (x[i] + (part * (x[i + 1] - x[i]) / 2), 0, x[i] + (part * (x[i + 1] - x[i]) / 2), y[i]);
                    break;
            }
    }
}
