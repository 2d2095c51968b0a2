using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsvHelper;
using SkiaSharp;
using TorchRf.Plots;
using UglyToad.PdfPig;

namespace TorchRf.Tests.Plots;

public sealed partial class FigureFileTests : FileFixture
{
    private const double PointsPerMillimetre = 72 / 25.4;
    private const string Blue = "#0072B2";
    private const uint Lowest = 0x440154, Highest = 0xfde724, Missing = 0xd9d9d9;

    private static readonly double[] X = [0, 1, 2, 3];
    private static readonly double[] Y = [0, 1, 4, 9];

    private static IEnumerable<TestCaseData> Kinds()
    {
        static TestCaseData Case(string name, Panel panel) => new TestCaseData(panel).SetArgDisplayNames(name);
        var (x, y) = (new Axis("abscissa (sites)"), new Axis("ordinate (a.u.)"));
        Panel With(params Series[] series) => new("the title", x, y) { Series = series };
        yield return Case("line", With(new LineSeries(X, Y) { Label = "squares" }));
        yield return Case("band", With(new LineSeries(X, Y) { Band = new Band([-1, 0, double.NaN, 8], [1, 2, 5, 10]) }));
        yield return Case("points", With(new PointSeries(X, Y) { Label = "squares" }));
        yield return Case("error bars", With(new PointSeries(X, Y) { YError = [1, 1, double.NaN, 1] }));
        yield return Case("bars", With(new BarSeries([-1, 1], [0.5, 0.5]) { Label = "half" }));
        yield return Case("steps", With(new StepSeries([0, 1, 2], [3, 5]) { Label = "spins" }));
        yield return Case("histogram", With(new StepSeries([0, 1, 2, 3], [3, double.NaN, 5]) { Filled = true, Label = "drawn" }));
        yield return Case("gaps only", With(new LineSeries(X, [.. X.Select(_ => double.NaN)])));
        yield return Case("infinite", With(new LineSeries(X, [1, double.PositiveInfinity, double.NegativeInfinity, 2])));
        yield return Case("one point", With(new PointSeries([2], [3]), new LineSeries([2], [3])));
        yield return Case("nothing", With());
        yield return Case("heat map", With() with { HeatMap = new HeatMap([[1, 2], [3, double.NaN]]) { ColorBarLabel = "weight" } });
        yield return Case("matrix", With() with { HeatMap = new HeatMap([[1, -2, 3], [3, 2, 1]]) { IsImage = true, ColorMap = ColorMap.BlueWhiteRed } });
        yield return Case("one cell", With() with { HeatMap = new HeatMap([[1]]) });
        yield return Case("outside", With([.. Enumerable.Range(0, 14).Select(i => new LineSeries(X, [.. Y.Select(v => v + i)]) { Label = $"style {i}" })]) with { Legend = LegendPlacement.Outside });
        yield return Case("reference lines", With(new LineSeries(X, Y)) with
        {
            ReferenceLines = [ReferenceLine.Horizontal(0, "zero"), ReferenceLine.Vertical(1, "one")],
            Inset = new Inset("n = 28\nseed 1", Corner.BottomRight),
        });
        yield return Case("extremes", new Panel("the title", x, y with { Log = true })
        {
            Series = [new LineSeries([-1e300, 0, 1e300], [1e-320, 1, 1e308]), new PointSeries([double.MaxValue], [double.PositiveInfinity])],
        });
        yield return Case("tiny", With(new LineSeries([0, 1e-320], [1e-310, 2e-310])));
        yield return Case("far from zero", With(new LineSeries([1e9, 1e9 + 1e-3], [1e17, 1e17 + 16])));
        yield return Case("beyond the ends", new Panel("the title", x with { Minimum = 1, Maximum = 2 }, y with { Maximum = -5 }) { Series = [new LineSeries([0, 1e200], [0, 1e200])] });
        yield return Case("logarithmic", new Panel("the title", x with { Log = true }, y with { Log = true })
        {
            Series =
            [
                new LineSeries([1, 100, 10000], [1, -1, 1e-6]),
                new PointSeries([1, 10], [1, 2]) { YError = [5, 1] },
                new StepSeries([1, 10, 100], [1, 2]) { Filled = true },
                new BarSeries([10], [1]),
            ],
        });
        yield return Case("reversed", new Panel("the title", x with { Log = true, Reversed = true }, y with { Reversed = true })
        {
            Series = [new PointSeries([1, 10, 40], [1, 2, 3]) { YError = [0.5, 20, 3] }, new BarSeries([3], [2])],
        });
        yield return Case("nothing positive", new Panel("the title", x with { Log = true }, y with { Log = true }) { Series = [new LineSeries([-1, 0], [0, -1])], HeatMap = new HeatMap([[1, 2]]) { X = [-2, -1] } });
    }

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_panel_gives_four_files_with_all_text_on_the_page_and_none_on_another(Panel panel)
    {
        var drawn = Drawn.In(Folder, new Figure("the figure", [panel, panel]) { Caption = "28 initialisations, seed 1" });
        Assert.That(drawn.Files.Select(Path.GetFileName), Is.EqualTo(new[] { "figure.png", "figure.svg", "figure.pdf", "figure.csv" }));
        Assert.That(Directory.EnumerateFileSystemEntries(Folder).Count(), Is.EqualTo(4), "nothing else is left");
        Assert.That(drawn.Texts, Is.SupersetOf(new[] { "the figure", "A", "B", "the title", "abscissa (sites)", "ordinate (a.u.)", "28 initialisations, seed 1" }));
        Assert.That(drawn.Texts, Is.SupersetOf(Expected(panel)));
        Assert.That(drawn.Root.Descendants().Attributes().Where(attribute => Regex.IsMatch(attribute.Value, @"(^|[^a-z])(nan|inf)\b")), Is.Empty);
        CheckWords(drawn, 183 * PointsPerMillimetre);
    }

