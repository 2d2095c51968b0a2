namespace TorchRf.Plots;

/// <summary>
/// Something drawn in a panel: <see cref="LineSeries"/>, <see cref="PointSeries"/>, <see cref="BarSeries"/>
/// or <see cref="StepSeries"/>. Numbers are copied; NaN and infinities are gaps.
/// </summary>
public abstract record Series
{
    private protected Series(double[] x, double[] y) => (X, Y) = (x, y);

    /// <summary>Abscissae.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Ordinates.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Its name in the legend, literally; null leaves it out.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Which colour, dash and marker, from 0; null takes the series' place in its panel. There are seven, told apart without
    /// colour too: 0 blue solid circle, 1 vermilion dashed square, 2 green dash-dot triangle, 3 purple dotted diamond,
    /// 4 orange solid inverted triangle, 5 sky blue dashed circle (open), 6 black solid square (open); then again from 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int? Style
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Style), value, "A style is 0 or more.");
    }

    /// <summary>From 0, invisible, to 1, opaque.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 1.</exception>
    public double Opacity
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Opacity), value, "An opacity is from 0 to 1.");
    } = 1;
}

/// <summary>A curve through points in the order given, with an optional shaded band.</summary>
public sealed record LineSeries : Series
{
    /// <summary>A curve.</summary>
    /// <param name="x">Abscissae.</param>
    /// <param name="y">Ordinates, as many; NaN interrupts the curve.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public LineSeries(IReadOnlyList<double> x, IReadOnlyList<double> y)
        : base(Values.Some(x, nameof(x)), Values.Matching(y, nameof(y), x.Count, nameof(x)))
    {
    }

    /// <summary>A shaded area behind the curve, or null.</summary>
    /// <exception cref="ArgumentException">Not as many values as the curve.</exception>
    public Band? Band
    {
        get;
        init => field = value is null || value.Lower.Count == X.Count
            ? value
            : throw new ArgumentException($"The band has {value.Lower.Count} values, but x has {X.Count}.", nameof(Band));
    }

    /// <summary>How the line is broken up.</summary>
    public Dash Dash { get; init; }
}

/// <summary>A shaded area around a line, such as a standard deviation over initialisations.</summary>
public sealed record Band
{
    /// <summary>A band between two curves.</summary>
    /// <param name="lower">The lower edge at each x of the line; NaN is a gap.</param>
    /// <param name="upper">The upper edge at each x of the line; NaN is a gap.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public Band(IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        Lower = Values.Some(lower, nameof(lower));
        Upper = Values.Matching(upper, nameof(upper), Lower.Count, nameof(lower));
    }

    /// <summary>The lower edge.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The upper edge.</summary>
    public IReadOnlyList<double> Upper { get; }
}

/// <summary>How a line is broken up.</summary>
public enum Dash
{
    /// <summary>The dash that belongs to the series' style, so that lines stay apart without colour.</summary>
    ByStyle,

    /// <summary>Unbroken.</summary>
    Solid,

    /// <summary>Long dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Dashes and dots in turn.</summary>
    DashDot,
}

/// <summary>Separate points, with optional error bars.</summary>
public sealed record PointSeries : Series
{
    /// <summary>Points.</summary>
    /// <param name="x">Abscissae.</param>
    /// <param name="y">Ordinates, as many.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public PointSeries(IReadOnlyList<double> x, IReadOnlyList<double> y)
        : base(Values.Some(x, nameof(x)), Values.Matching(y, nameof(y), x.Count, nameof(x)))
    {
    }

    /// <summary>Half the length of each point's vertical error bar, or null for none; NaN leaves one point's bar out.</summary>
    /// <exception cref="ArgumentException">Not one for each point, or negative.</exception>
    public IReadOnlyList<double>? YError
    {
        get;
        init => field = value is null ? null : Values.Errors(Values.Matching(value, nameof(YError), X.Count, "x"), nameof(YError));
    }

