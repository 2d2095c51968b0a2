using ScottPlot;
using TorchRf.Plots;

namespace TorchRf.Tests.Plots;

public sealed class ColorMapTests
{
    [Test]
    public void A_diverging_map_is_white_in_the_middle_and_darkens_to_both_sides()
    {
        double[] lightness = Lightness(ColorMap.BlueWhiteRed);
        Assert.That(PanelPlot.Of(ColorMap.BlueWhiteRed).GetColor(0.5), Is.EqualTo(Colors.White));
        Assert.That(lightness.Take(51), Is.Ordered.Ascending);
        Assert.That(lightness.Skip(50), Is.Ordered.Descending);
    }

    [Test]
    public void Viridis_only_lightens() => Assert.That(Lightness(ColorMap.Viridis), Is.Ordered.Ascending);

    private static double[] Lightness(ColorMap map) => [.. Enumerable.Range(0, 101).Select(i =>
    {
        var color = PanelPlot.Of(map).GetColor(i / 100.0);
        return (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));
    })];

    private static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
}
