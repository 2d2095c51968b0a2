using System.Globalization;
using System.Text;
using static TorchRf.Figures.GnuplotText;

namespace TorchRf.Figures;

/// <summary>
/// Writes a laid-out figure as gnuplot commands. gnuplot draws frames, ticks and data; all text is placed here, as
/// labels that are not in enhanced mode, so that it comes out as given.
/// </summary>
internal sealed class GnuplotScript
{
    private const string Ink = "rgb '#262626'";
    private const string Dim = "rgb '#595959'";
    private const string Grey = "rgb '#7f7f7f'";
    private const string Paper = "rgb '#20ffffff'";

    private readonly FigureLayout layout;
    private readonly string font;
    private readonly StringBuilder blocks = new();
    private readonly StringBuilder body = new();
    private readonly List<(string Name, byte[] Content)> images = [];

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
            all.Append(GnuplotTerminal.Open(format, file, (layout.Width, layout.Height), font, pixelsPerPoint))
                .Append(script.body)
                .Append("unset output\n");
        }

        return (all.ToString(), script.images);
    }

    private void Draw()
    {
        Line("unset key\nset multiplot");
        DrawPageText();
        for (var i = 0; i < layout.Panels.Count; i++)
        {
            DrawPanel(layout.Panels[i], i + 1);
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

    private void DrawPanel(PanelLayout panel, int number)
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

        var commands = new SeriesCommands(blocks, string.Create(CultureInfo.InvariantCulture, $"panel{number}"), panel, layout.Width);
        for (var place = 0; place < panel.Panel.Series.Count; place++)
        {
            commands.Add(panel.Panel.Series[place], place);
        }

        elements.AddRange(commands.Elements);
        Line($"plot {(elements.Count == 0 ? "NaN notitle" : string.Join(", \\\n  ", elements))}");
        if (panel.HasColorBar)
        {
            DrawColorBar(panel, plot);
        }
    }

    private void DrawFrame(PanelLayout panel, Box plot)
    {
        Area(plot);
        Line($"set border {(panel.Panel.HeatMap is null ? 3 : 15)} linewidth 0.8 linecolor {Grey} front");
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
            var style = $"{(panel.Panel.HeatMap is null ? "back" : "front")} linewidth 0.9 dashtype (8,6) linecolor {Grey}";
            if (line.IsHorizontal)
            {
                Rule(plot.Left, at, plot.Right, at, style);
            }
            else
            {
                Rule(at, plot.Top, at, plot.Bottom, style);
            }

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
        Rectangle(box.Widened(2), Paper);
        for (var i = 0; i < inset.Lines.Count; i++)
        {
            var (x, how) = inset.IsLeft ? (box.Left, "left") : (box.Right, "right");
            Text(inset.Lines[i], x, box.Top + (height * (i + 0.5)), TypeSize.Tick, how);
        }
    }

    private void DrawLegend(PanelLayout panel, Box plot)
    {
        if (panel.Legend is not { } legend)
        {
            return;
        }

        var box = legend.In(plot);
        Rectangle(new Box(box.Left - 2, box.Top - 1, box.Right + 2, box.Bottom + 1), Paper);
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
                    Rectangle(new Box(left, y - 3.5, right, y + 3.5), Color(style.Color, SeriesCommands.BandOpacity * series.Opacity));
                }

                Rule(left, y, right, y, $"front {Stroke(line, style)}");
                break;
            case PointSeries points:
                Symbol(middle, y, style, points.Size, color);
                break;
            case StemSeries:
                Rule(middle, y + 5, middle, y - 2, $"front linewidth {Number(SeriesCommands.StemWidth)} linecolor {color}");
                Symbol(middle, y - 2, style, 4.5, color);
                break;
            case StepSeries { Filled: false }:
                Rule(left, y, right, y, $"front linewidth {Number(SeriesCommands.StepWidth)} linecolor {color}");
                break;
            default:
                var fill = Color(style.Color, SeriesCommands.FillOpacity * series.Opacity);
                Rectangle(new Box(middle - 6, y - 3.5, middle + 6, y + 3.5), fill, $"border {color} linewidth 0.8");
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
        Line($"set border 15 linewidth 0.8 linecolor {Grey} front\nset xrange [0:1]\nset yrange [0:1]\nunset xtics\nunset ytics");
        foreach (var tick in panel.ColorTicks)
        {
            var y = bar.Bottom - ((tick.Position - low) / (high - low) * bar.Height);
            Rule(bar.Right, y, bar.Right + 2, y, $"front linewidth 0.8 linecolor {Grey}");
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

    private string Image(HeatMapImage image)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"image{images.Count + 1}.rgb");
        images.Add((name, image.Pixels));
        var (x, y) = (Number(image.Left + (image.PixelWidth / 2)), Number(image.Bottom + (image.PixelHeight / 2)));
        return string.Create(CultureInfo.InvariantCulture, $"'{name}' binary array=({image.Columns},{image.Rows}) ")
            + $"format='%uchar%uchar%uchar' origin=({x},{y}) dx={Number(image.PixelWidth)} dy={Number(image.PixelHeight)} "
            + "with rgbimage notitle";
    }

    private void Area(Box box)
    {
        Line($"set lmargin at screen {Number(box.Left / layout.Width)}");
        Line($"set rmargin at screen {Number(box.Right / layout.Width)}");
        Line($"set tmargin at screen {Number(1 - (box.Top / layout.Height))}");
        Line($"set bmargin at screen {Number(1 - (box.Bottom / layout.Height))}");
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

    private void Text(
        string text, double x, double y, double size, string how, string color = Ink, bool bold = false, bool enhanced = false)
    {
        if (text.Length > 0)
        {
            var face = Quoted($"{font}{(bold ? ":Bold" : "")},{Number(size)}");
            var mode = enhanced ? "enhanced" : "noenhanced";
            Line($"set label {Quoted(text)} at {Screen(x, y)} {how} {mode} font {face} textcolor {color} front");
        }
    }

    private void Symbol(double x, double y, Palette style, double size, string color) =>
        Line($"set label '' at {Screen(x, y)} point {Marker(style, size, color)} front");

    private void Rule(double x0, double y0, double x1, double y1, string style) =>
        Line($"set arrow from {Screen(x0, y0)} to {Screen(x1, y1)} nohead {style}");

    private void Rectangle(Box box, string fill, string border = "noborder") =>
        Line($"set object rectangle from {Screen(box.Left, box.Bottom)} to {Screen(box.Right, box.Top)} front fillcolor {fill} "
            + $"fillstyle solid {border}");

    private string Screen(double x, double y) => $"screen {Number(x / layout.Width)},{Number(1 - (y / layout.Height))}";

    private void Line(string line) => body.Append(line).Append('\n');
}
