namespace TorchRf.Figures;

/// <summary>Separate points, with optional error bars.</summary>
public sealed record PointSeries : Series
{
    private readonly double[]? xError;
    private readonly double[]? yError;
    private readonly double size = 5;

    /// <summary>Points.</summary>
    /// <param name="x">Abscissae.</param>
    /// <param name="y">Ordinates, as many.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public PointSeries(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        X = Values.Some(x, nameof(x));
        Y = Values.Matching(y, nameof(y), X.Count, nameof(x));
    }

    /// <summary>Abscissae.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Ordinates.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Half the length of each point's horizontal error bar, or null for none; NaN leaves one point's bar out.</summary>
    /// <exception cref="ArgumentException">Not one for each point, or negative.</exception>
    public IReadOnlyList<double>? XError
    {
        get => xError;
        init => xError = value is null ? null : Values.Errors(Values.Matching(value, nameof(XError), X.Count, "x"), nameof(XError));
    }

    /// <summary>Half the length of each point's vertical error bar, or null for none; NaN leaves one point's bar out.</summary>
    /// <exception cref="ArgumentException">Not one for each point, or negative.</exception>
    public IReadOnlyList<double>? YError
    {
        get => yError;
        init => yError = value is null ? null : Values.Errors(Values.Matching(value, nameof(YError), X.Count, "x"), nameof(YError));
    }

    /// <summary>The markers' size in points.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or above 50.</exception>
    public double Size
    {
        get => size;
        init => size = value is > 0 and <= 50
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Size), value, "A marker's size is above 0 and at most 50 points.");
    }

    internal override bool HasWidth => true;

    internal override IEnumerable<Segment> Segments()
    {
        for (var i = 0; i < X.Count; i++)
        {
            yield return Segment.Point(X[i], Y[i]);
            if (XError is { } across)
            {
                yield return new Segment(X[i] - across[i], Y[i], X[i] + across[i], Y[i]);
            }

            if (YError is { } along)
            {
                yield return new Segment(X[i], Y[i] - along[i], X[i], Y[i] + along[i]);
            }
        }
    }
}
