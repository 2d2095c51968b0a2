using System.Globalization;
using System.Text;
using static TorchRf.Figures.GnuplotText;

namespace TorchRf.Figures;

/// <summary>Writes one panel's series as data blocks and as elements of a plot command.</summary>
internal sealed class SeriesCommands(StringBuilder blocks, string prefix, PanelLayout panel, int pageWidth)
{
    /// <summary>How opaque a filled area is beside its outline, and a band beside its line.</summary>
    internal const double FillOpacity = 0.55;
    internal const double BandOpacity = 0.22;
    internal const double StepWidth = 1.4;
    internal const double StemWidth = 1.5;

    private readonly List<string> elements = [];
    private readonly AxisScale x = panel.X;
    private readonly AxisScale y = panel.Y;

    /// <summary>What a plot command draws, the first at the back.</summary>
    internal IReadOnlyList<string> Elements => elements;

    internal void Add(Series series, int place)
    {
        var style = Palette.Of(series, place);
        var color = Color(style.Color, series.Opacity);
        switch (series)
        {
            case LineSeries line:
                AddBand(line, style);
                Draw("with lines " + Stroke(line, style), line.X.Count, i => [x.Place(line.X[i]), y.Place(line.Y[i])]);
                break;
            case PointSeries points:
                AddErrors(points, color);
                Draw($"with points {Marker(style, points.Size, color)}", points.X.Count, i => [x.Place(points.X[i]), y.Place(points.Y[i])]);
                break;
            case BarSeries bars:
                var half = bars.DrawnWidth / 2;
                AddRectangles(series, style, bars.X.Count, i => (bars.X[i] - half, bars.X[i] + half, bars.Height[i]));
                break;
            case StepSeries { Filled: true } steps:
                AddRectangles(series, style, steps.Height.Count, i => (steps.Edges[i], steps.Edges[i + 1], steps.Height[i]));
                break;
            case StepSeries steps:
                Draw(
                    $"with lines linewidth {Number(StepWidth)} linecolor {color}",
                    2 * steps.Height.Count,
                    i => [x.EdgePlace(steps.Edges[(i + 1) / 2]), y.Place(steps.Height[i / 2])]);
                break;
            case StemSeries stems:
                var foot = y.EdgePlace(0);
                DrawWhole(
                    $"with vectors nohead linewidth {Number(StemWidth)} linecolor {color}",
                    stems.X.Count,
                    i => [x.Place(stems.X[i]), foot, 0, y.Place(stems.Y[i]) - foot]);
                Draw($"with points {Marker(style, 6, color)}", stems.X.Count, i => [x.Place(stems.X[i]), y.Place(stems.Y[i])]);
                break;
            default:
                throw new ArgumentException($"A series of type {series.GetType().Name} cannot be drawn.", nameof(series));
        }
    }

    private void AddBand(LineSeries line, Palette style)
    {
        if (line.Band is not { } band)
        {
            return;
        }

        // One area for each run without gaps: gnuplot would join them.
        var fill = $"with filledcurves fillstyle solid noborder fillcolor {Color(style.Color, BandOpacity * line.Opacity)}";
        var run = new List<double[]>();
        for (var i = 0; i <= line.X.Count; i++)
        {
            double[] row = i < line.X.Count
                ? [x.Place(line.X[i]), y.EdgePlace(band.Lower[i]), y.EdgePlace(band.Upper[i])]
                : [double.NaN];
            if (IsWhole(row))
            {
                run.Add(row);
            }
            else
            {
                Draw(fill, run.Count, at => run[at]);
                run.Clear();
            }
        }
    }

    private void AddErrors(PointSeries points, string color)
    {
        // gnuplot's own error bars keep a distance from their marker, which can be longer than the bar.
        var bar = $"with vectors heads size screen {Number(2.2 / pageWidth)},90 linewidth 0.9 linecolor {color}";
        if (points.XError is { } across)
        {
            DrawWhole(bar, points.X.Count, i =>
            {
                var left = x.EdgePlace(points.X[i] - across[i]);
                return [left, y.Place(points.Y[i]), x.EdgePlace(points.X[i] + across[i]) - left, 0];
            });
        }

        if (points.YError is { } along)
        {
            DrawWhole(bar, points.X.Count, i =>
            {
                var low = y.EdgePlace(points.Y[i] - along[i]);
                return [x.Place(points.X[i]), low, 0, y.EdgePlace(points.Y[i] + along[i]) - low];
            });
        }
    }

    private void AddRectangles(Series series, Palette style, int count, Func<int, (double Left, double Right, double Height)> bar)
    {
        var edge = $"border {Color(style.Color, series.Opacity)} linewidth 0.8";
        var fill = Color(style.Color, FillOpacity * series.Opacity);
        DrawWhole($"with boxxyerror fillstyle solid {edge} fillcolor {fill}", count, i =>
        {
            var (left, right, height) = bar(i);
            var (a, b, c, d) = (x.EdgePlace(left), x.EdgePlace(right), y.EdgePlace(0), y.EdgePlace(height));
            return [(a + b) / 2, (c + d) / 2, Math.Min(a, b), Math.Max(a, b), Math.Min(c, d), Math.Max(c, d)];
        });
    }

    /// <summary>Draws the rows without a gap.</summary>
    private void DrawWhole(string how, int count, Func<int, double[]> row)
    {
        double[][] rows = [.. Enumerable.Range(0, count).Select(row).Where(IsWhole)];
        Draw(how, rows.Length, i => rows[i]);
    }

    /// <summary>Puts rows into a data block and draws them, unless all are gaps, of which gnuplot would complain.</summary>
    private void Draw(string how, int count, Func<int, double[]> row)
    {
        double[][] rows = [.. Enumerable.Range(0, count).Select(row)];
        if (!rows.Any(IsWhole))
        {
            return;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"${prefix}_{elements.Count + 1}");
        blocks.Append(name).Append(" << END\n");
        foreach (var values in rows)
        {
            blocks.AppendJoin(' ', values.Select(Number)).Append('\n');
        }

        blocks.Append("END\n");
        elements.Add($"{name} using {string.Join(':', Enumerable.Range(1, rows[0].Length))} {how} notitle");
    }

    private static bool IsWhole(double[] row) => row.All(double.IsFinite);
}
