using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using Mark = ScottPlot.Tick;

namespace TorchRf.Plots;

/// <summary>An axis' range and its map from values to places, on which ScottPlot draws: logarithms for a logarithmic axis, negated for a reversed one.</summary>
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

/// <summary>Ticks on the places of an axis. ScottPlot chooses them on linear axes; here they are written alike (0.0, 0.5, 1.0), and no label runs into the next.</summary>
/// <param name="axis">The axis, for its kind and what its user said of ticks.</param>
/// <param name="isWhole">Whether fractions are left out.</param>
internal sealed class Ticks(Axis axis, bool isWhole) : ITickGenerator
{
    private const float Apart = 3;

    public int MaxTickCount { get; set; } = 100;

    Mark[] ITickGenerator.Ticks => Marks;

    internal Mark[] Marks { get; private set; } = [];

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        (double low, double high) = axis.Reversed ? (-range.Max, -range.Min) : (range.Min, range.Max);
        if (axis.Ticks is { } given)
        {
            double slack = 1e-9 * (high - low);
            Marks = [.. given.Select(tick => (Place: axis.Log ? Math.Log10(tick.Position) : tick.Position, tick.Label))
                .Where(tick => tick.Place >= low - slack && tick.Place <= high + slack)
                .Select(tick => Mark.Major(tick.Place, tick.Label))];
        }
        else if (axis.Log)
            Marks = Logarithmic(low, high, size.Length / (edge.IsVertical() ? 12 : 20));
        else
            Marks = Linear(low, high);
        if (axis.Reversed)
            Marks = [.. Marks.Select(mark => new Mark(-mark.Position, mark.Label, mark.IsMajor))];
        Marks = Clear(range, edge.IsVertical(), size.Length, text => edge.IsVertical() ? labelStyle.Measure(text, paint).Height - Apart : labelStyle.Measure(text, paint).Width);

        Mark[] Linear(double from, double to)
        {
            var chosen = new NumericAutomatic { LabelFormatter = value => Texts([value], value)[0], MinimumTickSpacing = size.Length / 11 };
            double[] places = [];
            double step = 1;
            for (double density = edge.IsVertical() ? 2 : 1.15; places.Length < 2 && density < 10; density *= 1.5)
            {
                chosen.TickDensity = density;
                chosen.Regenerate(new CoordinateRange(from, to), edge, size, paint, labelStyle);
                places = [.. chosen.Ticks.Where(tick => tick.IsMajor).Select(tick => tick.Position)];
                step = places.Length > 1 ? (places[^1] - places[0]) / (places.Length - 1) : 1;
                if (places.Length > 1)
                    places = [.. places.Select(place => Math.Round(place / step) * step)];
                if (isWhole)
                    (places, step) = ([.. places.Where(place => Math.Abs(place - Math.Round(place)) < 0.01)], 1);
            }
            return [.. places.Zip(Texts(places, step), Mark.Major)];
        }

        // Powers of ten; 1, 2 and 5 times them over less than two decades; what is left is nearly linear.
        Mark[] Logarithmic(double from, double to, double room)
        {
            int first = (int)Math.Ceiling(from - 1e-9), last = (int)Math.Floor(to + 1e-9);
            var marks = new List<Mark>();
            if (last - first >= 2)
            {
                int stride = Math.Max(1, (int)Math.Ceiling((last - first) / Math.Max(2, room)));
                for (int n = first - 1; n <= last; n++)
                {
                    // A stride counts from 10^0, so that panels with different ranges agree.
                    marks.Add(n % stride == 0 ? Mark.Major(n, "10" + Raised(n)) : Mark.Minor(n));
                    for (int k = 2; k <= 9 && stride == 1; k++)
                        marks.Add(Mark.Minor(n + Math.Log10(k)));
                }
            }
            else
            {
                for (int n = first - 1; n <= last; n++)
                    foreach (int k in new[] { 1, 2, 5 })
                        marks.Add(Mark.Major(n + Math.Log10(k), Math.Abs(n) <= 4 ? Number(k * Math.Pow(10, n), Math.Max(0, -n)) : $"{k}×10{Raised(n)}"));
                if (marks.Count(Within) < 2)
                    marks = [.. Linear(Math.Pow(10, from), Math.Pow(10, to)).Where(mark => mark.Position > 0).Select(mark => Mark.Major(Math.Log10(mark.Position), mark.Label))];
            }
            return [.. marks.Where(Within)];

            bool Within(Mark mark) => mark.Position >= from - 1e-9 && mark.Position <= to + 1e-9;
        }
    }

    /// <summary>Takes the labels off those ticks that would run into the one before.</summary>
    private Mark[] Clear(CoordinateRange range, bool isVertical, double size, Func<string, double> length)
    {
        double end = double.NegativeInfinity;
        var marks = Marks.OrderBy(mark => mark.Position).ToArray();
        for (int i = 0; i < marks.Length; i++)
        {
            if (marks[i].Label.Length == 0)
                continue;
            double at = (marks[i].Position - range.Min) / range.Length * size, half = length(marks[i].Label) / 2;
            if (at - half < end + Apart)
                marks[i] = new Mark(marks[i].Position, "", marks[i].IsMajor);
            else
                end = at + half;
        }
        return marks;
    }

    private static string[] Texts(double[] values, double step)
    {
        double largest = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (largest is < 1e5 and (>= 1e-3 or 0))
            return [.. values.Select(value => Number(value, Decimals(step)))];
        int exponent = (int)Math.Floor(Math.Log10(largest) + 1e-9);
        double unit = Math.Pow(10, exponent);
        return [.. values.Select(value => value == 0 ? "0" : $"{Number(value / unit, Decimals(step / unit))}×10{Raised(exponent)}")];
    }

    private static int Decimals(double step)
    {
        int decimals = 0;
        for (double scaled = Math.Abs(step); decimals < 12 && Math.Abs(scaled - Math.Round(scaled)) > 1e-6 * scaled; decimals++)
            scaled *= 10;
        return decimals;
    }

    private static string Number(double value, int decimals)
    {
        string text = Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value < 0 && text.Any(c => c is >= '1' and <= '9') ? "−" + text : text;
    }

    private static string Raised(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