    /// <summary>The markers' size in points.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or above 50.</exception>
    public double Size
    {
        get;
        init => field = value is > 0 and <= 50 ? value : throw new ArgumentOutOfRangeException(nameof(Size), value, "A marker's size is above 0 and at most 50 points.");
    } = 3;
}

/// <summary>Bars standing on y = 0, for a discrete distribution or a comparison. A histogram is a filled <see cref="StepSeries"/>.</summary>
public sealed record BarSeries : Series
{
    /// <summary>Bars.</summary>
    /// <param name="x">The bars' middles.</param>
    /// <param name="height">Their heights, as many, of either sign.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public BarSeries(IReadOnlyList<double> x, IReadOnlyList<double> height)
        : base(Values.Some(x, nameof(x)), Values.Matching(height, nameof(height), x.Count, nameof(x)))
    {
    }

    /// <summary>The bars' width in the x axis' units, or null for four fifths of the smallest distance between two.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public double? Width
    {
        get;
        init => field = value is null or (> 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Width), value, "A bar's width is above 0.");
    }

    /// <summary>The width drawn.</summary>
    internal double DrawnWidth
    {
        get
        {
            if (Width is { } given)
                return given;
            double[] sorted = [.. X.Where(double.IsFinite).Distinct().Order()];
            return sorted.Length < 2 ? 0.8 : 0.8 * sorted.Zip(sorted.Skip(1), (a, b) => b - a).Min();
        }
    }
}

/// <summary>A value for each interval between edges: a histogram, or a signal that is constant over each site; <see cref="Series.X"/> holds the edges, one more than <see cref="Series.Y"/>.</summary>
public sealed record StepSeries : Series
{
    /// <summary>Steps.</summary>
    /// <param name="edges">The intervals' ends, strictly increasing: one more than <paramref name="values"/>.</param>
    /// <param name="values">The value in each interval; NaN is a gap.</param>
    /// <exception cref="ArgumentException">Empty, not increasing, or lengths that do not fit.</exception>
    public StepSeries(IReadOnlyList<double> edges, IReadOnlyList<double> values)
        : base(Checked(edges, values), Values.Some(values, nameof(values)))
    {
    }

    /// <summary>Fills the area down to y = 0.</summary>
    public bool Filled { get; init; }

    private static double[] Checked(IReadOnlyList<double> edges, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(edges);
        Values.Some(values, nameof(values));
        return edges.Count == values.Count + 1
            ? Values.Increasing(edges, nameof(edges))
            : throw new ArgumentException($"edges has {edges.Count} values; {values.Count} intervals need {values.Count + 1}.", nameof(edges));
    }
}

/// <summary>Takes a caller's numbers: copies them and refuses those that cannot be drawn.</summary>
internal static class Values
{
    internal static double[] Some(IReadOnlyList<double> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count > 0 ? [.. values] : throw new ArgumentException($"{name} is empty.", name);
    }

    internal static double[] Matching(IReadOnlyList<double> values, string name, int count, string other)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count == count ? [.. values] : throw new ArgumentException($"{name} has {values.Count} values, but {other} has {count}.", name);
    }

    internal static double[] Increasing(IReadOnlyList<double> values, string name)
    {
        for (int i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i]) || (i > 0 && values[i] <= values[i - 1]))
                throw new ArgumentException(FormattableString.Invariant($"{name} must be finite and increasing; it is not at index {i} ({values[i]})."), name);
        return [.. values];
    }

    internal static double[] Errors(IReadOnlyList<double> values, string name)
    {
        for (int i = 0; i < values.Count; i++)
            if (values[i] < 0)
                throw new ArgumentException(FormattableString.Invariant($"{name} must not be negative; at index {i} it is {values[i]}."), name);
        return [.. values];
    }

    internal static double? Finite(double? value, string name) =>
        value is null || double.IsFinite(value.Value) ? value : throw new ArgumentOutOfRangeException(name, value, "It must be a finite number.");
}
