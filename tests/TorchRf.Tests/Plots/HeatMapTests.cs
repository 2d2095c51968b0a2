using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

public sealed class HeatMapTests
{
    [Test]
    public void Ragged_and_empty_matrices_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new HeatMap([[1, 2], [3]]),
                Throws.ArgumentException.With.Message.Contains("z is ragged: row 1 has 1 values, but row 0 has 2"));
            Assert.That(() => new HeatMap([]), Throws.ArgumentException.With.Message.Contains("z is empty"));
            Assert.That(() => new HeatMap([[]]), Throws.ArgumentException.With.Message.Contains("z is empty"));
        });
    }

    [Test]
    public void Coordinates_must_fit_the_matrix_and_increase()
    {
        double[][] z = [[0, 0, 0], [0, 0, 0]];
        Assert.Multiple(() =>
        {
            Assert.That(() => new HeatMap(z) { X = [0, 1] }, Throws.ArgumentException.With.Message.Contains("X has 2 values"));
            Assert.That(() => new HeatMap(z) { Y = [0, 1, 2] }, Throws.ArgumentException.With.Message.Contains("Y has 3 values"));
            Assert.That(() => new HeatMap(z) { X = [0, 2, 1] }, Throws.ArgumentException.With.Message.Contains("increasing"));
            Assert.That(() => new HeatMap(z) { Y = [0, double.NaN] }, Throws.ArgumentException.With.Message.Contains("index 1"));
            Assert.That(() => new HeatMap(z) { Maximum = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Sequential_limits_fit_and_diverging_limits_are_symmetric()
    {
        double[][] z = [[-1, double.NaN], [0.5, 3]];
        Assert.Multiple(() =>
        {
            Assert.That(new HeatMap(z).Limits, Is.EqualTo((-1.0, 3.0)));
            Assert.That(new HeatMap(z) { Maximum = 10 }.Limits, Is.EqualTo((-1.0, 10.0)));
            Assert.That(new HeatMap(z) { ColorMap = ColorMap.BlueWhiteRed }.Limits, Is.EqualTo((-3.0, 3.0)));
            Assert.That(new HeatMap(z) { ColorMap = ColorMap.BlueWhiteRed, Minimum = -5 }.Limits, Is.EqualTo((-5.0, 5.0)));
        });
    }

    [Test]
    public void Limits_of_a_constant_map_are_apart()
    {
        var (low, high) = new HeatMap([[2, 2]]).Limits;
        var (lowest, highest) = new HeatMap([[0, double.NaN]]) { ColorMap = ColorMap.BlueWhiteRed }.Limits;
        Assert.Multiple(() =>
        {
            Assert.That((low, high), Is.EqualTo((1.5, 2.5)));
            Assert.That((lowest, highest), Is.EqualTo((-1.0, 1.0)));
        });
    }
}