    [TestCase(60)]
    [TestCase(89)]
    [TestCase(120)]
    [TestCase(183)]
    public void A_page_is_as_wide_as_said_and_its_text_can_be_read(double width)
    {
        var many = new LineSeries([.. X.Select(v => v * 1000)], [.. Y.Select(v => v / 7)]) { Label = "a label of a few words", Band = new Band([-1, 0, 3, 8], [1, 2, 5, 10]) };
        var panel = new Panel("A title that is so long that it does not go into one line", new Axis("an abscissa with a long name"), new Axis("an ordinate")) { Series = [many] };
        var map = new Panel("map", new Axis("column"), new Axis("row")) { HeatMap = new HeatMap([.. Enumerable.Repeat(new double[30], 30)]) { IsImage = true, ColorBarLabel = "covariance" } };
        var figure = new Figure("The title of a figure, which is longer than a line of a narrow page can be", [panel, map, panel, panel, panel with { ColumnSpan = 2 }, panel, panel])
        {
            Width = width,
            Caption = string.Join(' ', Enumerable.Repeat("A caption goes on for long.", 12)),
            RowLabels = ["first row", "second"],
        };
        var drawn = Drawn.In(Folder, figure);
        double points = width * PointsPerMillimetre;
        CheckWords(drawn, points);
        using var pdf = PdfDocument.Open(drawn.Path("pdf"));
        var page = pdf.GetPages().Single();
        double height = double.Parse(((string)drawn.Root.Attribute("height")!)[..^2], CultureInfo.InvariantCulture);
        using var png = SKBitmap.Decode(drawn.Path("png"));
        Assert.That(page.Width, Is.EqualTo(points).Within(0.05));
        Assert.That(page.Height, Is.EqualTo(height).Within(0.05));
        Assert.That((string)drawn.Root.Attribute("width")!, Does.EndWith("pt"));
        Assert.That((string)drawn.Root.Attribute("viewBox")!, Is.EqualTo($"0 0 {((string)drawn.Root.Attribute("width")!)[..^2]} {((string)drawn.Root.Attribute("height")!)[..^2]}"));
        Assert.That((png.Width, png.Height), Is.EqualTo(((int)Math.Ceiling(points * 400 / 72), (int)Math.Ceiling(height * 400 / 72))));
        Assert.That(Encoding.Latin1.GetString(File.ReadAllBytes(drawn.Path("png")), 0, 64), Does.Contain("pHYs\0\0\x3d\x84\0\0\x3d\x84\x01"), "400 dots an inch");
    }

