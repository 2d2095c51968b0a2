using NUnit.Framework;
using TorchRf.Figures;

namespace TorchRf.Tests.Figures;

public sealed class FigureTests
{
    private static readonly Panel Panel = new("", new Axis("x"), new Axis("y"));

    [Test]
    public void Needs_a_panel()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Figure("", []), Throws.ArgumentException.With.Message.Contains("needs a panel"));
            Assert.That(() => new Figure("", [null, null]), Throws.ArgumentException.With.Message.Contains("needs a panel"));
            Assert.That(() => new Figure(null!, [Panel]), Throws.ArgumentNullException);
        });
    }

    [TestCase(1, 1, 360)]
    [TestCase(3, 3, 290)]
    [TestCase(4, 4, 250)]
    [TestCase(6, 4, 250)]
    public void Panels_stand_in_rows_of_up_to_four(int panels, int columns, double width)
    {
        var figure = new Figure("", [.. Enumerable.Repeat(Panel, panels)]);
        Assert.Multiple(() =>
        {
            Assert.That(figure.Columns, Is.EqualTo(columns));
            Assert.That(figure.PanelWidth, Is.EqualTo(width));
            Assert.That(figure.PanelHeight, Is.EqualTo(Math.Round(0.75 * width)));
        });
    }

    [Test]
    public void Sizes_out_of_range_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Figure("", [Panel]) { Columns = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Figure("", [Panel]) { PanelWidth = 5 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Figure("", [Panel]) { PanelHeight = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Panel with { ColumnSpan = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
