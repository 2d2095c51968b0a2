namespace TorchRf.Figures;

/// <summary>
/// Where everything in a figure goes. Plotting areas line up along rows and columns, and margins are as wide as the widest labels
/// in them, so that nothing is cut off.
/// </summary>
internal sealed class FigureLayout
{
    private const double Border = 4;
    private const double RowLabelWidth = 24;
    private const double NarrowestPlot = 20;

    private FigureLayout(Figure figure, IReadOnlyList<PanelLayout> panels)
    {
        Figure = figure;
        Panels = panels;
    }

    internal Figure Figure { get; }

    internal IReadOnlyList<PanelLayout> Panels { get; }

    /// <summary>In whole points.</summary>
    internal int Width { get; private set; }

    /// <summary>In whole points.</summary>
    internal int Height { get; private set; }

    internal IReadOnlyList<string> TitleLines { get; private set; } = [];

    internal IReadOnlyList<string> CaptionLines { get; private set; } = [];

    /// <summary>The middle of each labelled row's plotting areas, from the top of the page.</summary>
    internal IReadOnlyList<double> RowMiddles { get; private set; } = [];

    internal static FigureLayout Of(Figure figure)
    {
        var (panels, rows) = Grid(figure);
        var layout = new FigureLayout(figure, panels);
        if (figure.IsLettered)
        {
            for (var i = 0; i < panels.Count; i++)
            {
                panels[i].Letter = i < 26 ? $"{(char)('A' + i)}" : $"{(char)('A' + (i / 26) - 1)}{(char)('A' + (i % 26))}";
            }
        }

        layout.Settle(rows);
        return layout;
    }

    private static (List<PanelLayout> Panels, int Rows) Grid(Figure figure)
    {
        var panels = new List<PanelLayout>();
        var (row, column) = (0, 0);
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var span = figure.Panels[i]?.ColumnSpan ?? 1;
            if (span > figure.Columns)
            {
                throw new ArgumentException($"Panel {i + 1} spans {span} columns of {figure.Columns}.", nameof(figure));
            }

            if (column + span > figure.Columns)
            {
                (row, column) = (row + 1, 0);
            }

            if (figure.Panels[i] is { } panel)
            {
                panels.Add(new PanelLayout(panel, row, column, panel.Title.Length > 0 ? $"Panel '{panel.Title}'" : $"Panel {i + 1}"));
            }

            column += span;
        }

        return (panels, row + 1);
    }

    private void Settle(int rows)
    {
        var columns = Figure.Columns;
        var left = Border + (Figure.RowLabels.Count > 0 ? RowLabelWidth : 0);
        Width = (int)Math.Ceiling(left + (columns * Figure.PanelWidth) + Border);
        TitleLines = TypeSize.Wrap(Figure.Title, TypeSize.Heading, Width - 20);
        CaptionLines = TypeSize.Wrap(Figure.Caption ?? "", TypeSize.Small, Width - 20);
        var header = TitleLines.Count == 0 ? 0 : 14 + (TitleLines.Count * TypeSize.LineHeight(TypeSize.Heading));
        var footer = CaptionLines.Count == 0 ? 0 : 4 + (CaptionLines.Count * TypeSize.LineHeight(TypeSize.Small));
        Height = (int)Math.Ceiling(Border + header + (rows * Figure.PanelHeight) + footer + Border);

        foreach (var panel in Panels)
        {
            var x = left + (panel.Column * Figure.PanelWidth);
            var y = Border + header + (panel.Row * Figure.PanelHeight);
            panel.Cell = new Box(x, y, x + (panel.Panel.ColumnSpan * Figure.PanelWidth), y + Figure.PanelHeight);
            panel.WrapTitle(panel.Cell.Width - 60 - (panel.Letter.Length > 0 ? 10 : 0));
        }

        var top = Widest(rows, panel => panel.Row, panel => panel.TopMargin);
        var bottom = Widest(rows, panel => panel.Row, panel => panel.BottomMargin);
        foreach (var panel in Panels)
        {
            panel.Plot = panel.Cell with { Top = panel.Cell.Top + top[panel.Row], Bottom = panel.Cell.Bottom - bottom[panel.Row] };
        }

        // Labels make margins, margins make widths, and widths make labels; the third time nothing changes that one could see.
        for (var pass = 0; pass < 3; pass++)
        {
            Fit(columns);
        }

        foreach (var panel in Panels)
        {
            panel.SettleWords();
        }

        RowMiddles = [.. Enumerable.Range(0, Math.Min(rows, Figure.RowLabels.Count)).Select(row =>
            Border + header + (row * Figure.PanelHeight) + ((top[row] + Figure.PanelHeight - bottom[row]) / 2))];
    }

    private void Fit(int columns)
    {
        foreach (var panel in Panels)
        {
            panel.SettleAxes();
        }

        var left = Widest(columns, panel => panel.Column, panel => panel.LeftMargin);
        var right = Widest(columns, panel => panel.LastColumn, panel => panel.RightMargin);
        foreach (var panel in Panels)
        {
            var start = panel.Cell.Left + left[panel.Column];
            var end = Math.Max(panel.Cell.Right - right[panel.LastColumn], start + NarrowestPlot);
            panel.Plot = panel.Plot with { Left = start, Right = end };
        }
    }

    private double[] Widest(int count, Func<PanelLayout, int> place, Func<PanelLayout, double> margin)
    {
        var widest = new double[count];
        foreach (var panel in Panels)
        {
            widest[place(panel)] = Math.Max(widest[place(panel)], margin(panel));
        }

        return widest;
    }
}
