using System.Globalization;

namespace TorchRf.Figures;

/// <summary>Chooses round tick values and writes them; gnuplot's own choice is not known before its labels need room.</summary>
internal static class TickChooser
{
    /// <summary>At most <paramref name="most"/> ticks at multiples of 1, 2, 2.5 or 5 times a power of ten.</summary>
    internal static IReadOnlyList<TickMark> Linear(double low, double high, int most)
    {
        var step = Step(low, high, Math.Max(most, 2));
        var (first, last) = Multiples(low, high, step);
        var values = new List<double>();
        for (var i = first; i <= last; i++)
        {
            values.Add(i * step);
        }

        return Write(values, step);
    }

    /// <summary>
    /// Ticks between two powers of ten, given as exponents: powers of ten, or 1, 2 and 5 times them over less than two decades.
    /// </summary>
    internal static IReadOnlyList<TickMark> Logarithmic(double low, double high, int most)
    {
        var first = (int)Math.Ceiling(low - 1e-9);
        var last = (int)Math.Floor(high + 1e-9);
        if (last - first + 1 >= 3)
        {
            var stride = 1 + ((last - first) / Math.Max(most, 2));
            var marks = new List<TickMark>();
            for (var n = first - 1; n <= last; n++)
            {
                // A stride counts from 10^0, so that panels with different ranges agree.
                var labelled = n % stride == 0;
                Add(marks, Math.Pow(10, n), labelled ? Power("10", n) : "", labelled, low, high);
                for (var k = 2; k <= 9 && stride == 1; k++)
                {
                    Add(marks, k * Math.Pow(10, n), "", false, low, high);
                }
            }

            return marks;
        }

        var few = new List<TickMark>();
        for (var n = first - 1; n <= last; n++)
        {
            foreach (var k in new[] { 1.0, 2.0, 5.0 })
            {
                var value = k * Math.Pow(10, n);
                Add(few, value, Math.Abs(n) <= 4 ? Number(value, Math.Max(0, -n)) : Power($"{k}×10", n), Math.Abs(n) > 4, low, high);
            }
        }

        return few.Count >= 2 ? few : Linear(Math.Pow(10, low), Math.Pow(10, high), most);
    }

    private static void Add(List<TickMark> marks, double value, string label, bool isPower, double low, double high)
    {
        var place = Math.Log10(value);
        if (place >= low - 1e-9 && place <= high + 1e-9 && double.IsFinite(place))
        {
            marks.Add(new TickMark(value, label, isPower));
        }
    }

    private static double Step(double low, double high, int most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / most)));
        foreach (var factor in new[] { 1, 2, 2.5, 5, 10, 20 })
        {
            var (first, last) = Multiples(low, high, factor * power);
            if (last - first < most)
            {
                return factor * power;
            }
        }

        return 25 * power;
    }

    private static (long First, long Last) Multiples(double low, double high, double step) =>
        ((long)Math.Ceiling((low / step) - 1e-6), (long)Math.Floor((high / step) + 1e-6));

    private static IReadOnlyList<TickMark> Write(List<double> values, double step)
    {
        var largest = values.Count == 0 ? 0 : values.Max(Math.Abs);
        if (largest is >= 1e5 or (> 0 and < 1e-3))
        {
            var exponent = (int)Math.Floor(Math.Log10(largest) + 1e-9);
            var unit = Math.Pow(10, exponent);
            return [.. values.Select(value => value == 0
                ? new TickMark(0, "0")
                : new TickMark(value, Power($"{Number(value / unit, Decimals(step / unit))}×10", exponent), true))];
        }

        return [.. values.Select(value => new TickMark(value, Number(value, Decimals(step))))];
    }

    private static int Decimals(double step)
    {
        var decimals = 0;
        for (var scaled = step; decimals < 12 && Math.Abs(scaled - Math.Round(scaled)) > 1e-6 * scaled; decimals++)
        {
            scaled *= 10;
        }

        return decimals;
    }

    private static string Power(string number, int exponent) => $"{number}^{{{Number(exponent, 0)}}}";

    private static string Number(double value, int decimals)
    {
        var text = Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value < 0 && text.Any(c => c is >= '1' and <= '9') ? "−" + text : text;
    }
}
