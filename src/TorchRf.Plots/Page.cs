using ScottPlot;
using SkiaSharp;

namespace TorchRf.Plots;

/// <summary>A figure's page in points. Plotting areas line up along rows and columns, and margins are as wide as the widest labels in them, so that nothing is cut off.</summary>
internal sealed class Page : IDisposable
{
    private const float PointsPerMillimetre = 72 / 25.4f;
    private const float Border = 3;
    private const float Gap = 10;
    private const float LetterWidth = 10;
    private const float TitleGap = 3;

    // Narrower cells, which hold little more than their labels, are put below each other.
    private const float NarrowestCell = 82;
    private const float Shape = 0.68f;
    private const float WidestImage = 120;

    private sealed record Cell(PanelPlot Plot, int Row, int Column, int Span, string Letter)
    {
        internal int Last => Column + Span - 1;
    }

    private readonly Figure figure;
    private readonly List<Cell> cells = [];

    // The figure's row that each row of the page belongs to.
    private readonly List<int> rows = [];
    private readonly List<(float Top, float Bottom)> extents = [];
    private readonly int columns;
    private readonly float cellWidth;
    private readonly float left;
    private readonly float rowLabelWidth;

    internal Page(Figure figure)
    {
        this.figure = figure;
        Width = (float)(figure.Width * PointsPerMillimetre);
        rowLabelWidth = figure.RowLabels.Any(label => label.Length > 0) ? Lettering.Measure("X", Lettering.Plain, bold: true).Height + 6 : 0;
        left = Border + rowLabelWidth;
        float usable = Width - left - Border;
        int fit = Math.Clamp((int)((usable + Gap) / (NarrowestCell + Gap)), 1, figure.Columns);
        int broken = (figure.Columns + fit - 1) / fit;
        columns = (figure.Columns + broken - 1) / broken;
        cellWidth = (usable - ((columns - 1) * Gap)) / columns;
        Fill();
        Settle();
    }

    internal float Width { get; }

    internal float Height { get; private set; }

    internal PixelRect Bounds => new(0, Width, Height, 0);

    internal IReadOnlyList<PanelPlot> Plots => [.. cells.Select(cell => cell.Plot)];

