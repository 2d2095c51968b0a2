namespace TorchRf.Figures;

/// <summary>A rectangle on the page: points from the left and from the top.</summary>
internal readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    internal double Width => Right - Left;

    internal double Height => Bottom - Top;

    internal double MiddleX => (Left + Right) / 2;

    internal double MiddleY => (Top + Bottom) / 2;

    internal bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    internal Box Widened(double by) => new(Left - by, Top - by, Right + by, Bottom + by);
}
