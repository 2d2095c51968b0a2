namespace TorchRf.Figures;

/// <summary>A thin line across the whole plotting area at one value. The value is within the axis' automatic range.</summary>
public sealed record ReferenceLine
{
    private ReferenceLine(bool isHorizontal, double value, string? label)
    {
        IsHorizontal = isHorizontal;
        Value = double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A reference line needs a finite value.");
        Label = label;
    }

    /// <summary>At one y, rather than at one x.</summary>
    public bool IsHorizontal { get; }

    /// <summary>Where, in the units of the axis it crosses.</summary>
    public double Value { get; }

    /// <summary>What is written along it, literally, or null.</summary>
    public string? Label { get; }

    /// <summary>A line at one y.</summary>
    /// <param name="y">Where, in the y axis' units.</param>
    /// <param name="label">What is written along it, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public static ReferenceLine Horizontal(double y, string? label = null) => new(true, y, label);

    /// <summary>A line at one x.</summary>
    /// <param name="x">Where, in the x axis' units.</param>
    /// <param name="label">What is written beside it, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public static ReferenceLine Vertical(double x, string? label = null) => new(false, x, label);
}
