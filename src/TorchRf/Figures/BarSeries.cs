namespace TorchRf.Figures;

/// <summary>
/// Bars standing on y = 0, for a discrete distribution or a comparison. A histogram is a filled <see cref="StepSeries"/>.
/// </summary>
public sealed record BarSeries : Series
{
    private readonly double? width;

    /// <summary>Bars.</summary>
    /// <param name="x">The bars' middles.</param>
    /// <param name="height">Their heights, as many, of either sign.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public BarSeries(IReadOnlyList<double> x, IReadOnlyList<double> height)
    {
        X = Values.Some(x, nameof(x));
        Height = Values.Matching(height, nameof(height), X.Count, nameof(x));
    }

    /// <summary>The bars' middles.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The bars' heights.</summary>
    public IReadOnlyList<double> Height { get; }

    /// <summary>The bars' width in the x axis' units, or null for four fifths of the smallest distance between two.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public double? Width
    {
        get => width;
        init => width = value is null or (> 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Width), value, "A bar's width is above 0.");
    }

    internal override bool HasWidth => true;

    internal override bool StandsOnZero => true;

    /// <summary>The width drawn.</summary>
    internal double DrawnWidth
    {
        get
        {
            if (Width is { } given)
            {
                return given;
            }

            var sorted = X.Where(double.IsFinite).Distinct().Order().ToArray();
            return sorted.Length < 2 ? 0.8 : 0.8 * sorted.Zip(sorted.Skip(1), (a, b) => b - a).Min();
        }
    }

    internal override IEnumerable<Segment> Segments()
    {
        var half = DrawnWidth / 2;
        for (var i = 0; i < X.Count; i++)
        {
            for (var part = -2; part <= 2; part++)
            {
                var x = X[i] + (half * part / 2);
                yield return new Segment(x, 0, x, Height[i]);
            }
        }
    }
}
