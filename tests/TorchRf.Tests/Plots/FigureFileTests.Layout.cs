using System.Globalization;
using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

/// <summary>Where things lie on the page.</summary>
public sealed partial class FigureFileTests
{
    [Test]
    public void Data_lie_where_the_axes_say()
    {
        var axis = new Axis("x") { Minimum = 0, Maximum = 4 };
        var linear = Line(axis, [0, 1, 4]);
        var reversed = Line(axis with { Reversed = true }, [0, 1, 4]);
        Assert.That(Part(linear), Is.EqualTo(0.25).Within(1e-3));
        Assert.That(linear[0].X, Is.LessThan(linear[2].X));
        Assert.That(linear[0].Y, Is.GreaterThan(linear[2].Y), "SVG counts from the top");
        Assert.That(Part(reversed), Is.EqualTo(0.25).Within(1e-3));
        Assert.That(reversed[0].X, Is.GreaterThan(reversed[2].X));
        Assert.That(Part(Line(new Axis("x") { Log = true }, [1, 10, 1000])), Is.EqualTo(1 / 3.0).Within(1e-3));

        static double Part((double X, double Y)[] path) => (path[1].X - path[0].X) / (path[2].X - path[0].X);
        (double X, double Y)[] Line(Axis x, double[] at) => Drawn.In(Folder, new Panel("", x, new Axis("y")) { Series = [new LineSeries(at, [0, 1, 4]) { Style = 0 }] }).Paths(Blue).Single();
    }

    [Test]
    public void Error_bars_are_as_long_as_said()
    {
        var points = new PointSeries([1, 2], [10, 20]) { Style = 0, YError = [5, 5] };
        var axis = new Axis("y") { Minimum = 0, Maximum = 30 };
        var bars = Drawn.In(Folder, new Panel("", new Axis("x"), axis) { Series = [points, new LineSeries([1, 2], [0, 30]) { Style = 1, Dash = Dash.Solid }] });
        double whole = Height(bars.Paths("#D55E00").Single());
        Assert.That(Height(bars.Paths(Blue).Single()), Is.EqualTo(whole * 20 / 30).Within(0.01), "from 5 to 25");

        static double Height((double X, double Y)[] path) => path.Max(point => point.Y) - path.Min(point => point.Y);
    }

