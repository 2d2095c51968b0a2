namespace TorchRf.Figures;

/// <summary>Points on vertical lines from y = 0: probability masses, such as a marginal at -1 and 1.</summary>
public sealed record StemSeries : Series
{
    /// <summary>Stems.</summary>
    /// <param name="x">Where they stand.</param>
    /// <param name="y">Their heights, as many, of either sign.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public StemSeries(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        X = Values.Some(x, nameof(x));
        Y = Values.Matching(y, nameof(y), X.Count, nameof(x));
    }

    /// <summary>Where they stand.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Their heights.</summary>
    public IReadOnlyList<double> Y { get; }

    internal override bool HasWidth => true;

    internal override bool StandsOnZero => true;

    internal override IEnumerable<Segment> Segments() => X.Zip(Y, (x, y) => new Segment(x, 0, x, y));
}
