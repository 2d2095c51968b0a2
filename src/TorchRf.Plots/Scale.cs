namespace TorchRf.Plots;

/// <summary>
/// An axis' range and its map from values to places, on which ScottPlot draws: logarithms for a logarithmic axis, negated for a reversed one.
/// </summary>
internal sealed class Scale
{
    // Beyond this, and below its inverse, ranges and steps are not numbers any more.
    private const double Largest = 1e300;

    // As many ranges off the page, everything looks alike, and single precision still holds.
    private const double Far = 1000;

    private readonly Axis axis;

    private Scale(Axis axis, double low, double high) => (this.axis, Low, High) = (axis, low, high);

    /// <summary>The place of the axis' left or lower end.</summary>
    internal double Low { get; }

    /// <summary>The place of its right or upper end; above <see cref="Low"/>.</summary>
    internal double High { get; }

    /// <summary>Fits an axis around values, with some room beyond them at the ends where <paramref name="pad"/> says so.</summary>
    internal static Scale Fit(Axis axis, IEnumerable<double> values, (double Below, double Above) pad)
    {
        double[] places = [.. values.Select(value => Unreversed(axis, value)).Where(place => Math.Abs(place) <= Largest)];
        double low = places.DefaultIfEmpty(0).Min(), high = places.DefaultIfEmpty(1).Max();
        if (high - low <= Math.Max(1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)), 1 / Largest))
        {
            double around = axis.Log ? 0.5 : Math.Abs(low) <= 1 / Largest ? 1 : 0.1 * Math.Abs(low);
            (low, high) = (low - around, high + around);
        }
        double span = high - low;
        low = axis.Minimum is { } minimum ? Unreversed(axis, minimum) : low - (pad.Below * span);
        high = axis.Maximum is { } maximum ? Unreversed(axis, maximum) : high + (pad.Above * span);
        if (low >= high)
            // All data lie beyond the one end that is fixed.
            (low, high) = axis.Minimum is null ? (high - 1, high) : (low, low + 1);
        return axis.Reversed ? new Scale(axis, -high, -low) : new Scale(axis, low, high);
    }

    /// <summary>The place of a value; NaN where it has none.</summary>
    internal double Place(double value)
    {
        double place = Unreversed(axis, value);
        return !double.IsFinite(place) ? double.NaN : Near(axis.Reversed ? -place : place);
    }

    /// <summary>The place of the end of a bar, which may lie infinitely far out on a logarithmic axis.</summary>
    internal double Edge(double value) => axis.Log && value <= 0 ? Near(axis.Reversed ? double.MaxValue : double.MinValue) : Place(value);

    /// <summary>How far along the axis a place lies: 0 at the left or lower end, 1 at the other.</summary>
    internal double Fraction(double place) => (place - Low) / (High - Low);

    /// <summary>The same axis with its upper end moved so that what it showed takes up the given part.</summary>
    internal Scale WithRoomAbove(double part) => new(axis, Low, Low + ((High - Low) / part));

    private double Near(double place) => Math.Clamp(place, Low - (Far * (High - Low)), High + (Far * (High - Low)));

    private static double Unreversed(Axis axis, double value) => !axis.Log ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
