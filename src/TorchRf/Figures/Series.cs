namespace TorchRf.Figures;

/// <summary>
/// Something drawn in a panel: <see cref="LineSeries"/>, <see cref="PointSeries"/>, <see cref="BarSeries"/>,
/// <see cref="StemSeries"/> or <see cref="StepSeries"/>. Numbers are copied; NaN and infinities are gaps.
/// </summary>
public abstract record Series
{
    private readonly int? style;
    private readonly double opacity = 1;

    private protected Series()
    {
    }

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
        get => style;
        init => style = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Style), value, "A style is 0 or more.");
    }

    /// <summary>From 0, invisible, to 1, opaque.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 1.</exception>
    public double Opacity
    {
        get => opacity;
        init => opacity = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Opacity), value, "An opacity is from 0 to 1.");
    }

    /// <summary>Whether the range along x needs room beyond the outermost values.</summary>
    internal virtual bool HasWidth => false;

    /// <summary>Whether it stands on y = 0, which then is the end of the axis.</summary>
    internal virtual bool StandsOnZero => false;

    internal abstract IEnumerable<Segment> Segments();
}
