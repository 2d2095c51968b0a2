namespace TorchRf.Figures;

/// <summary>A curve through points in the order given, with an optional shaded band.</summary>
public sealed record LineSeries : Series
{
    private readonly Band? band;
    private readonly double width = 1.5;

    /// <summary>A curve.</summary>
    /// <param name="x">Abscissae.</param>
    /// <param name="y">Ordinates, as many; NaN interrupts the curve.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public LineSeries(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        X = Values.Some(x, nameof(x));
        Y = Values.Matching(y, nameof(y), X.Count, nameof(x));
    }

    /// <summary>Abscissae.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Ordinates.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>A shaded area behind the curve, or null.</summary>
    /// <exception cref="ArgumentException">Not as many values as the curve.</exception>
    public Band? Band
    {
        get => band;
        init => band = value is null || value.Lower.Count == X.Count
            ? value
            : throw new ArgumentException($"The band has {value.Lower.Count} values, but x has {X.Count}.", nameof(Band));
    }

    /// <summary>How the line is broken up.</summary>
    public Dash Dash { get; init; }

    /// <summary>Its width in points.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or above 20.</exception>
    public double Width
    {
        get => width;
        init => width = value is > 0 and <= 20
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Width), value, "A line's width is above 0 and at most 20 points.");
    }

    internal override IEnumerable<Segment> Segments()
    {
        for (var i = 0; i < X.Count; i++)
        {
            yield return i + 1 < X.Count && double.IsFinite(X[i + 1]) && double.IsFinite(Y[i + 1])
                ? new Segment(X[i], Y[i], X[i + 1], Y[i + 1])
                : Segment.Point(X[i], Y[i]);
            if (Band is { } shaded)
            {
                yield return new Segment(X[i], shaded.Lower[i], X[i], shaded.Upper[i]);
            }
        }
    }
}