    internal void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        string title = Lettering.Wrap(figure.Title, Lettering.Large, Width - (2 * Border), bold: true);
        Lettering.Write(canvas, title, new Pixel(Border, Border), Alignment.UpperLeft, Lettering.Large, bold: true);
        string caption = Lettering.Wrap(figure.Caption, Lettering.Smallest, Width - (2 * Border));
        Lettering.Write(canvas, caption, new Pixel(Border, Height - Border - Lettering.Measure(caption, Lettering.Smallest).Height), Alignment.UpperLeft, Lettering.Smallest, Lettering.Dim);
        for (int row = 0; row < figure.RowLabels.Count; row++)
        {
            var own = Enumerable.Range(0, rows.Count).Where(i => rows[i] == row).Select(i => extents[i]).ToArray();
            if (own.Length == 0)
                continue;
            float middle = (own[0].Top + own[^1].Bottom) / 2;
            string label = Lettering.Wrap(figure.RowLabels[row], Lettering.Plain, double.PositiveInfinity, bold: true).Replace('\n', ' ');
            Lettering.Write(canvas, label, new Pixel(Border, middle), Alignment.UpperCenter, Lettering.Plain, bold: true, rotation: -90);
        }
        foreach (var cell in cells)
        {
            cell.Plot.Draw(canvas, Bounds);
            float start = Start(cell), end = start + CellWidth(cell), baseline = cell.Plot.Area.Top - TitleGap;
            string heading = Title(cell);
            var size = Lettering.Measure(heading, Lettering.Plain);
            float letter = cell.Letter.Length > 0 ? LetterWidth : 0;
            float middle = Math.Clamp((cell.Plot.Area.Left + cell.Plot.Area.Right) / 2, start + letter + (size.Width / 2), Math.Max(start + letter + (size.Width / 2), end - (size.Width / 2)));
            Lettering.Write(canvas, heading, new Pixel(middle, baseline - size.Height), Alignment.UpperCenter, Lettering.Plain);
            float top = baseline - Math.Max(size.Height, Lettering.Measure("A", Lettering.Large, bold: true).Height);
            Lettering.Write(canvas, cell.Letter, new Pixel(start, top), Alignment.UpperLeft, Lettering.Large, bold: true);
        }
    }

    public void Dispose()
    {
        foreach (var cell in cells)
            cell.Plot.Dispose();
    }

    private void Fill()
    {
        bool isLettered = figure.Panels.Count(panel => panel is not null) > 1;
        var (logical, column) = (0, 0);
        var (row, place) = (0, 0);
        rows.Add(0);
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            int span = figure.Panels[i]?.ColumnSpan ?? 1;
            string where = figure.Panels[i] is { Title.Length: > 0 } named ? $"Panel '{named.Title}'" : $"Panel {i + 1}";
            if (span > figure.Columns)
                throw new ArgumentException($"{where} spans {span} columns of {figure.Columns}.", nameof(figure));
            if (column + span > figure.Columns)
            {
                (logical, column, place) = (logical + 1, 0, 0);
                rows.Add(logical);
                row++;
            }
            column += span;
            if (figure.Panels[i] is { } panel)
            {
                panel.Check(where);
                int narrow = Math.Min(span, columns);
                if (place + narrow > columns)
                {
                    place = 0;
                    rows.Add(logical);
                    row++;
                }
                cells.Add(new Cell(new PanelPlot(panel), row, place, narrow, isLettered ? Letter(cells.Count) : ""));
                place += narrow;
            }
            else if (columns == figure.Columns)
                place++;
        }
    }

    internal static string Letter(int i) => i < 26 ? $"{(char)('A' + i)}" : $"{(char)('A' + (i / 26) - 1)}{(char)('A' + (i % 26))}";

    private void Settle()
    {
        var title = Lettering.Wrap(figure.Title, Lettering.Large, Width - (2 * Border), bold: true);
        float header = Border + (title.Length == 0 ? 0 : Lettering.Measure(title, Lettering.Large, bold: true).Height + 4);
        var caption = Lettering.Wrap(figure.Caption, Lettering.Smallest, Width - (2 * Border));
        float footer = Border + (caption.Length == 0 ? 0 : Lettering.Measure(caption, Lettering.Smallest).Height + 5);
        foreach (var cell in cells)
            cell.Plot.Settle(new PixelRect(0, 0.75f * CellWidth(cell), Shape * 0.75f * cellWidth, 0), 0);

        // Labels make margins, margins make sizes, and sizes make labels; the third time nothing changes that one could see.
        for (int pass = 0; pass < 3; pass++)
            Height = Arrange(header) + footer;
    }

    /// <summary>Gives each plotting area its place below <paramref name="header"/>; returns where the last row ends.</summary>
    private float Arrange(float header)
    {
        var needs = cells.ToDictionary(cell => cell, cell => cell.Plot.Margins(cell.Plot.Area.Width, cell.Plot.Area.Height));
        var before = Widest(columns, cell => cell.Column, cell => needs[cell].Left);
        var after = Widest(columns, cell => cell.Last, cell => needs[cell].Right);
        var above = Widest(rows.Count, cell => cell.Row, cell => Math.Max(Above(cell), needs[cell].Top));
        var below = Widest(rows.Count, cell => cell.Row, cell => needs[cell].Bottom);
        float Across(Cell cell) => Math.Max(CellWidth(cell) - before[cell.Column] - after[cell.Last], 20);

        // Images are as wide as each other, and no wider than it takes to see their cells.
        float image = Math.Min(columns == 1 ? float.MaxValue : WidestImage, cells.Where(cell => cell.Plot.Aspect is not null).Select(Across).DefaultIfEmpty(0).Min());

        float top = header;
        extents.Clear();
        for (int row = 0; row < rows.Count; row++)
        {
            var own = cells.Where(cell => cell.Row == row).ToArray();
            float needed = own.Max(cell => image * (float)Math.Min(cell.Plot.Aspect ?? 0, 2));
            float height = needed > 0 ? needed : Shape * (cellWidth - before.Average() - after.Average());
            height = Math.Max(height, own.Select(cell => cell.Plot.LeastHeight).Append(20).Max());
            float start = top + above[row];
            foreach (var cell in own)
            {
                var area = new PixelRect(Start(cell) + before[cell.Column], Start(cell) + before[cell.Column] + Across(cell), start + height, start);
                if (cell.Plot.Aspect is { } aspect)
                {
                    float wide = Math.Min(image, (float)(area.Height / aspect));
                    area = new PixelRect(area.HorizontalCenter - (wide / 2), area.HorizontalCenter + (wide / 2), start + (float)(wide * aspect), start);
                }
                cell.Plot.Settle(area, cell.Plot.Aspect is null ? before[cell.Column] : needs[cell].Left);
            }
            extents.Add((start, start + height));
            top = start + height + below[row] + (row < rows.Count - 1 ? Gap : 0);
        }
        return top;
    }

    private float Start(Cell cell) => left + (cell.Column * (cellWidth + Gap));

    private float CellWidth(Cell cell) => (cell.Span * cellWidth) + ((cell.Span - 1) * Gap);

    private string Title(Cell cell) => Lettering.Wrap(cell.Plot.Panel.Title, Lettering.Plain, CellWidth(cell) - (cell.Letter.Length > 0 ? LetterWidth : 0));

    private float Above(Cell cell)
    {
        float letter = cell.Letter.Length > 0 ? Lettering.Measure("A", Lettering.Large, bold: true).Height : 0;
        float height = Math.Max(Lettering.Measure(Title(cell), Lettering.Plain).Height, letter);
        return height == 0 ? 0 : height + TitleGap;
    }

    private float[] Widest(int count, Func<Cell, int> place, Func<Cell, float> margin)
    {
        var widest = new float[count];
        foreach (var cell in cells)
            widest[place(cell)] = Math.Max(widest[place(cell)], margin(cell));
        return widest;
    }
}
