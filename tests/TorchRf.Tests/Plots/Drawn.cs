using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;
using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

/// <summary>Text on a page: where its capitals stand, in points from the page's upper left corner.</summary>
internal sealed record Words(string Text, double Size, bool IsBold, SKRect Box);

/// <summary>A figure's files, and what can be read from its SVG.</summary>
internal sealed partial class Drawn
{
    private readonly XDocument svg;

    private Drawn(IReadOnlyList<string> files)
    {
        Files = files;
        svg = XDocument.Load(Path("svg"));
        Words = [.. svg.Descendants(Svg("text")).Select(Read)];
    }

    internal IReadOnlyList<string> Files { get; }

    internal IReadOnlyList<Words> Words { get; }

    internal XElement Root => svg.Root!;

    internal IEnumerable<string> Texts => Words.Select(words => words.Text);

    internal static Drawn In(string folder, Figure figure) => new(FigureFile.Write(figure, System.IO.Path.Combine(folder, "figure")));

    internal static Drawn In(string folder, params Panel[] panels) => In(folder, new Figure("", panels));

    internal static XName Svg(string name) => XName.Get(name, "http://www.w3.org/2000/svg");

    internal string Path(string extension) => Files.Single(file => file.EndsWith("." + extension, StringComparison.Ordinal));

    /// <summary>The paths stroked in a colour, as points.</summary>
    internal IEnumerable<(double X, double Y)[]> Paths(string color) =>
        svg.Descendants(Svg("path")).Where(path => (string?)path.Attribute("stroke") == color)
            .Select(path => Point().Matches((string)path.Attribute("d")!).Select(match => (Number(match.Groups[1].Value), Number(match.Groups[2].Value))).ToArray());

    /// <summary>Where a PNG's pixels of exactly this colour are on average, how many there are, and how far they reach.</summary>
    internal (double X, double Y, int Count, int Width, int Height) Pixels(uint rgb)
    {
        using var png = SKBitmap.Decode(Path("png"));
        var places = png.Pixels.Index().Where(pixel => ((uint)pixel.Item & 0xffffff) == rgb).Select(pixel => (X: pixel.Index % png.Width, Y: pixel.Index / png.Width)).ToArray();
        Assert.That(places, Is.Not.Empty, $"nothing has the colour {rgb:x6}");
        return (places.Average(p => p.X), places.Average(p => p.Y), places.Length, places.Max(p => p.X) - places.Min(p => p.X) + 1, places.Max(p => p.Y) - places.Min(p => p.Y) + 1);
    }

    private static Words Read(XElement text)
    {
        string transform = (string)text.Attribute("transform")!;
        double[] m = [.. Numeral().Matches(transform).Select(match => Number(match.Value))];
        if (transform.StartsWith("translate", StringComparison.Ordinal))
            m = [1, 0, 0, 1, m[0], m[1]];
        double First(string name) => Number(Numeral().Match((string)text.Attribute(name)!).Value);
        double size = Number((string)text.Attribute("font-size")!), x = First("x"), y = First("y");
        bool isBold = (string?)text.Attribute("font-weight") == "bold";
        string value = text.Value.Trim();
        double width = Lettering.Measure(value, (float)size, isBold).Width;
        SKPoint At(double atX, double atY) => new((float)((m[0] * atX) + (m[2] * atY) + m[4]), (float)((m[1] * atX) + (m[3] * atY) + m[5]));
        SKPoint from = At(x, y), to = At(x + width, y - (0.72 * size));
        return new Words(value, size, isBold, new SKRect(Math.Min(from.X, to.X), Math.Min(from.Y, to.Y), Math.Max(from.X, to.X), Math.Max(from.Y, to.Y)));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML](\S+) (\S+?)(?=[MLZ]|\s|$)")]
    private static partial Regex Point();

    [GeneratedRegex(@"-?[\d.]+(e-?\d+)?")]
    private static partial Regex Numeral();
}
