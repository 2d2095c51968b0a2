namespace TorchRf.Figures;

/// <summary>
/// An axis' range and its map from values to places. gnuplot is given places on plain linear axes, because it cannot
/// draw images on logarithmic ones.
/// </summary>
internal sealed class AxisScale
{
    // Beyond this, and below its inverse, ranges and steps are not numbers any more.
    private const double Largest = 1e300;

    private readonly Axis axis;

    private AxisScale(Axis axis, double low, double high)
    {
        this.axis = axis;
        Low = low;
        High = high;
    }

    /// <summary>The place of the axis' left or lower end.</summary>
    internal double Low { get; }

    /// <summary>The place of its right or upper end; above <see cref="Low"/>.</summary>
    internal double High { get; }

    /// <summary>Fits an axis around values, with some room beyond them at the ends where <paramref name="pad"/> says so.</summary>
    internal static AxisScale Fit(Axis axis, IEnumerable<double> values, (double Below, double Above) pad)
    {
        var low = double.PositiveInfinity;
        var high = double.NegativeInfinity;
        foreach (var value in values)
        {
            var place = Unreversed(axis, value);
            if (Math.Abs(place) <= Largest)
            {
                low = Math.Min(low, place);
                high = Math.Max(high, place);
            }
        }

        if (low > high)
        {
            (low, high) = (0, 1);
        }

        if (high - low <= Math.Max(1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)), 1 / Largest))
        {
            var around = axis.Log ? 0.5 : Math.Abs(low) <= 1 / Largest ? 1 : 0.1 * Math.Abs(low);
            (low, high) = (low - around, high + around);
        }

        var span = high - low;
        low = axis.Minimum is { } minimum ? Unreversed(axis, minimum) : low - (pad.Below * span);
        high = axis.Maximum is { } maximum ? Unreversed(axis, maximum) : high + (pad.Above * span);
        if (low >= high)
        {
            // All data lie beyond the one end that is fixed.
            (low, high) = axis.Minimum is null ? (high - 1, high) : (low, low + 1);
        }

        return axis.Reversed ? new AxisScale(axis, -high, -low) : new AxisScale(axis, low, high);
    }

    /// <summary>The place of a value; NaN where it has none.</summary>
    internal double Place(double value) => axis.Reversed ? -Unreversed(axis, value) : Unreversed(axis, value);

    /// <summary>The place of the end of a bar, which may lie infinitely far out on a logarithmic axis.</summary>
    internal double EdgePlace(double value) => axis.Log && value <= 0 ? (axis.Reversed ? High : Low) : Place(value);

    /// <summary>How far along the axis a value lies: 0 at the left or lower end, 1 at the other.</summary>
    internal double Fraction(double value) => (Place(value) - Low) / (High - Low);

    /// <summary>The same axis with its upper end moved so that what it showed takes up the given part.</summary>
    internal AxisScale WithRoomAbove(double part) => axis.Reversed
        ? new AxisScale(axis, High - ((High - Low) / part), High)
        : new AxisScale(axis, Low, Low + ((High - Low) / part));

    /// <summary>The ticks within the range: those given, or at most so many chosen ones.</summary>
    internal IReadOnlyList<TickMark> Ticks(int most)
    {
        if (axis.Ticks is { } given)
        {
            var slack = 1e-9 * (High - Low);
            return [.. given.Where(tick => Place(tick.Position) >= Low - slack && Place(tick.Position) <= High + slack)
                .Select(tick => new TickMark(tick.Position, tick.Label))];
        }

        var (low, high) = axis.Reversed ? (-High, -Low) : (Low, High);
        return axis.Log
            ? TickChooser.Logarithmic(low, high, most)
            : TickChooser.Linear(low, high, most);
    }

    private static double Unreversed(Axis axis, double value) => !axis.Log ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
