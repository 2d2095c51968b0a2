using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

public sealed class SeriesTests
{
    private static readonly double[] Two = [0, 1];
    private static readonly double[] Three = [0, 1, 2];

    [Test]
    public void Lengths_must_agree()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new LineSeries(Three, Two), Throws.ArgumentException.With.Message.Contains("y has 2 values, but x has 3"));
            Assert.That(() => new PointSeries(Three, Two), Throws.ArgumentException.With.Message.Contains("y has 2 values, but x has 3"));
            Assert.That(
                () => new BarSeries(Three, Two),
                Throws.ArgumentException.With.Message.Contains("height has 2 values, but x has 3"));
            Assert.That(() => new StepSeries(Three, Three), Throws.ArgumentException.With.Message.Contains("3 intervals need 4"));
            Assert.That(() => new Band(Three, Two), Throws.ArgumentException.With.Message.Contains("upper has 2 values, but lower has 3"));
            Assert.That(
                () => new LineSeries(Three, Three) { Band = new Band(Two, Two) },
                Throws.ArgumentException.With.Message.Contains("band has 2 values, but x has 3"));
            Assert.That(
                () => new PointSeries(Three, Three) { YError = Two },
                Throws.ArgumentException.With.Message.Contains("YError has 2 values, but x has 3"));
        });
    }

    [Test]
    public void Empty_data_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new LineSeries([], []), Throws.ArgumentException.With.Message.Contains("x is empty"));
            Assert.That(() => new PointSeries([], []), Throws.ArgumentException.With.Message.Contains("x is empty"));
            Assert.That(() => new BarSeries([], []), Throws.ArgumentException.With.Message.Contains("x is empty"));
            Assert.That(() => new StepSeries([0], []), Throws.ArgumentException.With.Message.Contains("values is empty"));
            Assert.That(() => new LineSeries(null!, Two), Throws.ArgumentNullException);
        });
    }

    [Test]
    public void Values_out_of_range_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new PointSeries(Two, Two) { YError = [0.1, -0.1] },
                Throws.ArgumentException.With.Message.Contains("index 1"));
            Assert.That(() => new StepSeries([0, 2, 1], Two), Throws.ArgumentException.With.Message.Contains("increasing"));
            Assert.That(() => new LineSeries(Two, Two) { Opacity = 1.5 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new LineSeries(Two, Two) { Style = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new BarSeries(Two, Two) { Width = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => ReferenceLine.Horizontal(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Axis("x") { Minimum = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Numbers_are_copied()
    {
        double[] y = [1, 2];
        var line = new LineSeries(Two, y);
        y[0] = 100;
        Assert.That(line.Y, Is.EqualTo(new double[] { 1, 2 }));
    }
}
