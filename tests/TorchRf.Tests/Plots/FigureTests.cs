using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

public sealed class FigureTests
{
    private static readonly Panel Panel = new("", new Axis("x"), new Axis("y"));

    [Test]
    public void Needs_a_panel()
    {
        Assert.That(() => new Figure("", []), Throws.ArgumentException.With.Message.Contains("needs a panel"));
        Assert.That(() => new Figure("", [null, null]), Throws.ArgumentException.With.Message.Contains("needs a panel"));
        Assert.That(() => new Figure(null!, [Panel]), Throws.ArgumentNullException);
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
    public void Sizes_out_of_range_are_refused()
    {
        Assert.That(() => new Figure("", [Panel]) { Columns = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Figure("", [Panel]) { Width = 59 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Panel with { ColumnSpan = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
