using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using TorchRf.Figures;

namespace TorchRf.Tests.Figures;

/// <summary>Text in figures.</summary>
public sealed partial class GnuplotRendererTests
{
    [TestCase("w_i, w^2 and {braces} } {")]
    [TestCase("a & b ~ c @ d @e")]
    [TestCase("\"double\", 'single' and ''two'' '''three'''")]
    [TestCase("'")]
    [TestCase("back\\slash \\n \\U+03C6 and \\")]
    [TestCase("100% of %g, $x and #hash")]
    [TestCase("`touch injected` and <tag attribute=\"x\">")]
    [TestCase("φ κ ξ σ ± ² ≥ − × ⟨x⟩ Σ")]
    [TestCase("font-family=\"Arial:Bold\"")]
    public void Text_comes_out_as_given(string text)
    {
        var panel = new Panel(text, new Axis(text), new Axis(text) { Ticks = [new Tick(4, text)] })
        {
            Series = [new LineSeries(X, Y) { Label = text }],
            Inset = new Inset(text, Corner.BottomRight),
            ReferenceLines = [ReferenceLine.Horizontal(2, text)],
            HeatMap = new HeatMap([[1, 2], [3, 4]]) { ColorBarLabel = text },
        };
        var figure = new Figure(text, [panel]) { Caption = text, RowLabels = [text], PanelWidth = 900 };
        var files = new GnuplotRenderer().Render(figure, Path.Combine(folder, "text"));
        Assert.Multiple(() =>
        {
            Assert.That(Texts(files[1]).Count(one => one == text), Is.EqualTo(11));
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(3));
            Assert.That(File.Exists("injected"), Is.False);
            Assert.That(XDocument.Load(files[1]).Root!.Element(Svg("title"))!.Value, Is.EqualTo(text));
        });
    }

    [Test]
    public void Line_breaks_and_control_characters_cannot_end_a_command()
    {
        var panel = new Panel("first\nsecond\r\nthird", new Axis("a\nset output\u0001'b"), new Axis("tab\there"));
        var files = new GnuplotRenderer().Render(new Figure("a\u0002b", [panel]), Path.Combine(folder, "text"), FigureFormats.Svg);
        Assert.That(Texts(files[0]), Is.SupersetOf(new[] { "first", "second", "third", "a set output 'b", "tab here", "a b" }));
    }

    [Test]
    public void Bold_text_is_bold_and_in_the_font()
    {
        var figure = new Figure("bold", [new Panel("plain", new Axis("x"), new Axis("y"))]) { IsLettered = true };
        var files = new GnuplotRenderer { Font = "DejaVu Sans" }.Render(figure, Path.Combine(folder, "bold"), FigureFormats.Svg);
        var groups = XDocument.Load(files[0]).Descendants(Svg("text")).Where(text => text.Value is "bold" or "A" or "plain")
            .ToDictionary(text => text.Value, text => text.Parent!);
        Assert.Multiple(() =>
        {
            Assert.That((string?)groups["bold"].Attribute("font-weight"), Is.EqualTo("bold"));
            Assert.That((string?)groups["A"].Attribute("font-weight"), Is.EqualTo("bold"));
            Assert.That((string?)groups["plain"].Attribute("font-weight"), Is.Null);
            Assert.That(groups.Values.Select(group => (string?)group.Attribute("font-family")), Is.All.EqualTo("DejaVu Sans"));
        });
    }
}
