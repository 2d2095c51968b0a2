namespace TorchRf.Figures;

/// <summary>
/// A figure as plain data: panels in a grid. All text is literal; lengths are in points (1/72 inch), as are a PDF's and an SVG's units.
/// </summary>
/// <example>
/// <code>
/// var panel = new Panel("", new Axis("gain g"), new Axis("IPR"))
/// {
///     Series = [new LineSeries(gains, ipr) { Label = "simulation", Band = new Band(lower, upper) }],
///     ReferenceLines = [ReferenceLine.Horizontal(1.0 / 40, "uniform")],
/// };
/// new GnuplotRenderer().Render(new Figure("Localization", [panel]) { Caption = "28 initialisations, seed 1" }, "ipr");
/// </code>
/// </example>
public sealed record Figure
{
    private readonly int? columns;
    private readonly double? panelWidth;
    private readonly double? panelHeight;

    /// <summary>A figure.</summary>
    /// <param name="title">Its title; empty for none.</param>
    /// <param name="panels">The panels, row by row; null leaves a cell of the grid empty.</param>
    /// <exception cref="ArgumentException">No panel.</exception>
    public Figure(string title, IReadOnlyList<Panel?> panels)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(panels);
        Title = title;
        Panels = panels.Any(panel => panel is not null)
            ? [.. panels]
            : throw new ArgumentException("A figure needs a panel.", nameof(panels));
    }

    /// <summary>Its title.</summary>
    public string Title { get; }

    /// <summary>The panels, row by row.</summary>
    public IReadOnlyList<Panel?> Panels { get; }

    /// <summary>A line below the panels, such as the number of initialisations and the seed; null or empty for none.</summary>
    public string? Caption { get; init; }

    /// <summary>The number of columns; by default all panels stand in one row, up to four.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 20.</exception>
    public int Columns
    {
        get => columns ?? Math.Min(4, Panels.Sum(panel => panel?.ColumnSpan ?? 1));
        init => columns = value is >= 1 and <= 20
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Columns), value, "A figure has 1 to 20 columns.");
    }

    /// <summary>A label beside each row, from the top; fewer leave the last rows without.</summary>
    public IReadOnlyList<string> RowLabels { get; init; } = [];

    /// <summary>Letters the panels: A, B, C...</summary>
    public bool IsLettered { get; init; }

    /// <summary>A grid cell's width with its labels; by default 360 for one column, 290 for two or three, 250 for more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 100 to 2000.</exception>
    public double PanelWidth
    {
        get => panelWidth ?? Columns switch { 1 => 360, 2 or 3 => 290, _ => 250 };
        init => panelWidth = Length(value, nameof(PanelWidth));
    }

    /// <summary>A grid cell's height with its labels; by default three quarters of its width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 100 to 2000.</exception>
    public double PanelHeight
    {
        get => panelHeight ?? Math.Round(0.75 * PanelWidth);
        init => panelHeight = Length(value, nameof(PanelHeight));
    }

    private static double Length(double value, string name) => value is >= 100 and <= 2000
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A panel's side is 100 to 2000 points.");
}
