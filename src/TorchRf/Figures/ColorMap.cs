namespace TorchRf.Figures;

/// <summary>Colours for a heat map's values, even in lightness and safe for colour-blind readers.</summary>
public sealed class ColorMap
{
    private readonly Rgb[] anchors;

    private ColorMap(string name, bool isDiverging, params uint[] anchors)
    {
        Name = name;
        IsDiverging = isDiverging;
        this.anchors = [.. anchors.Select(Rgb.Hex)];
    }

    /// <summary>Dark blue through green to yellow, for values without a natural middle (matplotlib's viridis).</summary>
    public static ColorMap Viridis { get; } = new(
        "viridis", false,
        0x440154, 0x481a6c, 0x472f7d, 0x414487, 0x39568c, 0x31688e, 0x2a788e, 0x23888e,
        0x1f988b, 0x22a884, 0x35b779, 0x54c568, 0x7ad151, 0xa5db36, 0xd2e21b, 0xfde725);

    /// <summary>Blue for negative through white to red for positive (ColorBrewer's RdBu, reversed).</summary>
    public static ColorMap BlueWhiteRed { get; } = new(
        "blue-white-red", true,
        0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xffffff, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f);

    /// <summary>Purple for negative through white to green for positive (ColorBrewer's PRGn).</summary>
    public static ColorMap PurpleWhiteGreen { get; } = new(
        "purple-white-green", true,
        0x40004b, 0x762a83, 0x9970ab, 0xc2a5cf, 0xe7d4e8, 0xffffff, 0xd9f0d3, 0xa6dba0, 0x5aae61, 0x1b7837, 0x00441b);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Whether its middle stands for zero, so that its limits are symmetric.</summary>
    public bool IsDiverging { get; }

    /// <summary>The colour at a place along the map.</summary>
    /// <param name="t">From 0 to 1; beyond is taken as the nearer end.</param>
    public Rgb At(double t)
    {
        var place = Math.Clamp(t, 0, 1) * (anchors.Length - 1);
        var below = Math.Min((int)place, anchors.Length - 2);
        return Rgb.Mix(anchors[below], anchors[below + 1], place - below);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
