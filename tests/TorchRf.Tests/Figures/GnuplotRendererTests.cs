using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using TorchRf.Figures;

namespace TorchRf.Tests.Figures;

public sealed partial class GnuplotRendererTests
{
    private static readonly double[] X = [0, 1, 2, 3];
    private static readonly double[] Y = [0, 1, 4, 9];

    private string folder = "";

    [SetUp]
    public void CreateFolder()
    {
        Gnuplot.Require();
        folder = Directory.CreateTempSubdirectory("torchrf-figures-test-").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (folder.Length > 0)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        TestCaseData Case(string name, Panel panel) => new TestCaseData(panel).SetArgDisplayNames(name);
        var (x, y) = (new Axis("abscissa (sites)"), new Axis("ordinate (a.u.)"));
        Panel With(params Series[] series) => new("the title", x, y) { Series = series };
        yield return Case("line", With(new LineSeries(X, Y) { Label = "squares" }));
        yield return Case("band", With(new LineSeries(X, Y) { Band = new Band([-1, 0, 3, 8], [1, 2, 5, 10]) }));
        yield return Case("points", With(new PointSeries(X, Y)));
        yield return Case("error bars", With(new PointSeries(X, Y) { XError = [0.1, 0.1, 0.1, 0.1], YError = [1, 1, double.NaN, 1] }));
        yield return Case("bars", With(new BarSeries([-1, 1], [0.5, 0.5])));
        yield return Case("stems", With(new StemSeries([-1, 1], [0.5, -0.5])));
        yield return Case("steps", With(new StepSeries([0, 1, 2], [3, 5])));
        yield return Case("histogram", With(new StepSeries([0, 1, 2], [3, 5]) { Filled = true }));
        yield return Case("gaps only", With(new LineSeries(X, [.. X.Select(_ => double.NaN)])));
        yield return Case("nothing", With());
        yield return Case("heat map", With() with { HeatMap = new HeatMap([[1, 2], [3, double.NaN]]) { ColorBarLabel = "weight" } });
        yield return Case("one cell", With() with { HeatMap = new HeatMap([[1]]) });
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
        yield return Case("logarithmic", new Panel("the title", x with { Log = true }, y with { Log = true })
        {
            Series =
            [
                new LineSeries([1, 100, 10000], [1, -1, 1e-6]),
                new PointSeries([1, 10], [1, 2]) { YError = [5, 1] },
                new StepSeries([1, 10, 100], [1, 2]) { Filled = true },
                new BarSeries([10], [1]),
                new StemSeries([10], [1]),
            ],
        });
    }

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_panel_gives_three_files_with_all_text(Panel panel)
    {
        var figure = new Figure("the figure", [panel]) { Caption = "28 initialisations, seed 1", PanelWidth = 300, PanelHeight = 200 };
        var files = new GnuplotRenderer().Render(figure, Path.Combine(folder, "one"));
        var png = Png.Read(files[0]);
        Assert.Multiple(() =>
        {
            Assert.That(files.Select(Path.GetFileName), Is.EqualTo(new[] { "one.png", "one.svg", "one.pdf" }));
            Assert.That(Directory.EnumerateFileSystemEntries(folder).Count(), Is.EqualTo(3), "nothing else is left");
            Assert.That(png.DistinctRows(), Is.GreaterThan(30));
            Assert.That(
                Texts(files[1]),
                Is.SupersetOf(new[] { "the figure", "the title", "abscissa (sites)", "ordinate (a.u.)", "28 initialisations, seed 1" }));
            Assert.That(Texts(files[1]), Is.SupersetOf(Expected(panel)));
            var pdf = Encoding.Latin1.GetString(File.ReadAllBytes(files[2]));
            Assert.That(pdf, Does.StartWith("%PDF-").And.Contains("%%EOF").And.Not.Contains("/CreationDate (D:"));
        });
    }

    [Test]
    public void A_png_has_two_pixels_a_point_unless_told_otherwise()
    {
        var panel = new Panel("", new Axis(""), new Axis(""));
        var figure = new Figure("", [panel, panel, panel]) { Columns = 2, PanelWidth = 200, PanelHeight = 150 };
        new GnuplotRenderer().Render(figure, Path.Combine(folder, "two"), FigureFormats.Png);
        new GnuplotRenderer { PixelsPerPoint = 1 }.Render(figure, Path.Combine(folder, "one"), FigureFormats.Png);
        var (two, one) = (Png.Read(Path.Combine(folder, "two.png")), Png.Read(Path.Combine(folder, "one.png")));

        // Two columns and two rows, with a border of 4 points.
        Assert.Multiple(() =>
        {
            Assert.That((two.Width, two.Height), Is.EqualTo((816, 616)));
            Assert.That((one.Width, one.Height), Is.EqualTo((408, 308)));
        });
    }

