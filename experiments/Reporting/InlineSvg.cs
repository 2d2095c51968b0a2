using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using TorchRf.IO;

namespace TorchRf.Experiments.Reporting;

/// <summary>A picture's SVG made fit to stand within a page: nothing in it acts or loads anything, its names are its own, and its coordinates are to a hundredth of a point.</summary>
internal static partial class InlineSvg
{
    private const long MostCharacters = 20_000_000;

    private static readonly HashSet<string> Elements =
        ["svg", "g", "path", "rect", "text", "tspan", "clipPath", "defs", "use", "image", "line", "circle", "ellipse", "polygon", "polyline", "linearGradient", "radialGradient", "stop", "pattern", "title"];

    private static readonly HashSet<string> Attributes =
    [
        "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform", "viewBox", "preserveAspectRatio", "id", "href", "offset", "opacity",
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "font-family", "font-size", "font-weight", "font-style", "text-anchor", "clip-path", "clip-rule", "gradientUnits", "gradientTransform", "patternUnits", "patternTransform",
        "patternContentUnits", "stop-color", "stop-opacity", "image-rendering",
    ];

    /// <summary>Reads a picture.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What its names begin with, unlike those of other pictures on the page.</param>
    /// <returns>Null for a picture without a viewBox, which is none of the program's.</returns>
    /// <exception cref="InvalidDataException">It is no SVG.</exception>
    internal static XElement? Of(string file, string prefix)
    {
        var svg = Read(file);
        if (svg.Attribute("viewBox") is null)
            return null;
        foreach (var node in svg.DescendantNodes().Where(n => n is not (XElement or XText)).ToArray())
            node.Remove();
        // Not by recursion: a hostile file nests as deep as it likes.
        foreach (var element in svg.DescendantsAndSelf().ToArray())
        {
            if (!Elements.Contains(element.Name.LocalName))
            {
                element.Remove();
                continue;
            }
            element.Name = element.Name.LocalName;
            var kept = element.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => Kept(a, prefix)).OfType<XAttribute>().DistinctBy(a => a.Name).ToArray();
            element.ReplaceAttributes(kept);
        }
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("role", "img");
        return svg;
    }

    private static XElement Read(string file)
    {
        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters });
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root is { Name.LocalName: "svg" } root ? root : throw MalformedFile.Because(file, "not an SVG picture");
        }
        catch (XmlException e)
        {
            throw MalformedFile.Because(file, $"not an SVG picture: {e.Message}");
        }
    }

    private static XAttribute? Kept(XAttribute attribute, string prefix)
    {
        var (name, value) = (attribute.Name.LocalName, attribute.Value);
        if (attribute.Name == XNamespace.Xml + "space")
            return new XAttribute(attribute.Name, "preserve");
        if (!Attributes.Contains(name))
            return null;
        return name switch
        {
            "id" => new XAttribute(name, prefix + value),
            "href" => Picture().IsMatch(value) ? new XAttribute(name, value) : value.StartsWith('#') ? new XAttribute(name, $"#{prefix}{value[1..]}") : null,
            "d" or "x" or "y" or "points" => new XAttribute(name, Long().Replace(value, number => double.Parse(number.Value, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture))),
            _ when Own().Match(value) is { Success: true } own => new XAttribute(name, $"url(#{prefix}{own.Groups[1].Value})"),
            _ => value.Contains("url", StringComparison.OrdinalIgnoreCase) || value.Contains('\\', StringComparison.Ordinal) ? null : new XAttribute(name, value),
        };
    }

    [GeneratedRegex(@"\Adata:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*\z")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\Aurl\(#([\w-]+)\)\z")]
    private static partial Regex Own();

    [GeneratedRegex(@"-?\d+\.\d{3,}(?![\deE])")]
    private static partial Regex Long();
}