    [TestCase("w_i, w^2 and {braces} } {")]
    [TestCase("a & b ~ c @ d @e")]
    [TestCase("\"double\", 'single' and ''two'' '''three'''")]
    [TestCase("back\\slash \\n \\U+03C6 and \\")]
    [TestCase("100% of %g, $x and #hash")]
    [TestCase("<tag attribute=\"x\"> ]]> &amp; <!-- -->")]
    [TestCase("φ κ ξ σ ± ² ≥ − × ⟨x⟩ Σ wᵀx")]
    [TestCase("font-weight=\"600\"")]
    public void Text_comes_out_as_given(string text)
    {
        var panel = new Panel(text, new Axis(text), new Axis(text) { Ticks = [new TorchRf.Plots.Tick(4, text)] })
        {
            Series = [new LineSeries(X, Y) { Label = text }],
            Inset = new Inset(text, Corner.BottomRight),
            ReferenceLines = [ReferenceLine.Horizontal(2, text)],
            HeatMap = new HeatMap([[1, 2], [3, 4]]) { ColorBarLabel = text },
        };
        var drawn = Drawn.In(Folder, new Figure(text, [panel]) { Caption = text, RowLabels = [text], Width = 400 });
        using var pdf = PdfDocument.Open(drawn.Path("pdf"));
        string letters = string.Concat(pdf.GetPage(1).Letters.Select(letter => letter.Value));
        Assert.That(drawn.Texts.Count(one => one == text), Is.EqualTo(11));
        Assert.That(drawn.Root.Element(Drawn.Svg("title"))!.Value, Is.EqualTo(text));
        Assert.That(Without(letters).Split(Without(text)), Has.Length.EqualTo(12), $"eleven times in the PDF: {letters}");

        static string Without(string spaced) => spaced.Replace(" ", "", StringComparison.Ordinal);
    }

    [Test]
    public void Control_characters_become_spaces_and_line_breaks_lines()
    {
        var drawn = Drawn.In(Folder, new Figure("a\u0002b", [new Panel("first\nsecond\r\nthird", new Axis("a\nset\u0001'b"), new Axis("tab\there"))]));
        Assert.That(drawn.Texts, Is.SupersetOf(new[] { "first", "second", "third", "a", "set 'b", "tab here", "a b" }));
    }

    [Test]
    public void Fonts_are_embedded_and_files_small()
    {
        var drawn = Drawn.In(Folder, new Figure("bold", [new Panel("plain", new Axis("x"), new Axis("y")) { Series = [new LineSeries(X, Y)] }]));
        string svg = File.ReadAllText(drawn.Path("svg")), pdf = Encoding.Latin1.GetString(File.ReadAllBytes(drawn.Path("pdf")));
        Assert.That(drawn.Words.Single(words => words.Text == "bold").IsBold);
        Assert.That(drawn.Words.Single(words => words.Text == "plain").IsBold, Is.False);
        Assert.That(drawn.Root.Descendants(Drawn.Svg("text")).Select(text => (string)text.Attribute("font-family")!), Is.All.EqualTo("Inter"));
        Assert.That(svg.Split("@font-face{font-family:Inter;font-weight:"), Has.Length.EqualTo(3), "regular and bold");
        Assert.That(pdf.Split("/FontFile2 "), Has.Length.EqualTo(3));
        Assert.That(pdf, Does.Not.Contain("/CreationDate").And.Not.Contains("/ModDate"));
        Assert.That(new FileInfo(drawn.Path("pdf")).Length, Is.LessThan(100_000));
        Assert.That(new FileInfo(drawn.Path("svg")).Length, Is.LessThan(80_000));
    }

