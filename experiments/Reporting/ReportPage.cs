using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace TorchRf.Experiments.Reporting;

/// <summary>A part of a report: a run, a sweep, or a recipe of the reproduction.</summary>
/// <param name="Title">Its heading.</param>
public sealed record ReportSection(string Title)
{
    /// <summary>The command line that makes the same again; null where none is known.</summary>
    public string? Command { get; init; }

    /// <summary>Sentences, in the order they are read.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>Pictures by their names, as SVG files.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Receptive fields to go through; null for none.</summary>
    public FieldFrames? Fields { get; init; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>What is folded away at first: settings and environment.</summary>
    public IReadOnlyList<ReportTable> Folded { get; init; } = [];
}

/// <summary>A report: one HTML page that holds all it shows, loads nothing and needs no network. Whatever text comes into it is text, and acts on nothing.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Sections">Its parts, in order.</param>
public sealed record ReportPage(string Title, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>No page is larger, in bytes.</summary>
    public const int MostBytes = 5_000_000;

    // Pictures beyond these characters are left to their files.
    private const int MostPictures = 3_000_000;

    // Cells of more characters have room to be read in few lines.
    private const int Line = 24;

    private const string Mark = "torchrf report";

    private static readonly string[] Void = ["meta", "input", "br"];

    /// <summary>Whether a file is such a page.</summary>
    /// <param name="file">The file.</param>
    public static bool IsReport(string file)
    {
        using var reader = new StreamReader(file);
        var start = new char[300];
        return new string(start, 0, reader.ReadBlock(start)).Contains($"content=\"{Mark}\"", StringComparison.Ordinal);
    }

    /// <summary>The page, which is well-formed XML too.</summary>
    /// <exception cref="InvalidDataException">It would be larger than <see cref="MostBytes"/>, or a picture of the program's is damaged.</exception>
    public string Html()
    {
        int room = MostPictures, number = 0;
        var body = new XElement("body", new XElement("main", new XElement("h1", Title)));
        var main = body.Element("main")!;
        main.Add(new XElement("noscript", new XElement("p", "Without scripts the pictures and tables are here, but tables do not sort and receptive fields are not drawn.")));
        if (Sections.Count > 1)
            main.Add(new XElement("nav", new XAttribute("aria-label", "Contents"), new XElement("ul", Sections.Select((s, i) => new XElement("li", new XElement("a", new XAttribute("href", Invariant($"#s{i + 1}")), s.Title))))));
        foreach (var section in Sections)
            main.Add(Of(section, Invariant($"s{++number}"), Sections.Count == 1, ref room));
        var head = new XElement("head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta", new XAttribute("name", "generator"), new XAttribute("content", Mark)),
            new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            // Whatever a reader's browser would be made to load, it may not.
            new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:")),
            new XElement("title", Title),
            new XElement("style", FigureFile.FontFaces + Resource("report.css")));
        // As both XML and HTML read it.
        body.Add(new XElement("script", new XText("//"), new XCData("\n" + Resource("report.js") + "//")));
        var html = "<!DOCTYPE html>\n" + Written(new XElement("html", new XAttribute("lang", "en"), head, body)) + "\n";
        return Encoding.UTF8.GetByteCount(html) is var bytes && bytes <= MostBytes ? html
            : throw new InvalidDataException(Invariant($"the report would have {bytes / 1e6:0.0} MB, and at most {MostBytes / 1e6:0} are allowed{(Sections.Count > 1 ? ": report fewer runs in one file" : "")}"));
    }

    private static XElement Of(ReportSection section, string id, bool isAlone, ref int room)
    {
        var part = new XElement("section", new XAttribute("id", id));
        // One alone has the page's title.
        if (!isAlone)
            part.Add(new XElement("h2", section.Title));
        if (section.Command is not null)
            part.Add(new XElement("pre", new XElement("code", section.Command)));
        part.Add(section.Sentences.Select(s => new XElement("p", s)));
        var (left, strange) = (new List<string>(), new List<string>());
        foreach (var (file, i) in section.Pictures.Select((f, i) => (f, i)))
        {
            if (InlineSvg.Of(file, Invariant($"{id}p{i + 1}-")) is not XElement svg)
            {
                strange.Add(Path.GetFileName(file));
                continue;
            }
            int length = svg.ToString(SaveOptions.DisableFormatting).Length;
            if (length > room)
            {
                left.Add(Path.GetFileName(file));
                continue;
            }
            room -= length;
            svg.SetAttributeValue("aria-label", svg.Element("title")?.Value ?? Path.GetFileNameWithoutExtension(file));
            part.Add(new XElement("figure", Wide("Picture", "wide picture", svg)));
        }
        if (left.Count > 0)
            part.Add(new XElement("p", new XAttribute("class", "dim"), $"For want of room these pictures are in their files alone: {string.Join(", ", left)}."));
        if (strange.Count > 0)
            part.Add(new XElement("p", new XAttribute("class", "dim"), $"No pictures of the program, and left out: {string.Join(", ", strange)}."));
        if (section.Fields is { } fields)
            part.Add(Of(fields, id));
        part.Add(section.Tables.Select(Of));
        part.Add(section.Folded.Select(t => new XElement("details", new XElement("summary", t.Title), Of(t with { Title = "" }))));
        return part;
    }

