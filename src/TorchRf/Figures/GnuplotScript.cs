using System.Globalization;
using System.Text;

namespace TorchRf.Figures;

/// <summary>
/// Writes a laid-out figure as gnuplot commands. gnuplot draws frames, ticks and data; all text is placed here, as
/// labels that are not in enhanced mode, so that it comes out as given.
/// </summary>
internal sealed class GnuplotScript
{
    private const string Ink = "#262626";
    private const string Dim = "#595959";
    private const string Grey = "#7f7f7f";
    private const string Paper = "#20ffffff";

    // gnuplot's cairo terminals take a point of type for 1/96 of what is 72 units wide.
    private const double CairoFontScale = 0.75;

    private readonly FigureLayout layout;
    private readonly string font;
    private readonly StringBuilder blocks = new();
    private readonly StringBuilder body = new();
    private readonly List<(string Name, byte[] Content)> images = [];
    private int blockCount;

    private GnuplotScript(FigureLayout layout, string font)
    {
        this.layout = layout;
        this.font = font;
    }

    /// <summary>The commands for all formats, and the images they read from the folder gnuplot runs in.</summary>
    internal static (string Commands, IReadOnlyList<(string Name, byte[] Content)> Images) Write(
        FigureLayout layout, string font, double pixelsPerPoint, IEnumerable<(FigureFormats Format, string File)> outputs)
    {
        var script = new GnuplotScript(layout, font);
        script.Draw();
        var all = new StringBuilder("set encoding utf8\n").Append(script.blocks);
        foreach (var (format, file) in outputs)
        {
            all.Append(CultureInfo.InvariantCulture, $"set terminal {script.Terminal(format, pixelsPerPoint)}\nset output {Quoted(file)}\n")
                .Append(script.body)
                .Append("unset output\n");
        }

        return (all.ToString(), script.images);
    }

    /// <summary>Commands that draw two different words as tiny images, which come out equal only if there is no font.</summary>
    internal static string Probe(string font, string first, string second)
    {
        var probe = new StringBuilder("set encoding utf8\nunset border\nunset tics\nunset key\nset xrange [0:1]\nset yrange [0:1]\n")
            .Append(CultureInfo.InvariantCulture, $"set terminal pngcairo noenhanced size 60,30 font {Quoted(font + ",9")}\n");
        foreach (var (file, word) in new[] { (first, "ill"), (second, "MWB") })
        {
            probe.Append(CultureInfo.InvariantCulture, $"set output {Quoted(file)}\nset label 1 {Quoted(word)} at screen 0.1,0.5\nplot NaN\n");
        }

        return probe.Append("unset output\nreset\n").ToString();
    }

