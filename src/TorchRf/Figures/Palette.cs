namespace TorchRf.Figures;

/// <summary>
/// The styles of series: Okabe and Ito's colours (without yellow, which is lost on white), each with a dash and a marker.
/// </summary>
internal sealed record Palette(Rgb Color, Dash Dash, int Marker)
{
    // gnuplot's point types: 7 disc, 5 square, 9 triangle, 13 diamond, 11 inverted triangle, 6 circle, 4 open square.
    private static readonly Palette[] Styles =
    [
        new(Rgb.Hex(0x0072b2), Dash.Solid, 7),
        new(Rgb.Hex(0xd55e00), Dash.Dashed, 5),
        new(Rgb.Hex(0x009e73), Dash.DashDot, 9),
        new(Rgb.Hex(0xcc79a7), Dash.Dotted, 13),
        new(Rgb.Hex(0xe69f00), Dash.Solid, 11),
        new(Rgb.Hex(0x56b4e9), Dash.Dashed, 6),
        new(Rgb.Hex(0x000000), Dash.Solid, 4),
    ];

    internal static Palette Of(Series series, int place) => Styles[(series.Style ?? place) % Styles.Length];
}