    private static XElement Of(FieldFrames fields, string id)
    {
        int last = fields.Json["labels"]!.AsArray().Count - 1;
        var slider = new XElement("div", new XAttribute("class", "slider"),
            new XElement("label", new XAttribute("for", id + "-at"), "Snapshot"),
            new XElement("input", new XAttribute("id", id + "-at"), new XAttribute("type", "range"), new XAttribute("min", 0), new XAttribute("max", last), new XAttribute("value", last)),
            new XElement("output", new XAttribute("for", id + "-at")));
        if (last == 0)
            slider.Add(new XAttribute("hidden", "hidden"));
        // The writer of JSON escapes what would end the script.
        return new XElement("figure", new XAttribute("class", "fields"), new XElement("script", new XAttribute("type", "application/json"), fields.Json.ToJsonString()),
            slider, new XElement("div", new XAttribute("class", "panels")), new XElement("figcaption", fields.Caption));
    }

    private static XElement[] Of(ReportTable table)
    {
        XElement[][] rows = [.. table.Rows.Select(row => (XElement[])[.. row.Select(cell => Cell(cell, table.IsPairs))])];
        // Of a column's heading, where its numbers stand.
        XElement Heading(string name, int column) => new("th", new XAttribute("scope", "col"),
            rows.Any(r => IsNumber(r[column])) && rows.All(r => IsNumber(r[column]) || r[column].Value.Length == 0) ? new XAttribute("class", "n") : null, new XElement("button", new XAttribute("type", "button"), name));
        return
        [
            .. table.Title.Length > 0 ? (XElement[])[new XElement("h3", table.Title)] : [],
            Wide(table.Title.Length > 0 ? table.Title : "Table", "wide", new XElement("table", table.IsPairs ? new XAttribute("class", "pairs") : null,
                new XElement("thead", new XElement("tr", table.Columns.Select(Heading))),
                new XElement("tbody", rows.Select(row => new XElement("tr", row))))),
            .. table.Left > 0 || table.LeftColumns > 0 ? (XElement[])[new XElement("p", new XAttribute("class", "dim"), Invariant($"For want of room {table.Left} more rows and {table.LeftColumns} more columns are left out."))] : [],
        ];
    }

    private static bool IsNumber(XElement cell) => cell.Attribute("data-v") is not null;

    // All digits stay in the page, to sort by and to read out.
    private static XElement Cell(ReportCell cell, bool inFull) =>
        cell.IsNumber && double.TryParse(cell.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? new XElement("td", new XAttribute("class", "n"), new XAttribute("data-v", cell.Text), inFull || (value == Math.Truncate(value) && Math.Abs(value) < 1e15) ? cell.Text : value.ToString(Math.Abs(value) is >= 1e-4 and < 1e6 ? "G5" : "0.###e0", CultureInfo.InvariantCulture))
            : new XElement("td", cell.Text.Length > Line ? new XAttribute("class", "t") : null, cell.Text);

    // A region that scrolls by the keyboard too.
    private static XElement Wide(string name, string kind, XElement what) =>
        new("div", new XAttribute("class", kind), new XAttribute("tabindex", 0), new XAttribute("role", "region"), new XAttribute("aria-label", name), what);

    private static string Written(XElement page)
    {
        foreach (var element in page.DescendantsAndSelf().ToArray())
        {
            foreach (var attribute in element.Attributes().ToArray())
                attribute.Value = Clean(attribute.Value);
            foreach (var text in element.Nodes().OfType<XText>().ToArray())
                text.Value = Clean(text.Value);
            // HTML ends no element by itself but these.
            if (element.IsEmpty && !Void.Contains(element.Name.LocalName))
                element.Value = "";
        }
        return page.ToString(SaveOptions.DisableFormatting);
    }

    // What XML has no way to write, a control character or half of a pair.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value) ? rune : Rune.ReplacementChar);
        return clean.ToString();
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("TorchRf.Experiments.Reporting." + name)!);
        return reader.ReadToEnd();
    }
}