    [Test]
    public void Logarithmic_ticks_are_powers_of_ten_or_one_two_and_five_times_them()
    {
        var wide = Drawn.In(Folder, new Panel("", new Axis("x") { Log = true }, new Axis("y")) { Series = [new LineSeries([0.001, 100], [-0.5, 0.5])] });
        var narrow = Drawn.In(Folder, new Panel("", new Axis("x") { Log = true }, new Axis("y") { Log = true }) { Series = [new LineSeries([2, 30], [1.1, 1.6])] });
        Assert.That(wide.Texts, Is.SupersetOf(new[] { "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "−0.4", "0.0", "0.4" }));
        Assert.That(narrow.Texts, Is.SupersetOf(new[] { "2", "5", "10", "20", "1.2", "1.4", "1.6" }));
    }

    [Test]
    public void Axes_of_whole_numbers_have_no_fractions()
    {
        Panel With(Axis x, params double[] at) => new("", x, new Axis("") { Ticks = [] }) { Series = [new PointSeries(at, [.. at.Select(_ => 0.5)])] };
        Assert.That(Drawn.In(Folder, With(new Axis(""), 1, 2, 3)).Texts, Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(Drawn.In(Folder, With(new Axis("") { WholeTicks = false }, 1, 2, 3)).Texts, Does.Contain("2.5"));
        Assert.That(Drawn.In(Folder, With(new Axis(""), 1, 2.2, 3)).Texts, Does.Contain("2.5"));
        Assert.That(Drawn.In(Folder, With(new Axis("") { WholeTicks = true }, 1, 2.2, 3)).Texts, Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(Drawn.In(Folder, With(new Axis(""), 1e6, 2e6)).Texts.First(), Does.Match("×10⁶$"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Rows_of_a_heat_map_go_upwards_unless_it_is_an_image(bool isImage)
    {
        var map = new HeatMap([[0, 0.4, 0.4], [0.4, double.NaN, 1]]) { HasColorBar = false, IsImage = isImage };
        var drawn = Drawn.In(Folder, new Panel("", new Axis("x"), new Axis("y")) { HeatMap = map });
        var (lowest, missing, highest) = (drawn.Pixels(Lowest), drawn.Pixels(Missing), drawn.Pixels(Highest));
        Assert.That(highest.Count, Is.EqualTo(lowest.Count).Within(5).Percent);
        Assert.That(lowest.X, Is.LessThan(missing.X));
        Assert.That(missing.X, Is.LessThan(highest.X));
        Assert.That(lowest.Y, isImage ? Is.LessThan(highest.Y) : Is.GreaterThan(highest.Y));
        // The cell's outer edges lie under the frame.
        Assert.That(highest.Width / (double)highest.Height, isImage ? Is.EqualTo(1).Within(0.02) : Is.GreaterThan(1.01).Or.LessThan(0.99));
        Assert.That(drawn.Words.Single(words => words.Text == "1" && words.Box.Left < 20).Box.MidY, isImage ? Is.GreaterThan(Row(drawn)) : Is.LessThan(Row(drawn)));

        static float Row(Drawn drawn) => drawn.Words.Single(words => words.Text == "0" && words.Box.Left < 20).Box.MidY;
    }

    [Test]
    public void Images_of_a_figure_are_as_large_as_each_other()
    {
        double[][] z = [[0, 0.4], [0.4, 1]];
        Panel Image(string y) => new("", new Axis(""), new Axis(y)) { HeatMap = new HeatMap(z) { IsImage = true, HasColorBar = false } };
        var chart = new Panel("", new Axis(""), new Axis("a label")) { Series = [new LineSeries(X, [.. Y.Select(v => 1e-7 * v)])] };
        using var page = new Page(new Figure("", [Image(""), Image("row"), chart, Image("row")]) { Columns = 2 });
        var areas = page.Plots.Where(plot => plot.Aspect is not null).Select(plot => plot.Area).ToArray();
        Assert.That(areas.Select(area => area.Width), Is.All.EqualTo(areas[0].Width).Within(0.01));
        Assert.That(areas.Select(area => area.Height), Is.All.EqualTo(areas[0].Width).Within(0.01));
        Assert.That(areas[1].Top, Is.EqualTo(areas[0].Top).Within(0.01));
    }

    [Test]
    public void Cells_of_a_heat_map_follow_uneven_steps_and_a_logarithmic_axis()
    {
        // Middles at 0, 1 and 5: the cells are 1, 2.5 and 4 wide; at 1, 10, 100 on a logarithmic axis they are equal.
        Assert.That(Widths(new Axis("x"), [0, 1, 5]), Is.EqualTo(4).Within(0.1));
        Assert.That(Widths(new Axis("x") { Log = true }, [1, 10, 100]), Is.EqualTo(1).Within(0.02));

        double Widths(Axis x, double[] middles)
        {
            var drawn = Drawn.In(Folder, new Panel("", x, new Axis("y")) { HeatMap = new HeatMap([[0, 0.4, 1]]) { X = middles, HasColorBar = false } });
            return drawn.Pixels(Highest).Count / (double)drawn.Pixels(Lowest).Count;
        }
    }

    [Test]
    public void A_legend_keeps_clear_of_the_data_by_making_room()
    {
        // Lines through all four corners, and a label that would cover any of them.
        var panel = new Panel("", new Axis("x"), new Axis("y")) { Series = [new LineSeries([0, 1, 1, 0, 0, 1], [0, 0, 1, 1, 0, 1]) { Label = "a box with a long name, its diagonal included", Style = 0 }] };
        var drawn = Drawn.In(Folder, panel);
        double highest = drawn.Paths(Blue).MaxBy(path => path.Length)!.Min(point => point.Y);
        Assert.That(drawn.Words.Single(words => words.Text.StartsWith("a box", StringComparison.Ordinal)).Box.Bottom, Is.LessThan(highest));
    }

    [Test]
    public void Names_of_reference_lines_keep_clear_of_curves_and_of_each_other()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => i / 200.0)];
        var panel = new Panel("", new Axis("x"), new Axis("y") { Maximum = 1 })
        {
            Series = [new LineSeries(x, [.. x.Select(v => 0.9 * Math.Sqrt(v))]) { Style = 0 }],
            ReferenceLines = [ReferenceLine.Horizontal(0.8, "one"), ReferenceLine.Horizontal(0.78, "two"), ReferenceLine.Horizontal(0.76, "three"), ReferenceLine.Vertical(0.9, "four")],
        };
        var drawn = Drawn.In(Folder, panel);
        CheckWords(drawn, 89 * PointsPerMillimetre);
        var curve = drawn.Paths(Blue).Single();
        foreach (var words in drawn.Words.Where(words => words.Text is "one" or "two" or "three" or "four"))
            Assert.That(curve.Concat(drawn.Paths("#7F7F7F").SelectMany(dashes => dashes)).Where(point => words.Box.Contains((float)point.X, (float)point.Y)), Is.Empty, words.Text);
    }

    // Bars on both sides of the line to its top: beside it there is no place for words.
    [Test]
    public void A_reference_line_without_a_free_place_beside_it_is_named_in_the_legend()
    {
        var panel = new Panel("", new Axis("x") { Minimum = 0, Maximum = 1 }, new Axis("y") { Minimum = 0 })
        {
            Series = [new StepSeries([0, 0.04, 0.08, 0.12, 1], [30, 75, 74, 0]) { Filled = true, Style = 0 }],
            ReferenceLines = [ReferenceLine.Vertical(0.045, "localized")],
        };
        var drawn = Drawn.In(Folder, panel);
        Assert.That(drawn.Words.Single(words => words.Text == "localized").Box.Left, Is.GreaterThan(89 * PointsPerMillimetre / 2));
    }

    [Test]
    public void Panels_span_columns_leave_cells_empty_and_break_rows_on_a_narrow_page()
    {
        var panel = new Panel("", new Axis("x"), new Axis("y"));
        Panel?[] panels = [panel with { Title = "wide", ColumnSpan = 2 }, panel with { Title = "left" }, null, panel with { Title = "last" }, panel with { Title = "beside" }];
        var figure = new Figure("", panels) { Columns = 2, RowLabels = ["one", "two", "three"] };
        var drawn = Drawn.In(Folder, figure);
        float Top(string text) => drawn.Words.Single(words => words.Text == text).Box.Top;
        Assert.That(drawn.Texts, Is.SupersetOf(new[] { "wide", "left", "last", "A", "B", "C", "D", "one", "two", "three" }));
        Assert.That(Top("beside"), Is.EqualTo(Top("last")).Within(0.1));

        drawn = Drawn.In(Folder, figure with { Width = 60 });
        Assert.That(Top("beside"), Is.GreaterThan(Top("last") + 20));
        Assert.That(drawn.Texts.Count(text => text is "A" or "B" or "C" or "D"), Is.EqualTo(4));
    }
}
