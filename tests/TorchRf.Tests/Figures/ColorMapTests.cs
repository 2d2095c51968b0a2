using NUnit.Framework;
using TorchRf.Figures;

namespace TorchRf.Tests.Figures;

public sealed class ColorMapTests
{
    [Test]
    public void Diverging_maps_are_white_in_the_middle()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ColorMap.BlueWhiteRed.At(0.5), Is.EqualTo(new Rgb(255, 255, 255)));
            Assert.That(ColorMap.PurpleWhiteGreen.At(0.5), Is.EqualTo(new Rgb(255, 255, 255)));
        });
    }

    [Test]
    public void Ends_are_the_published_colours_and_hold_beyond()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ColorMap.Viridis.At(0), Is.EqualTo(new Rgb(0x44, 0x01, 0x54)));
            Assert.That(ColorMap.Viridis.At(1), Is.EqualTo(new Rgb(0xfd, 0xe7, 0x25)));
            Assert.That(ColorMap.Viridis.At(-3), Is.EqualTo(ColorMap.Viridis.At(0)));
            Assert.That(ColorMap.Viridis.At(double.PositiveInfinity), Is.EqualTo(ColorMap.Viridis.At(1)));
            Assert.That(ColorMap.Viridis.At(1).ToString(), Is.EqualTo("#fde725"));
        });
    }

    /// <summary>What makes a map readable without colour: lightness that only rises, or falls on both sides of white.</summary>
    [Test]
    public void Lightness_is_monotonic()
    {
        var viridis = Lightness(ColorMap.Viridis);
        Assert.That(viridis, Is.Ordered.Ascending);
        foreach (var map in new[] { ColorMap.BlueWhiteRed, ColorMap.PurpleWhiteGreen })
        {
            var lightness = Lightness(map);
            Assert.Multiple(() =>
            {
                Assert.That(lightness.Take(51), Is.Ordered.Ascending, map.Name);
                Assert.That(lightness.Skip(50), Is.Ordered.Descending, map.Name);
            });
        }
    }

    private static double[] Lightness(ColorMap map) => [.. Enumerable.Range(0, 101).Select(i =>
    {
        var color = map.At(i / 100.0);
        return (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));
    })];

    private static double Linear(byte value)
    {
        var v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