    [Test]
    public void The_font_has_the_letters_and_signs_that_figures_use()
    {
        const string Signs = "φξκνρσμλαβγδεζηθπτχψωΓΔΘΛΞΠΣΦΨΩ√±×−≤≥≈≠∞·°²³⁰¹⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉→←↑↓…ᵀ∂∑∏∫∇⟨⟩‖†–—‘’“”•½¼¾µÅäöüßéèçñøłš€";
        var all = Enumerable.Range(0x20, 0x5f).Select(c => (char)c).Concat(Signs);
        foreach (var font in new[] { Lettering.Regular, Lettering.Bold })
            Assert.That(all.Where(c => font.GetGlyph(c) == 0), Is.Empty, font.FamilyName);
    }

    [Test]
    public void The_same_figure_gives_the_same_bytes_on_many_threads_too()
    {
        var panel = new Panel("t", new Axis("x"), new Axis("y")) { Series = [new LineSeries(X, Y) { Label = "l" }], HeatMap = new HeatMap([[0, 1]]) };
        var figure = new Figure("f", [panel, panel]);
        string[][] drawn = [.. Enumerable.Range(0, 6).AsParallel().Select(i => FigureFile.Write(figure, Path.Combine(Folder, $"{i}"))
            .Select(file => Path.GetExtension(file) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).ToArray())];
        Assert.That(drawn.SelectMany(files => files).Distinct(), Is.EqualTo(drawn[0]));
    }

    [Test]
    public void One_panel_has_no_letter() => Assert.That(Drawn.In(Folder, new Panel("", new Axis("x"), new Axis("y"))).Texts, Has.None.EqualTo("A"));

