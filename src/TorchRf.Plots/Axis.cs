namespace TorchRf.Plots;

/// <summary>One axis of a panel.</summary>
/// <param name="Label">What it measures, with units where it has any; written literally; empty for none.</param>
public sealed record Axis(string Label)
{
    /// <summary>The lower end, or null to fit the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number.</exception>
    public double? Minimum { get; init => field = Values.Finite(value, nameof(Minimum)); }

    /// <summary>The upper end, or null to fit the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number.</exception>
    public double? Maximum { get; init => field = Values.Finite(value, nameof(Maximum)); }

    /// <summary>Logarithmic, base 10. Values that are not positive are then gaps.</summary>
    public bool Log { get; init; }

    /// <summary>Runs from right to left, or from top to bottom.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether only whole numbers are ticks; null where that is so if all data along the axis are whole.</summary>
    public bool? WholeTicks { get; init; }

    /// <summary>The ticks, or null to choose them; an empty list leaves the axis without ticks.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }

    /// <summary>Checks what only the whole axis can tell.</summary>
    internal void Check(string where)
    {
        if (Minimum >= Maximum)
            throw new ArgumentException(FormattableString.Invariant($"{where}: the minimum {Minimum} is not below the maximum {Maximum}."));
        if (Log && (Minimum <= 0 || Maximum <= 0))
            throw new ArgumentException(FormattableString.Invariant(
                $"{where}: a logarithmic axis needs positive ends, not {(object?)Minimum ?? "auto"} to {(object?)Maximum ?? "auto"}."));
    }
}

/// <summary>A tick given by hand.</summary>
/// <param name="Position">Where, in the axis' units.</param>
/// <param name="Label">What is written there, literally; empty for a mark alone.</param>
public sealed record Tick(double Position, string Label);
