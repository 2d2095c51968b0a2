using System.Globalization;
using System.Text.RegularExpressions;

namespace TorchRf.Figures;

/// <summary>How gnuplot wants numbers, text and styles written.</summary>
internal static partial class GnuplotText
{
    internal static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NaN";

    /// <summary>
    /// An expression that is the text: in single quotes gnuplot replaces nothing. Single quotes themselves go into double quotes,
    /// because gnuplot loses count of several doubled ones in a row.
    /// </summary>
    internal static string Quoted(string text) =>
        $"'{Quotes().Replace(Printable(text), match => $"'.\"{match.Value}\".'")}'";

    /// <summary>Makes spaces of characters that cannot be drawn; a line's end would end the command.</summary>
    internal static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufffe' or '\uffff' ? ' ' : c));

    /// <summary>A colour, with its transparency in front where it has any.</summary>
    internal static string Color(Rgb color, double opacity) =>
        opacity >= 1 ? $"rgb '{color}'" : $"rgb '#{(int)Math.Round(255 * (1 - opacity)):x2}{color.R:x2}{color.G:x2}{color.B:x2}'";

    internal static string Marker(Palette style, double size, string color)
    {
        // A marker of size 1 is 6 points wide, times what the terminal makes of it; triangles and diamonds look smaller than they are.
        var scale = size / 6 * (style.Marker is 9 or 11 or 13 ? 1.25 : 1);
        return $"pointtype {style.Marker} pointsize {Number(Math.Round(scale, 3))}*marker linewidth 1 linecolor {color}";
    }

    internal static string Stroke(LineSeries line, Palette style)
    {
        var dash = (line.Dash == Dash.ByStyle ? style.Dash : line.Dash) switch
        {
            Dash.Dashed => "(12,6)",
            Dash.Dotted => "(3,4)",
            Dash.DashDot => "(14,5,3,5)",
            _ => "solid",
        };
        return $"linewidth {Number(line.Width)} dashtype {dash} linecolor {Color(style.Color, line.Opacity)}";
    }

    [GeneratedRegex("'+")]
    private static partial Regex Quotes();
}