    [Test]
    public void What_cannot_be_drawn_is_refused_with_the_panel_named_and_files_stay_as_they_were()
    {
        string target = Path.Combine(Folder, "wrong");
        File.WriteAllText(target + ".svg", "earlier");
        var panel = new Panel("wrong", new Axis("x"), new Axis("y"));
        void Refused(Panel wrong, string message) => Assert.That(
            () => FigureFile.Write(new Figure("", [panel, wrong]) { Columns = 2 }, target), Throws.ArgumentException.With.Message.Contains(message));
        Refused(panel with { X = new Axis("x") { Minimum = 2, Maximum = 1 } }, "Panel 'wrong', x axis: the minimum 2 is not below the maximum 1");
        Refused(panel with { Y = new Axis("y") { Log = true, Minimum = 0 } }, "Panel 'wrong', y axis: a logarithmic axis needs positive ends, not 0 to auto");
        Refused(panel with { HeatMap = new HeatMap([[1, 2]]) { Minimum = 1, Maximum = 1 } }, "Panel 'wrong', heat map");
        Refused(panel with { ColumnSpan = 3 }, "spans 3 columns of 2");
        var figure = new Figure("", [panel]);
        Assert.That(() => FigureFile.Write(figure, Folder + Path.DirectorySeparatorChar), Throws.ArgumentException);
        Assert.That(() => FigureFile.Write(figure, target, FigureFormats.None), Throws.ArgumentException);
        Assert.That(Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "wrong.svg" }));
        Assert.That(File.ReadAllText(target + ".svg"), Is.EqualTo("earlier"));
    }

    [Test]
    public void Folders_are_created_and_files_replaced()
    {
        string target = Path.Combine(Folder, "deep", "er.v1");
        var figure = new Figure("", [new Panel("", new Axis("x"), new Axis("y"))]);
        FigureFile.Write(figure, target, FigureFormats.Svg);
        File.WriteAllText(target + ".svg", "old");
        var files = FigureFile.Write(figure, target, FigureFormats.Svg | FigureFormats.Pdf);
        Assert.That(files, Is.EqualTo(new[] { target + ".svg", target + ".pdf" }));
        Assert.That(File.ReadAllText(target + ".svg"), Does.StartWith("<?xml"));
    }

    [Test]
    public void Numbers_beside_a_picture_are_those_drawn()
    {
        var first = new Panel("a, \"b\"", new Axis("x"), new Axis("y"))
        {
            Series =
            [
                new LineSeries([0.1, 2], [1 / 3.0, double.NaN]) { Label = "trained, φ", Band = new Band([0, 1], [2, 3]) },
                new PointSeries([5], [7]) { YError = [2] },
                new BarSeries([1], [4]) { Width = 0.5 },
                new StepSeries([0, 1, 3], [8, 9]),
            ],
            ReferenceLines = [ReferenceLine.Vertical(6, "transition")],
        };
        var second = new Panel("", new Axis("x"), new Axis("y")) { HeatMap = new HeatMap([[1, 2]]) { X = [10, 20], ColorBarLabel = "weight" } };
        using var text = new StreamReader(FigureFile.Write(new Figure("", [null, first, second]), Path.Combine(Folder, "numbers"), FigureFormats.Csv).Single());
        using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
        string[] rows = [.. csv.GetRecords<dynamic>().Select(row => string.Join('|', ((IDictionary<string, object>)row).Values))];
        Assert.That(csv.HeaderRecord, Is.EqualTo(new[] { "panel", "title", "kind", "series", "x", "x_lower", "x_upper", "y", "y_lower", "y_upper", "z" }));
        Assert.That(rows, Is.EqualTo(new[]
        {
            "A|a, \"b\"|line|trained, φ|0.1|||0.3333333333333333|0|2|",
            "A|a, \"b\"|line|trained, φ|2|||NaN|1|3|",
            "A|a, \"b\"|point|2|5|||7|5|9|",
            "A|a, \"b\"|bar|3|1|0.75|1.25|4|||",
            "A|a, \"b\"|step|4|0.5|0|1|8|||",
            "A|a, \"b\"|step|4|2|1|3|9|||",
            "A|a, \"b\"|reference|transition|6||||||",
            "B||map|weight|10|||0|||1",
            "B||map|weight|20|||0|||2",
        }));
    }

    private static IEnumerable<string> Expected(Panel panel) =>
    [
        .. panel.Series.Select(series => series.Label).OfType<string>(),
        .. panel.ReferenceLines.Select(line => line.Label).OfType<string>(),
        .. panel.Inset?.Text.Split('\n') ?? [],
        .. panel.HeatMap is { ColorBarLabel.Length: > 0 } map ? [map.ColorBarLabel] : Array.Empty<string>(),
    ];

    /// <summary>No text is below 6 points, off the page or on another.</summary>
    private static void CheckWords(Drawn drawn, double width)
    {
        double height = double.Parse(((string)drawn.Root.Attribute("height")!)[..^2], CultureInfo.InvariantCulture);
        Assert.That(drawn.Words.Min(words => words.Size), Is.GreaterThanOrEqualTo(6));
        foreach (var words in drawn.Words)
            Assert.That(words.Box is { Left: >= 0, Top: >= 0 } && words.Box.Right <= width && words.Box.Bottom <= height, $"'{words.Text}' at {words.Box} is on a page of {width} x {height}");
        for (int i = 0; i < drawn.Words.Count; i++)
            for (int j = 0; j < i; j++)
                Assert.That(drawn.Words[i].Box.IntersectsWith(drawn.Words[j].Box), Is.False, $"'{drawn.Words[i].Text}' at {drawn.Words[i].Box} runs into '{drawn.Words[j].Text}' at {drawn.Words[j].Box}");
    }
}
