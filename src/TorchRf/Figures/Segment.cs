namespace TorchRf.Figures;

/// <summary>A stretch of what a series draws, in data units; its ends set the range, its course is what a legend must not cover.</summary>
internal readonly record struct Segment(double X0, double Y0, double X1, double Y1)
{
    internal static Segment Point(double x, double y) => new(x, y, x, y);
}
