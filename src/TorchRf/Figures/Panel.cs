namespace TorchRf.Figures;

/// <summary>One set of axes with what is drawn in them.</summary>
/// <param name="Title">Its title, literally; empty for none.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
public sealed record Panel(string Title, Axis X, Axis Y)
{
    private readonly int columnSpan = 1;

    /// <summary>The series, the first at the back.</summary>
    public IReadOnlyList<Series> Series { get; init; } = [];

    /// <summary>A heat map behind the series, or null.</summary>
    public HeatMap? HeatMap { get; init; }

    /// <summary>Where the legend goes.</summary>
    public LegendPlacement Legend { get; init; }

    /// <summary>A few words inside the plotting area, or null.</summary>
    public Inset? Inset { get; init; }

    /// <summary>Lines across the plotting area.</summary>
    public IReadOnlyList<ReferenceLine> ReferenceLines { get; init; } = [];

    /// <summary>How many columns of the grid it takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int ColumnSpan
    {
        get => columnSpan;
        init => columnSpan = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ColumnSpan), value, "A panel takes 1 column or more.");
    }
}
