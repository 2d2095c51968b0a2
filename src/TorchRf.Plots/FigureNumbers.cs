using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace TorchRf.Plots;

/// <summary>A figure's numbers as a table, for readers who restyle it.</summary>
internal static class FigureNumbers
{
    private sealed record Row(
        string Panel, string Title, string Kind, string Series, double? X, double? XLower, double? XUpper, double? Y, double? YLower, double? YUpper, double? Z);

    /// <summary>One row a number drawn: its panel, what it belongs to, where it lies and within which bounds; in a map also its value, z.</summary>
    internal static string Csv(Figure figure)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var name in new[] { "panel", "title", "kind", "series", "x", "x_lower", "x_upper", "y", "y_lower", "y_upper", "z" })
                csv.WriteField(name);
            csv.NextRecord();
            foreach (var row in figure.Panels.OfType<Panel>().SelectMany((panel, i) => Of(panel, Page.Letter(i))))
            {
                foreach (var word in new[] { row.Panel, row.Title, row.Kind, row.Series })
                    csv.WriteField(word);
                foreach (var number in new[] { row.X, row.XLower, row.XUpper, row.Y, row.YLower, row.YUpper, row.Z })
                    csv.WriteField(number?.ToString("R", CultureInfo.InvariantCulture));
                csv.NextRecord();
            }
        }
        return text.ToString();
    }

    private static IEnumerable<Row> Of(Panel panel, string letter)
    {
        Row Number(string kind, string series, double? x, double? y) => new(letter, panel.Title, kind, series, x, null, null, y, null, null, null);
        if (panel.HeatMap is { } map)
            for (int row = 0; row < map.Y.Count; row++)
                for (int column = 0; column < map.X.Count; column++)
                    yield return Number("map", map.ColorBarLabel, map.X[column], map.Y[row]) with { Z = map.Z[row][column] };
        for (int place = 0; place < panel.Series.Count; place++)
        {
            var series = panel.Series[place];
            for (int i = 0; i < series.Y.Count; i++)
            {
                double x = series.X[i], y = series.Y[i];
                string name = series.Label ?? (place + 1).ToString(CultureInfo.InvariantCulture);
                yield return series switch
                {
                    LineSeries line => Number("line", name, x, y) with { YLower = line.Band?.Lower[i], YUpper = line.Band?.Upper[i] },
                    PointSeries dots => Number("point", name, x, y) with { YLower = y - dots.YError?[i], YUpper = y + dots.YError?[i] },
                    BarSeries bars => Number("bar", name, x, y) with { XLower = x - (bars.DrawnWidth / 2), XUpper = x + (bars.DrawnWidth / 2) },
                    _ => Number("step", name, (x + series.X[i + 1]) / 2, y) with { XLower = x, XUpper = series.X[i + 1] },
                };
            }
        }
        foreach (var line in panel.ReferenceLines)
            yield return Number("reference", line.Label ?? "", line.IsHorizontal ? null : line.Value, line.IsHorizontal ? line.Value : null);
    }
}
