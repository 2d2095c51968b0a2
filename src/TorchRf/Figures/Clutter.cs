namespace TorchRf.Figures;

/// <summary>What already stands in a plotting area, so that words can keep clear of it.</summary>
internal sealed class Clutter
{
    private const double Spacing = 4;

    private readonly List<(double X, double Y)> points = [];
    private readonly List<Box> boxes = [];
    private readonly Box area;

    /// <summary>Takes in a panel's series, on the page or on any rectangle that stands for the plotting area.</summary>
    internal Clutter(Panel panel, AxisScale x, AxisScale y, Box area)
    {
        this.area = area;
        foreach (var segment in panel.Series.SelectMany(series => series.Segments()))
        {
            var (x0, y0) = (area.Left + (x.Fraction(segment.X0) * area.Width), Height(y, segment.Y0));
            var (x1, y1) = (area.Left + (x.Fraction(segment.X1) * area.Width), Height(y, segment.Y1));
            var length = Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0));
            var count = double.IsFinite(length) ? (int)Math.Min(Math.Ceiling(length / Spacing), 500) : 0;
            for (var i = 0; i <= count; i++)
            {
                var t = count == 0 ? 0 : (double)i / count;
                points.Add((x0 + (t * (x1 - x0)), y0 + (t * (y1 - y0))));
            }
        }
    }

    internal void Add(Box box) => boxes.Add(box);

    /// <summary>How much of what stands there a rectangle would cover; 0 if it is free.</summary>
    internal int In(Box box) =>
        points.Count(point => point.X >= box.Left && point.X <= box.Right && point.Y >= box.Top && point.Y <= box.Bottom)
        + (1000 * boxes.Count(box.Overlaps))
        + (box.Left < area.Left || box.Right > area.Right || box.Top < area.Top || box.Bottom > area.Bottom ? 500 : 0);

    private double Height(AxisScale y, double value) => area.Bottom - ((y.EdgePlace(value) - y.Low) / (y.High - y.Low) * area.Height);
}
