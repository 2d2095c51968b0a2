using System.Runtime.CompilerServices;
using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

/// <summary>What figures are made of: what it refuses, and what it works out of its numbers.</summary>
public sealed class PlotDataTests
{
    private static readonly double[] Two = [0, 1];
    private static readonly double[] Three = [0, 1, 2];
    private static readonly double[][] Z = [[0, 0, 0], [0, 0, 0]];
    private static readonly Panel Panel = new("", new Axis("x"), new Axis("y"));

    private static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(Func<object> make, string message, [CallerArgumentExpression(nameof(make))] string name = "") =>
            new TestCaseData(make, message).SetArgDisplayNames(name[6..]);

        yield return Case(() => new LineSeries(Three, Two), "y has 2 values, but x has 3");
        yield return Case(() => new PointSeries(Three, Two), "y has 2 values, but x has 3");
        yield return Case(() => new BarSeries(Three, Two), "height has 2 values, but x has 3");
        yield return Case(() => new StepSeries(Three, Three), "3 intervals need 4");
        yield return Case(() => new Band(Three, Two), "upper has 2 values, but lower has 3");
        yield return Case(() => new LineSeries(Three, Three) { Band = new Band(Two, Two) }, "band has 2 values, but x has 3");
        yield return Case(() => new PointSeries(Three, Three) { YError = Two }, "YError has 2 values, but x has 3");
        yield return Case(() => new LineSeries([], []), "x is empty");
        yield return Case(() => new PointSeries([], []), "x is empty");
        yield return Case(() => new BarSeries([], []), "x is empty");
        yield return Case(() => new StepSeries([0], []), "values is empty");
        yield return Case(() => new PointSeries(Two, Two) { YError = [0.1, -0.1] }, "index 1");
        yield return Case(() => new StepSeries([0, 2, 1], Two), "increasing");
        yield return Case(() => new HeatMap([[1, 2], [3]]), "z is ragged: row 1 has 1 values, but row 0 has 2");
        yield return Case(() => new HeatMap([]), "z is empty");
        yield return Case(() => new HeatMap([[]]), "z is empty");
        yield return Case(() => new HeatMap(Z) { X = [0, 1] }, "X has 2 values");
        yield return Case(() => new HeatMap(Z) { Y = [0, 1, 2] }, "Y has 3 values");
        yield return Case(() => new HeatMap(Z) { X = [0, 2, 1] }, "increasing");
        yield return Case(() => new HeatMap(Z) { Y = [0, double.NaN] }, "index 1");
        yield return Case(() => new Figure("", []), "needs a panel");
        yield return Case(() => new Figure("", [null, null]), "needs a panel");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Data_that_do_not_fit_are_refused(Func<object> make, string message) => Assert.That(() => make(), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void Numbers_out_of_range_and_nothing_are_refused()
    {
        foreach (var make in (Func<object>[])
        [
            () => new LineSeries(Two, Two) { Opacity = 1.5 }, () => new LineSeries(Two, Two) { Style = -1 }, () => new BarSeries(Two, Two) { Width = double.NaN },
            () => ReferenceLine.Horizontal(double.NaN), () => new Axis("x") { Minimum = double.NaN }, () => new HeatMap(Z) { Maximum = double.NaN },
            () => new Figure("", [Panel]) { Columns = 0 }, () => new Figure("", [Panel]) { Width = 59 }, () => Panel with { ColumnSpan = 0 },
        ])
            Assert.That(() => make(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LineSeries(null!, Two), Throws.ArgumentNullException);
        Assert.That(() => new Figure(null!, [Panel]), Throws.ArgumentNullException);
    }

    [Test]
    public void Numbers_are_copied()
    {
        double[] y = [1, 2];
        var line = new LineSeries(Two, y);
        y[0] = 100;
        Assert.That(line.Y, Is.EqualTo(new double[] { 1, 2 }));
    }

    [Test]
    public void Sequential_limits_fit_and_diverging_limits_are_symmetric()
    {
        double[][] z = [[-1, double.NaN], [0.5, 3]];
        Assert.That(new HeatMap(z).Limits, Is.EqualTo((-1.0, 3.0)));
        Assert.That(new HeatMap(z) { Maximum = 10 }.Limits, Is.EqualTo((-1.0, 10.0)));
        Assert.That(new HeatMap(z) { ColorMap = ColorMap.BlueWhiteRed }.Limits, Is.EqualTo((-3.0, 3.0)));
        Assert.That(new HeatMap(z) { ColorMap = ColorMap.BlueWhiteRed, Minimum = -5 }.Limits, Is.EqualTo((-5.0, 5.0)));
        // Those of a constant map are apart.
        Assert.That(new HeatMap([[2, 2]]).Limits, Is.EqualTo((1.5, 2.5)));
        Assert.That(new HeatMap([[0, double.NaN]]) { ColorMap = ColorMap.BlueWhiteRed }.Limits, Is.EqualTo((-1.0, 1.0)));
    }

    [TestCase(1, 1, 89)]
    [TestCase(3, 3, 183)]
    [TestCase(4, 4, 183)]
    [TestCase(6, 4, 183)]
    public void Panels_stand_in_rows_of_up_to_four_on_one_or_two_columns_of_a_journal(int panels, int columns, double width)
    {
        var figure = new Figure("", [.. Enumerable.Repeat(Panel, panels)]);
        Assert.That((figure.Columns, figure.Width), Is.EqualTo((columns, width)));
    }

    [Test]
    public void A_diverging_map_is_white_in_the_middle_and_darkens_to_both_sides_and_viridis_only_lightens()
    {
        double[] lightness = Lightness(ColorMap.BlueWhiteRed);
        Assert.That(PanelPlot.Of(ColorMap.BlueWhiteRed).GetColor(0.5), Is.EqualTo(ScottPlot.Colors.White));
        Assert.That(lightness.Take(51), Is.Ordered.Ascending);
        Assert.That(lightness.Skip(50), Is.Ordered.Descending);
        Assert.That(Lightness(ColorMap.Viridis), Is.Ordered.Ascending);
    }

    private static double[] Lightness(ColorMap map) => [.. Enumerable.Range(0, 101).Select(i =>
    {
        var color = PanelPlot.Of(map).GetColor(i / 100.0);
        return (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));
    })];

    private static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
}