    [Test]
    public void The_same_figure_gives_the_same_bytes()
    {
        var panel = new Panel("t", new Axis("x"), new Axis("y")) { Series = [new LineSeries(X, Y)], HeatMap = new HeatMap([[0, 1]]) };
        var figure = new Figure("f", [panel]);
        var first = new GnuplotRenderer().Render(figure, Path.Combine(folder, "first")).Select(File.ReadAllBytes).ToArray();
        var second = new GnuplotRenderer().Render(figure, Path.Combine(folder, "second")).Select(File.ReadAllBytes).ToArray();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Data_lie_where_the_axes_say()
    {
        var axis = new Axis("x") { Minimum = 0, Maximum = 4 };
        var line = new LineSeries([0, 1, 4], [0, 1, 4]) { Style = 0 };
        var linear = Drawn(axis, line);
        var reversed = Drawn(axis with { Reversed = true }, line);
        var logarithmic = Drawn(new Axis("x") { Log = true }, new LineSeries([1, 10, 1000], [0, 1, 4]) { Style = 0 });
        Assert.Multiple(() =>
        {
            Assert.That(Part(linear), Is.EqualTo(0.25).Within(1e-3));
            Assert.That(linear[0].X, Is.LessThan(linear[2].X));
            Assert.That(Part(reversed), Is.EqualTo(0.25).Within(1e-3));
            Assert.That(reversed[0].X, Is.GreaterThan(reversed[2].X));
            Assert.That(Part(logarithmic), Is.EqualTo(1 / 3.0).Within(1e-3));

            // SVG counts from the top.
            Assert.That(linear[0].Y, Is.GreaterThan(linear[2].Y));
        });

        static double Part((double X, double Y)[] path) => (path[1].X - path[0].X) / (path[2].X - path[0].X);
    }

    [Test]
    public void Logarithmic_ticks_are_powers_of_ten()
    {
        var panel = new Panel("", new Axis("x") { Log = true }, new Axis("y")) { Series = [new LineSeries([0.001, 100], [-0.5, 0.5])] };
        var texts = Texts(new GnuplotRenderer().Render(new Figure("", [panel]), Path.Combine(folder, "log"), FigureFormats.Svg)[0]);
        Assert.That(
            texts.Select(text => text.Trim()),
            Is.SupersetOf(new[] { "10−3", "10−2", "10−1", "100", "101", "102", "−0.4", "0.0", "0.4" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Rows_of_a_heat_map_go_upwards_unless_the_axis_is_reversed(bool isReversed)
    {
        var map = new HeatMap([[0, 0.4, 0.4], [0.4, double.NaN, 1]]) { HasColorBar = false };
        var panel = new Panel("", new Axis("x"), new Axis("y") { Reversed = isReversed }) { HeatMap = map };
        var png = Png.Read(new GnuplotRenderer().Render(new Figure("", [panel]), Path.Combine(folder, "map"), FigureFormats.Png)[0]);
        var lowest = png.Where(0x44, 0x01, 0x54);
        var highest = png.Where(0xfd, 0xe7, 0x25);
        var missing = png.Where(0xd9, 0xd9, 0xd9);
        Assert.Multiple(() =>
        {
            Assert.That(lowest.Count, Is.GreaterThan(5000));
            Assert.That(highest.Count, Is.EqualTo(lowest.Count).Within(5).Percent);
            Assert.That(missing.Count, Is.EqualTo(lowest.Count).Within(5).Percent);
            Assert.That(lowest.X, Is.LessThan(missing.X));
            Assert.That(missing.X, Is.LessThan(highest.X));
            Assert.That(lowest.Y, isReversed ? Is.LessThan(highest.Y) : Is.GreaterThan(highest.Y));
        });
    }

    [Test]
    public void Cells_of_a_heat_map_follow_uneven_steps_and_a_logarithmic_axis()
    {
        // Middles at 0, 1 and 5: the cells are 1, 2.5 and 4 wide; at 1, 10, 100 on a logarithmic axis they are equal.
        var widths = CellWidths(new Axis("x"), [0, 1, 5]);
        var equal = CellWidths(new Axis("x") { Log = true }, [1, 10, 100]);
        Assert.Multiple(() =>
        {
            Assert.That(widths.Last / widths.First, Is.EqualTo(4).Within(0.1));
            Assert.That(equal.Last / equal.First, Is.EqualTo(1).Within(0.02));
        });
    }

    [Test]
    public void A_legend_keeps_clear_of_the_data_by_making_room()
    {
        // Lines through all four corners, and a label that would cover any of them.
        var panel = new Panel("", new Axis("x"), new Axis("y"))
        {
            Series = [new LineSeries([0, 1, 1, 0, 0], [0, 0, 1, 1, 0]) { Label = "box", Style = 0 }],
        };
        var file = new GnuplotRenderer().Render(new Figure("", [panel]), Path.Combine(folder, "legend"), FigureFormats.Svg)[0];
        var legend = XDocument.Load(file).Descendants(Svg("text")).Single(text => text.Value == "box");
        var place = Position().Match((string)legend.Parent!.Attribute("transform")!);
        var highest = Paths(file, "0, 114, 178").MaxBy(path => path.Length)!.Min(point => point.Y);
        Assert.That(Number(place.Groups[2]), Is.LessThan(highest));
    }

    [Test]
    public void Panels_span_columns_and_leave_cells_empty()
    {
        var panel = new Panel("", new Axis("x"), new Axis("y"));
        Panel?[] panels =
        [
            panel with { Title = "wide", ColumnSpan = 2 },
            panel with { Title = "left" }, null,
            panel with { Title = "last" },
        ];
        var figure = new Figure("", panels)
        {
            Columns = 2,
            IsLettered = true,
            RowLabels = ["one", "two", "three"],
        };
        var texts = Texts(new GnuplotRenderer().Render(figure, Path.Combine(folder, "grid"), FigureFormats.Svg)[0]);
        Assert.That(texts, Is.SupersetOf(new[] { "wide", "left", "last", "A", "B", "C", "one", "two", "three" }));
    }

    [Test]
    public void What_cannot_be_drawn_is_refused_with_the_panel_named()
    {
        var panel = new Panel("wrong", new Axis("x"), new Axis("y"));
        void Refused(Panel wrong, string message) => Assert.That(
            () => new GnuplotRenderer().Render(new Figure("", [wrong]) { Columns = 2 }, Path.Combine(folder, "wrong")),
            Throws.ArgumentException.With.Message.Contains(message));
        Assert.Multiple(() =>
        {
            Refused(
                panel with { X = new Axis("x") { Minimum = 2, Maximum = 1 } },
                "Panel 'wrong', x axis: the minimum 2 is not below the maximum 1");
            Refused(
                panel with { Y = new Axis("y") { Log = true, Minimum = 0 } },
                "Panel 'wrong', y axis: a logarithmic axis needs positive ends, not 0 to auto");
            Refused(panel with { HeatMap = new HeatMap([[1, 2]]) { Minimum = 1, Maximum = 1 } }, "Panel 'wrong', heat map");
            Refused(panel with { ColumnSpan = 3 }, "spans 3 columns of 2");
            Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
        });
    }

    [Test]
    public void Folders_are_created_and_files_replaced()
    {
        var path = Path.Combine(folder, "deep", "er.v1");
        var figure = new Figure("", [new Panel("", new Axis("x"), new Axis("y"))]);
        new GnuplotRenderer().Render(figure, path, FigureFormats.Svg);
        File.WriteAllText(path + ".svg", "old");
        var files = new GnuplotRenderer().Render(figure, path, FigureFormats.Svg | FigureFormats.Pdf);
        Assert.Multiple(() =>
        {
            Assert.That(files, Is.EqualTo(new[] { path + ".svg", path + ".pdf" }));
            Assert.That(File.ReadAllText(path + ".svg"), Does.StartWith("<?xml"));
        });
    }

    private static XName Svg(string name) => XName.Get(name, "http://www.w3.org/2000/svg");

    private static string[] Texts(string svg) => [.. XDocument.Load(svg).Descendants(Svg("text")).Select(text => text.Value)];

    private static IEnumerable<string> Expected(Panel panel)
    {
        foreach (var label in panel.Series.Select(series => series.Label).OfType<string>())
        {
            yield return label;
        }

        foreach (var label in panel.ReferenceLines.Select(line => line.Label).OfType<string>())
        {
            yield return label;
        }

        foreach (var line in panel.Inset?.Text.Split('\n') ?? [])
        {
            yield return line;
        }

        if (panel.HeatMap is { ColorBarLabel.Length: > 0 } map)
        {
            yield return map.ColorBarLabel;
        }
    }

    private (double X, double Y)[] Drawn(Axis x, LineSeries line)
    {
        var panel = new Panel("", x, new Axis("y")) { Series = [line] };
        var file = new GnuplotRenderer().Render(new Figure("", [panel]), Path.Combine(folder, "line"), FigureFormats.Svg)[0];
        return Paths(file, "0, 114, 178").Single();
    }

    private (double First, double Last) CellWidths(Axis x, double[] middles)
    {
        var panel = new Panel("", x, new Axis("y")) { HeatMap = new HeatMap([[0, 0.4, 1]]) { X = middles, HasColorBar = false } };
        var png = Png.Read(new GnuplotRenderer().Render(new Figure("", [panel]), Path.Combine(folder, "cells"), FigureFormats.Png)[0]);
        return (png.Where(0x44, 0x01, 0x54).Count, png.Where(0xfd, 0xe7, 0x25).Count);
    }

    /// <summary>The paths drawn in a colour, as points.</summary>
    private static IEnumerable<(double X, double Y)[]> Paths(string svg, string color) =>
        XDocument.Load(svg).Descendants(Svg("path"))
            .Where(path => ((string?)path.Attribute("stroke"))?.Contains(color, StringComparison.Ordinal) ?? false)
            .Select(path => Point().Matches((string)path.Attribute("d")!)
                .Select(match => (Number(match.Groups[1]), Number(match.Groups[2])))
                .ToArray());

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML]([-\d.]+),([-\d.]+)")]
    private static partial Regex Point();

    [GeneratedRegex(@"translate\(([-\d.]+),([-\d.]+)\)")]
    private static partial Regex Position();
}
