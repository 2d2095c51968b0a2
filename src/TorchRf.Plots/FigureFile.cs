using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using SkiaSharp;
using TorchRf.IO;

namespace TorchRf.Plots;

/// <summary>The files a figure is written as.</summary>
[Flags]
public enum FigureFormats
{
    /// <summary>No file.</summary>
    None = 0,

    /// <summary>A bitmap of 400 dots per inch, <c>.png</c>.</summary>
    Png = 1,

    /// <summary>Scalable vector graphics with text as text, <c>.svg</c>.</summary>
    Svg = 2,

    /// <summary>A one-page document of the figure's size, <c>.pdf</c>.</summary>
    Pdf = 4,

    /// <summary>The figure's numbers, <c>.csv</c>.</summary>
    Csv = 8,

    /// <summary>All of them.</summary>
    All = Png | Svg | Pdf | Csv,
}

/// <summary>Draws figures into files.</summary>
public static partial class FigureFile
{
    private const float DotsPerInch = 400;

    // A PNG's resolution, 15748 pixels a metre both ways, with its length, name and checksum.
    private static readonly byte[] Resolution = Convert.FromHexString("000000097048597300003d8400003d8401d5acaf74");

    /// <summary>The lettering of all pictures as style rules, for a page that holds several of them.</summary>
    public static string FontFaces => Face("Inter-Regular.woff2", "normal") + Face("Inter-Bold.woff2", "bold");

    /// <summary>Draws a figure into files. Each is written elsewhere and then moved into place, so that a failure leaves earlier files as they were. The same figure gives the same bytes.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="pathWithoutExtension">Where, without <c>.png</c>, <c>.svg</c>, <c>.pdf</c> or <c>.csv</c>; its folder is created if missing.</param>
    /// <param name="formats">Which files.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="ArgumentException">The figure cannot be drawn as described, the path names no file, or there is no format.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static IReadOnlyList<string> Write(Figure figure, string pathWithoutExtension, FigureFormats formats = FigureFormats.All)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentException.ThrowIfNullOrWhiteSpace(pathWithoutExtension);
        string target = Path.GetFullPath(pathWithoutExtension);
        if (Path.GetFileName(target).Length == 0)
            throw new ArgumentException($"'{pathWithoutExtension}' names a folder, not a file.", nameof(pathWithoutExtension));
        if ((formats & FigureFormats.All) == 0)
            throw new ArgumentException($"'{formats}' names no format.", nameof(formats));
        using var page = new Page(figure);
        using var picture = Record(page);
        var files = new List<(string Path, byte[] Content)>();
        void Add(FigureFormats format, string extension, Func<byte[]> content)
        {
            if (formats.HasFlag(format))
                files.Add((target + extension, content()));
        }
        Add(FigureFormats.Png, ".png", () => Png(page, picture));
        Add(FigureFormats.Svg, ".svg", () => Svg(page, picture, figure.Title));
        Add(FigureFormats.Pdf, ".pdf", () => Pdf(page, picture, figure.Title));
        Add(FigureFormats.Csv, ".csv", () => Encoding.UTF8.GetBytes(FigureNumbers.Csv(figure)));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        foreach (var (path, content) in files)
            AtomicFile.Write(path, stream => stream.Write(content));
        return [.. files.Select(file => file.Path)];
    }

    // Drawn once and played back, so that all formats show the same.
    private static SKPicture Record(Page page)
    {
        using var recorder = new SKPictureRecorder();
        page.Draw(recorder.BeginRecording(new SKRect(0, 0, page.Width, page.Height)));
        return recorder.EndRecording();
    }

    private static byte[] Png(Page page, SKPicture picture)
    {
        const float Scale = DotsPerInch / 72;
        using var surface = SKSurface.Create(new SKImageInfo((int)MathF.Ceiling(page.Width * Scale), (int)MathF.Ceiling(page.Height * Scale), SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        surface.Canvas.DrawPicture(picture);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        byte[] png = data.ToArray();
        const int Header = 8 + 25;
        return [.. png[..Header], .. Resolution, .. png[Header..]];
    }

    private static byte[] Svg(Page page, SKPicture picture, string title)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, page.Width, page.Height), stream))
            canvas.DrawPicture(picture);
        // Skia calls a weight of 700 by the name below.
        string svg = Encoding.UTF8.GetString(stream.ToArray()).Replace("font-weight=\"600\"", "font-weight=\"bold\"", StringComparison.Ordinal);
        // Skia counts clips from the start of the process.
        int clips = 0;
        var names = ClipPath().Matches(svg).ToDictionary(match => match.Groups[1].Value, _ => string.Create(CultureInfo.InvariantCulture, $"clip{++clips}"));
        svg = ClipName().Replace(svg, match => names.GetValueOrDefault(match.Value, match.Value));
        string faces = Face("Inter-Regular.woff2", "normal") + (svg.Contains("font-weight=\"bold\"", StringComparison.Ordinal) ? Face("Inter-Bold.woff2", "bold") : "");
        // Skia's root has whole pixels for a size.
        int start = svg.IndexOf("<svg", StringComparison.Ordinal), end = svg.IndexOf('>', start) + 1;
        string size = string.Create(CultureInfo.InvariantCulture, $"width=\"{page.Width}pt\" height=\"{page.Height}pt\" viewBox=\"0 0 {page.Width} {page.Height}\"");
        string root = $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" {size}>\n<title>{SecurityElement.Escape(Lettering.Wrap(title, 1, double.PositiveInfinity))}</title>\n<style>{faces}</style>";
        return Encoding.UTF8.GetBytes(svg[..start] + root + svg[end..]);
    }

    private static string Face(string file, string weight) => string.Create(CultureInfo.InvariantCulture,
        $"@font-face{{font-family:{Lettering.Family};font-weight:{weight};src:url(data:font/woff2;base64,{Convert.ToBase64String(Lettering.Resource(file))})}}");

    // A page is a whole number of dots wide and high; these are a twentieth of a point.
    private static byte[] Pdf(Page page, SKPicture picture, string title)
    {
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata { Title = title, Creation = null, Modified = null, EncodingQuality = 101, RasterDpi = 1440 }))
        {
            document.BeginPage(page.Width, page.Height).DrawPicture(picture);
            document.EndPage();
            document.Close();
        }
        return stream.ToArray();
    }

    [GeneratedRegex("<clipPath id=\"([^\"]+)\"")]
    private static partial Regex ClipPath();

    [GeneratedRegex("(?<=<clipPath id=\"|clip-path=\"url\\(#)cl_[0-9a-f]+")]
    private static partial Regex ClipName();
}

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
