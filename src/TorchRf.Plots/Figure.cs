namespace TorchRf.Plots;

/// <summary>A figure as plain data: panels in a grid on a page made for print. All text is literal. Panels are lettered where there is more than one. <see cref="FigureFile"/> draws it.</summary>
/// <example>
/// <code>
/// var panel = new Panel("", new Axis("gain g"), new Axis("IPR"))
/// {
///     Series = [new LineSeries(gains, ipr) { Label = "trained", Band = new Band(lower, upper) }],
///     ReferenceLines = [ReferenceLine.Horizontal(1.0 / 40, "uniform")],
/// };
/// FigureFile.Write(new Figure("Localization", [panel]) { Caption = "28 initialisations, seed 1" }, "ipr");
/// </code>
/// </example>
public sealed record Figure
{
    /// <summary>One column of a journal, in millimetres.</summary>
    public const double OneColumn = 89;

    /// <summary>Two columns of a journal, in millimetres.</summary>
    public const double TwoColumns = 183;

    /// <summary>The narrowest page, in millimetres.</summary>
    public const double Narrowest = 60;

    /// <summary>The widest page, in millimetres.</summary>
    public const double Widest = 400;

    private readonly int? columns;
    private readonly double? width;

    /// <summary>A figure.</summary>
    /// <param name="title">Its title; empty for none.</param>
    /// <param name="panels">The panels, row by row; null leaves a cell of the grid empty.</param>
    /// <exception cref="ArgumentException">No panel.</exception>
    public Figure(string title, IReadOnlyList<Panel?> panels)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(panels);
        Title = title;
        Panels = panels.Any(panel => panel is not null) ? [.. panels] : throw new ArgumentException("A figure needs a panel.", nameof(panels));
    }

    /// <summary>Its title.</summary>
    public string Title { get; }

    /// <summary>The panels, row by row.</summary>
    public IReadOnlyList<Panel?> Panels { get; }

    /// <summary>A few lines below the panels, such as the number of initialisations and the seed; null or empty for none.</summary>
    public string? Caption { get; init; }

    /// <summary>The number of columns; by default all panels stand in one row, up to four. On a page too narrow for them, rows are broken.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 20.</exception>
    public int Columns
    {
        get => columns ?? Math.Min(4, Panels.Sum(panel => panel?.ColumnSpan ?? 1));
        init => columns = value is >= 1 and <= 20 ? value : throw new ArgumentOutOfRangeException(nameof(Columns), value, "A figure has 1 to 20 columns.");
    }

    /// <summary>A label beside each row, from the top; fewer leave the last rows without.</summary>
    public IReadOnlyList<string> RowLabels { get; init; } = [];

    /// <summary>The page's width in millimetres; by default <see cref="OneColumn"/> for one column of panels and <see cref="TwoColumns"/> for more. The height follows from the panels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside <see cref="Narrowest"/> to <see cref="Widest"/>.</exception>
    public double Width
    {
        get => width ?? (Columns == 1 ? OneColumn : TwoColumns);
        init => width = value is >= Narrowest and <= Widest ? value : throw new ArgumentOutOfRangeException(nameof(Width), value, "A page is 60 to 400 mm wide.");
    }
}

/// <summary>One set of axes with what is drawn in them.</summary>
/// <param name="Title">Its title, literally; empty for none.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
public sealed record Panel(string Title, Axis X, Axis Y)
{
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
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(ColumnSpan), value, "A panel takes 1 column or more.");
    } = 1;

    /// <summary>Refuses what only the whole panel can tell.</summary>
    internal void Check(string where)
    {
        X.Check($"{where}, x axis");
        Y.Check($"{where}, y axis");
        HeatMap?.Check(where);
    }
}

/// <summary>Where a panel's legend goes. Only series with a <see cref="Series.Label"/> are listed.</summary>
public enum LegendPlacement
{
    /// <summary>The corner that covers the least data. If every corner covers some and the y axis has no fixed maximum, the axis is extended upwards until the legend is clear of the data.</summary>
    Best,

    /// <summary>No legend.</summary>
    None,

    /// <summary>Inside, upper left.</summary>
    TopLeft,

    /// <summary>Inside, upper right.</summary>
    TopRight,

    /// <summary>Inside, lower left.</summary>
    BottomLeft,

    /// <summary>Inside, lower right.</summary>
    BottomRight,

    /// <summary>To the right of the plotting area.</summary>
    Outside,
}

/// <summary>A few words inside the plotting area.</summary>
/// <param name="Text">The text, literally; line breaks begin new lines.</param>
/// <param name="Corner">Where.</param>
public sealed record Inset(string Text, Corner Corner = Corner.TopLeft);

/// <summary>A corner of a panel's plotting area.</summary>
public enum Corner
{
    /// <summary>Upper left.</summary>
    TopLeft,

    /// <summary>Upper right.</summary>
    TopRight,

    /// <summary>Lower left.</summary>
    BottomLeft,

    /// <summary>Lower right.</summary>
    BottomRight,
}

/// <summary>A thin line across the whole plotting area at one value. The value is within the axis' automatic range.</summary>
public sealed record ReferenceLine
{
    private ReferenceLine(bool isHorizontal, double value, string? label)
    {
        IsHorizontal = isHorizontal;
        Value = double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A reference line needs a finite value.");
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