    private string Terminal(FigureFormats format, double pixelsPerPoint)
    {
        // A size in pixels is rounded here, since gnuplot cuts fractions off.
        int Pixels(double points) => (int)Math.Round(points * pixelsPerPoint);
        var face = Quoted($"{font},{Number(TypeSize.Tick)}");
        return format switch
        {
            FigureFormats.Png => $"pngcairo enhanced color size {Pixels(layout.Width)},{Pixels(layout.Height)} font {face} "
                + $"fontscale {Number(CairoFontScale * pixelsPerPoint)} linewidth {Number(pixelsPerPoint)} pointscale {Number(pixelsPerPoint)} background '#ffffff'",
            FigureFormats.Svg => $"svg enhanced size {layout.Width},{layout.Height} fixed font {face} background '#ffffff'",
            FigureFormats.Pdf => $"pdfcairo enhanced color size {Number(layout.Width / 72.0)},{Number(layout.Height / 72.0)} font {face} "
                + $"fontscale {Number(CairoFontScale)} linewidth 1 pointscale 1",
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "One format at a time."),
        };
    }

    private void Draw()
    {
        Line("unset key\nset bars 0.7\nset multiplot");
        DrawPageText();
        foreach (var panel in layout.Panels)
        {
            DrawPanel(panel);
            Line("unset label\nunset arrow\nunset object");
        }

        Line("unset multiplot\nreset");
    }

    private void DrawPageText()
    {
        for (var i = 0; i < layout.TitleLines.Count; i++)
        {
            var size = TypeSize.Heading;
            Text(layout.TitleLines[i], layout.Width / 2.0, 10 + (TypeSize.LineHeight(size) * (i + 0.5)), size, "center", bold: true);
        }

        for (var i = 0; i < layout.CaptionLines.Count; i++)
        {
            var y = layout.Height - 5 - (TypeSize.LineHeight(TypeSize.Small) * (layout.CaptionLines.Count - i - 0.5));
            Text(layout.CaptionLines[i], 10, y, TypeSize.Small, "left", Dim);
        }

        for (var row = 0; row < layout.RowMiddles.Count; row++)
        {
            Text(layout.Figure.RowLabels[row], 14, layout.RowMiddles[row], TypeSize.Title, "center rotate by 90", bold: true);
        }
    }

    private void DrawPanel(PanelLayout panel)
    {
        var plot = panel.Plot;
        DrawFrame(panel, plot);
        DrawLabels(panel, plot);
        DrawReferenceLines(panel, plot);
        DrawInset(panel, plot);
        DrawLegend(panel, plot);

        var elements = new List<string>();
        if (panel.Panel.HeatMap is not null && HeatMapImage.Of(panel) is { } image)
        {
            elements.Add(Image(image));
        }

        for (var place = 0; place < panel.Panel.Series.Count; place++)
        {
            AddSeries(elements, panel, panel.Panel.Series[place], place);
        }

        Line($"plot {(elements.Count == 0 ? "NaN notitle" : string.Join(", \\\n  ", elements))}");
        if (panel.HasColorBar)
        {
            DrawColorBar(panel, plot);
        }
    }

    private void DrawFrame(PanelLayout panel, Box plot)
    {
        Area(plot);
        Line($"set border {(panel.Panel.HeatMap is null ? 3 : 15)} linewidth 0.8 linecolor rgb '{Grey}' front");
        Line($"set xrange [{Number(panel.X.Low)}:{Number(panel.X.High)}]\nset yrange [{Number(panel.Y.Low)}:{Number(panel.Y.High)}]");
        Ticks("x", panel.XTicks, panel.X);
        Ticks("y", panel.YTicks, panel.Y);
        foreach (var tick in panel.XTicks)
        {
            var x = plot.Left + (panel.X.Fraction(tick.Position) * plot.Width);
            TickText(tick, x, plot.Bottom + PanelLayout.TickLength + PanelLayout.TickGap + (TypeSize.Tick / 2), "center");
        }

        foreach (var tick in panel.YTicks)
        {
            var y = plot.Bottom - (panel.Y.Fraction(tick.Position) * plot.Height);
            TickText(tick, plot.Left - PanelLayout.TickLength - PanelLayout.TickGap, y, "right");
        }
    }

    private void DrawLabels(PanelLayout panel, Box plot)
    {
        var label = TypeSize.LineHeight(TypeSize.Label);
        var y = plot.Bottom + panel.XTickHeight + PanelLayout.LabelGap + (label / 2);
        Text(panel.Panel.X.Label, plot.MiddleX, y, TypeSize.Label, "center");

        // Labels of one column line up at its left edge.
        Text(panel.Panel.Y.Label, panel.Cell.Left + 4 + (label / 2), plot.MiddleY, TypeSize.Label, "center rotate by 90");
        var title = TypeSize.LineHeight(TypeSize.Title);
        for (var i = 0; i < panel.TitleLines.Count; i++)
        {
            var fromPlot = 5 + (title * (panel.TitleLines.Count - i - 0.5));
            Text(panel.TitleLines[i], plot.MiddleX, plot.Top - fromPlot, TypeSize.Title, "center");
        }

        Text(panel.Letter, panel.Cell.Left + 5, plot.Top - 5 - (title / 2), TypeSize.Letter, "left", bold: true);
    }

    private void DrawReferenceLines(PanelLayout panel, Box plot)
    {
        foreach (var (line, at, text, isRight) in panel.ReferenceLabels)
        {
            var ends = line.IsHorizontal
                ? $"{Screen(plot.Left, at)} to {Screen(plot.Right, at)}"
                : $"{Screen(at, plot.Top)} to {Screen(at, plot.Bottom)}";
            var layer = panel.Panel.HeatMap is null ? "back" : "front";
            Line($"set arrow from {ends} nohead linewidth 0.9 dashtype (8,6) linecolor rgb '{Grey}' {layer}");
            Text(line.Label ?? "", isRight ? text.Right : text.Left, text.MiddleY, TypeSize.Small, isRight ? "right" : "left", Dim);
        }
    }

    private void DrawInset(PanelLayout panel, Box plot)
    {
        if (panel.Inset is not { } inset)
        {
            return;
        }

        var box = inset.In(plot);
        var height = TypeSize.LineHeight(TypeSize.Tick);
        Rectangle(box.Widened(2), Paper, "");
        for (var i = 0; i < inset.Lines.Count; i++)
        {
            Text(inset.Lines[i], inset.IsLeft ? box.Left : box.Right, box.Top + (height * (i + 0.5)), TypeSize.Tick, inset.IsLeft ? "left" : "right");
        }
    }

    private void DrawLegend(PanelLayout panel, Box plot)
    {
        if (panel.Legend is not { } legend)
        {
            return;
        }

        var box = legend.In(plot);
        Rectangle(new Box(box.Left - 2, box.Top - 1, box.Right + 2, box.Bottom + 1), Paper, "");
        for (var row = 0; row < legend.Rows.Count; row++)
        {
            var (series, place) = legend.Rows[row];
            var y = box.Top + 0.5 + (LegendBox.RowHeight * (row + 0.5));
            LegendSymbol(series, Palette.Of(series, place), box.Left, box.Left + LegendBox.SymbolWidth, y);
            Text(series.Label!, box.Left + LegendBox.SymbolWidth + LegendBox.Gap, y, TypeSize.Tick, "left");
        }
    }

    private void LegendSymbol(Series series, Palette style, double left, double right, double y)
    {
        var color = Color(style.Color, series.Opacity);
        var middle = (left + right) / 2;
        switch (series)
        {
            case LineSeries line:
                if (line.Band is not null)
                {
                    Rectangle(new Box(left, y - 3.5, right, y + 3.5), Color(style.Color, 0.22 * series.Opacity), "");
                }

                Line($"set arrow from {Screen(left, y)} to {Screen(right, y)} nohead front {Stroke(line, style)}");
                break;
            case PointSeries points:
                Marker(middle, y, style, points.Size, color);
                break;
            case StemSeries:
                Line($"set arrow from {Screen(middle, y + 5)} to {Screen(middle, y - 2)} nohead front linewidth 1.5 linecolor rgb '{color}'");
                Marker(middle, y - 2, style, 4.5, color);
                break;
            case StepSeries { Filled: false }:
                Line($"set arrow from {Screen(left, y)} to {Screen(right, y)} nohead front linewidth 1.4 linecolor rgb '{color}'");
                break;
            default:
                Rectangle(new Box(middle - 6, y - 3.5, middle + 6, y + 3.5), Color(style.Color, 0.55 * series.Opacity), color);
                break;
        }
    }

    private void DrawColorBar(PanelLayout panel, Box plot)
    {
        var map = panel.Panel.HeatMap!;
        var (low, high) = map.Limits;
        var bar = new Box(
            plot.Right + PanelLayout.ColorBarGap, plot.Top, plot.Right + PanelLayout.ColorBarGap + PanelLayout.ColorBarWidth, plot.Bottom);
        Line("unset label\nunset arrow\nunset object");
        Area(bar);
        Line($"set border 15 linewidth 0.8 linecolor rgb '{Grey}' front\nset xrange [0:1]\nset yrange [0:1]\nunset xtics\nunset ytics");
        foreach (var tick in panel.ColorTicks)
        {
            var y = bar.Bottom - ((tick.Position - low) / (high - low) * bar.Height);
            Line($"set arrow from {Screen(bar.Right, y)} to {Screen(bar.Right + 2, y)} nohead front linewidth 0.8 linecolor rgb '{Grey}'");
            TickText(tick, bar.Right + 2 + PanelLayout.TickGap, y, "left");
        }

        var label = bar.Right + 2 + panel.ColorTickWidth + PanelLayout.LabelGap + (TypeSize.LineHeight(TypeSize.Label) / 2);
        Text(map.ColorBarLabel, label, plot.MiddleY, TypeSize.Label, "center rotate by 90");
        const int Shades = 256;
        var pixels = new byte[2 * 3 * Shades];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            // Two pixels across, since gnuplot draws no image that is one pixel wide.
            var color = map.ColorMap.At(((i / 6) + 0.5) / Shades);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (color.R, color.G, color.B);
        }

        Line($"plot {Image(new HeatMapImage(2, Shades, pixels, 0, 0, 0.5, 1.0 / Shades))}");
    }

    private void AddSeries(List<string> elements, PanelLayout panel, Series series, int place)
    {
        var style = Palette.Of(series, place);
        var color = Color(style.Color, series.Opacity);
        var (x, y) = (panel.X, panel.Y);
        switch (series)
        {
            case LineSeries line:
                if (line.Band is { } band)
                {
                    foreach (var run in Runs(line.X.Count, i => [x.Place(line.X[i]), y.EdgePlace(band.Lower[i]), y.EdgePlace(band.Upper[i])]))
                    {
                        Add(elements, run, $"with filledcurves fillstyle solid noborder fillcolor rgb '{Color(style.Color, 0.22 * series.Opacity)}'", "1:2:3");
                    }
                }

                Add(elements, Rows(line.X.Count, i => [x.Place(line.X[i]), y.Place(line.Y[i])]), $"with lines {Stroke(line, style)}");
                break;
            case PointSeries points:
                AddPoints(elements, points, style, color, x, y);
                break;
            case BarSeries bars:
                var half = bars.DrawnWidth / 2;
                AddRectangles(elements, bars.X.Count, i => (bars.X[i] - half, bars.X[i] + half, bars.Height[i]), x, y, style, series.Opacity, color);
                break;
            case StepSeries { Filled: true } histogram:
                AddRectangles(
                    elements, histogram.Height.Count, i => (histogram.Edges[i], histogram.Edges[i + 1], histogram.Height[i]), x, y, style, series.Opacity, color);
                break;
            case StepSeries steps:
                Add(
                    elements,
                    [.. Enumerable.Range(0, steps.Height.Count).SelectMany(i => new double[][]
                    {
                        [x.EdgePlace(steps.Edges[i]), y.Place(steps.Height[i])],
                        [x.EdgePlace(steps.Edges[i + 1]), y.Place(steps.Height[i])],
                    })],
                    $"with lines linewidth 1.4 linecolor rgb '{color}'");
                break;
            case StemSeries stems:
                Add(
                    elements,
                    [.. Rows(stems.X.Count, i => [x.Place(stems.X[i]), y.EdgePlace(0), 0, y.Place(stems.Y[i]) - y.EdgePlace(0)]).Where(Finite)],
                    $"with vectors nohead linewidth 1.5 linecolor rgb '{color}'",
                    "1:2:3:4");
                Add(
                    elements,
                    Rows(stems.X.Count, i => [x.Place(stems.X[i]), y.Place(stems.Y[i])]),
                    $"with points {MarkerStyle(style, 6, color)}");
                break;
            default:
                throw new ArgumentException($"A series of type {series.GetType().Name} cannot be drawn.", nameof(series));
        }
    }

    private void AddPoints(List<string> elements, PointSeries points, Palette style, string color, AxisScale x, AxisScale y)
    {
        var bar = $"linewidth 0.9 linecolor rgb '{color}'";
        if (points.XError is { } across)
        {
            var rows = Rows(points.X.Count, i =>
            [
                x.Place(points.X[i]), y.Place(points.Y[i]),
                x.EdgePlace(points.X[i] - across[i]), x.EdgePlace(points.X[i] + across[i]),
            ]);
            Add(elements, [.. rows.Where(Finite)], $"with xerrorbars pointtype -1 {bar}", "1:2:3:4");
        }

        if (points.YError is { } along)
        {
            var rows = Rows(points.X.Count, i =>
            [
                x.Place(points.X[i]), y.Place(points.Y[i]),
                y.EdgePlace(points.Y[i] - along[i]), y.EdgePlace(points.Y[i] + along[i]),
            ]);
            Add(elements, [.. rows.Where(Finite)], $"with yerrorbars pointtype -1 {bar}", "1:2:3:4");
        }

        Add(
            elements,
            Rows(points.X.Count, i => [x.Place(points.X[i]), y.Place(points.Y[i])]),
            $"with points {MarkerStyle(style, points.Size, color)}");
    }

    private void AddRectangles(
        List<string> elements, int count, Func<int, (double Left, double Right, double Height)> bar, AxisScale x, AxisScale y, Palette style, double opacity, string edge)
    {
        var rows = Rows(count, i =>
        {
            var (left, right, height) = bar(i);
            var (a, b, c, d) = (x.EdgePlace(left), x.EdgePlace(right), y.EdgePlace(0), y.EdgePlace(height));
            return [(a + b) / 2, (c + d) / 2, Math.Min(a, b), Math.Max(a, b), Math.Min(c, d), Math.Max(c, d)];
        });
        var fill = $"fillstyle solid border rgb '{edge}' linewidth 0.8 fillcolor rgb '{Color(style.Color, 0.55 * opacity)}'";
        Add(elements, [.. rows.Where(Finite)], $"with boxxyerror {fill}", "1:2:3:4:5:6");
    }

    /// <summary>Puts rows into a data block and draws them, unless nothing in them can be drawn.</summary>
    private void Add(List<string> elements, IReadOnlyList<double[]> rows, string how, string columns = "1:2")
    {
        if (!rows.Any(Finite))
        {
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"$block{++blockCount}");
        blocks.Append(name).Append(" << END\n");
        foreach (var row in rows)
        {
            blocks.AppendJoin(' ', row.Select(Number)).Append('\n');
        }

        blocks.Append("END\n");
        elements.Add($"{name} using {columns} {how} notitle");
    }

    private string Image(HeatMapImage image)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"image{images.Count + 1}.rgb");
        images.Add((name, image.Pixels));
        var (x, y) = (image.Left + (image.PixelWidth / 2), image.Bottom + (image.PixelHeight / 2));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{name}' binary array=({image.Columns},{image.Rows}) format='%uchar%uchar%uchar' origin=({x:R},{y:R}) dx={image.PixelWidth:R} dy={image.PixelHeight:R} with rgbimage notitle");
    }

    private void Area(Box box)
    {
        Line($"set lmargin at screen {Number(box.Left / layout.Width)}\nset rmargin at screen {Number(box.Right / layout.Width)}");
        Line($"set tmargin at screen {Number(1 - (box.Top / layout.Height))}\nset bmargin at screen {Number(1 - (box.Bottom / layout.Height))}");
    }

    private void Ticks(string axis, IReadOnlyList<TickMark> ticks, AxisScale scale)
    {
        if (ticks.Count == 0)
        {
            Line($"unset {axis}tics");
            return;
        }

        // The scales are those that make a tick 3.4 points long and a minor one 2; unlabelled ticks between powers of ten are minor.
        var isMinor = ticks.Any(tick => tick.IsPower);
        var places = ticks.Select(tick => $"'' {Number(scale.Place(tick.Position))} {(isMinor && tick.Label.Length == 0 ? 1 : 0)}");
        Line($"set {axis}tics out nomirror scale 0.5,0.3 ({string.Join(", ", places)})");
    }

    private void TickText(TickMark tick, double x, double y, string how)
    {
        // The raised exponent makes the text look too high.
        Text(tick.Label, x, tick.IsPower ? y + 1 : y, TypeSize.Tick, how, enhanced: tick.IsPower);
    }

    private void Text(string text, double x, double y, double size, string how, string color = Ink, bool bold = false, bool enhanced = false)
    {
        if (text.Length > 0)
        {
            var face = Quoted($"{font}{(bold ? ":Bold" : "")},{Number(size)}");
            Line($"set label {Quoted(text)} at {Screen(x, y)} {how} {(enhanced ? "enhanced" : "noenhanced")} font {face} textcolor rgb '{color}' front");
        }
    }

    private void Marker(double x, double y, Palette style, double size, string color) =>
        Line($"set label '' at {Screen(x, y)} point {MarkerStyle(style, size, color)} front");

    private void Rectangle(Box box, string fill, string edge) =>
        Line($"set object rectangle from {Screen(box.Left, box.Bottom)} to {Screen(box.Right, box.Top)} front fillcolor rgb '{fill}' fillstyle solid "
            + (edge.Length == 0 ? "noborder" : $"border rgb '{edge}' linewidth 0.8"));

    private string Screen(double x, double y) => $"screen {Number(x / layout.Width)},{Number(1 - (y / layout.Height))}";

    // gnuplot ends a command at the line's end, so none may come from a text.
    private void Line(string line) => body.Append(line).Append('\n');

    private static string MarkerStyle(Palette style, double size, string color)
    {
        // A point of size 1 is about 6.7 points wide; triangles and diamonds look smaller than their width.
        var scale = size / 6.7 * (style.Marker is 9 or 11 or 13 ? 1.25 : 1);
        return $"pointtype {style.Marker} pointsize {Number(Math.Round(scale, 3))} linewidth 1 linecolor rgb '{color}'";
    }

    private static string Stroke(LineSeries line, Palette style)
    {
        var dash = (line.Dash == Dash.ByStyle ? style.Dash : line.Dash) switch
        {
            Dash.Dashed => "dashtype (12,6)",
            Dash.Dotted => "dashtype (3,4)",
            Dash.DashDot => "dashtype (14,5,3,5)",
            _ => "dashtype solid",
        };
        return $"linewidth {Number(line.Width)} {dash} linecolor rgb '{Color(style.Color, line.Opacity)}'";
    }

    private static string Color(Rgb color, double opacity) =>
        opacity >= 1 ? color.ToString() : $"#{(int)Math.Round(255 * (1 - opacity)):x2}{color.R:x2}{color.G:x2}{color.B:x2}";

    private static double[][] Rows(int count, Func<int, double[]> row) => [.. Enumerable.Range(0, count).Select(row)];

    /// <summary>Rows in unbroken runs.</summary>
    private static IEnumerable<double[][]> Runs(int count, Func<int, double[]> row)
    {
        var run = new List<double[]>();
        foreach (var one in Rows(count, row).Append([double.NaN]))
        {
            if (Finite(one))
            {
                run.Add(one);
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }
    }

    private static bool Finite(double[] row) => row.All(double.IsFinite);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NaN";

    /// <summary>A literal: in single quotes gnuplot replaces nothing. Control characters cannot be drawn and become spaces.</summary>
    private static string Quoted(string text) =>
        $"'{string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Replace("'", "''", StringComparison.Ordinal)}'";
}
