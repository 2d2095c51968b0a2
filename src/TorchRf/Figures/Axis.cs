namespace TorchRf.Figures;

/// <summary>One axis of a panel.</summary>
/// <param name="Label">What it measures, with units where it has any; written literally; empty for none.</param>
public sealed record Axis(string Label)
{
    private readonly double? minimum;
    private readonly double? maximum;

    /// <summary>The lower end, or null to fit the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number.</exception>
    public double? Minimum
    {
        get => minimum;
        init => minimum = Finite(value, nameof(Minimum));
    }

    /// <summary>The upper end, or null to fit the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number.</exception>
    public double? Maximum
    {
        get => maximum;
        init => maximum = Finite(value, nameof(Maximum));
    }

    /// <summary>Logarithmic, base 10. Values that are not positive are then gaps.</summary>
    public bool Log { get; init; }

    /// <summary>Runs from right to left, or from top to bottom, as rows of a matrix do.</summary>
    public bool Reversed { get; init; }

    /// <summary>The ticks, or null to choose them; an empty list leaves the axis without ticks.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }

    /// <summary>Checks what only the whole axis can tell.</summary>
    internal void Check(string where)
    {
        if (Minimum >= Maximum)
        {
            throw new ArgumentException(FormattableString.Invariant($"{where}: the minimum {Minimum} is not below the maximum {Maximum}."));
        }

        if (Log && (Minimum <= 0 || Maximum <= 0))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{where}: a logarithmic axis needs positive ends, not {(object?)Minimum ?? "auto"} to {(object?)Maximum ?? "auto"}."));
        }
    }

    private static double? Finite(double? value, string name) => value is null || double.IsFinite(value.Value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "An end of an axis must be a finite number.");
}
