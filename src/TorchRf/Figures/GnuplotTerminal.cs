using System.Text;
using static TorchRf.Figures.GnuplotText;

namespace TorchRf.Figures;

/// <summary>
/// gnuplot's settings for each format. They make the formats agree, as measured: with SVG's units being points, PNG and PDF
/// draw type, dashes and (PDF) lines in other units, and SVG draws markers larger.
/// </summary>
internal static class GnuplotTerminal
{
    private const double CairoFontScale = 0.75;
    private const double CairoDashLength = 1.82;
    private const double PdfLineWidth = 2;
    private const double SvgMarkerScale = 0.8;

    /// <summary>The commands that open a file of the given size in points.</summary>
    internal static string Open(FigureFormats format, string file, (int Width, int Height) size, string font, double pixelsPerPoint)
    {
        // gnuplot would cut a fraction of a pixel off.
        int Pixels(double points) => (int)Math.Round(points * pixelsPerPoint);
        var face = $"font {Quoted($"{font},{Number(TypeSize.Tick)}")}";
        var terminal = format switch
        {
            FigureFormats.Png => $"pngcairo enhanced color size {Pixels(size.Width)},{Pixels(size.Height)} background '#ffffff' "
                + Cairo(face, pixelsPerPoint, pixelsPerPoint),
            FigureFormats.Svg => $"svg enhanced size {size.Width},{size.Height} fixed background '#ffffff' {face}",
            FigureFormats.Pdf => $"pdfcairo enhanced color size {Number(size.Width / 72.0)},{Number(size.Height / 72.0)} "
                + Cairo(face, 1, PdfLineWidth),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "One format at a time."),
        };
        var marker = Number(format == FigureFormats.Svg ? SvgMarkerScale : 1);
        return $"set terminal {terminal}\nset output {Quoted(file)}\nmarker = {marker}\n";
    }

    /// <summary>Commands that draw two different words as tiny images, which come out equal only if there is no font.</summary>
    internal static string Probe(string font, string first, string second)
    {
        var probe = new StringBuilder("set encoding utf8\nunset border\nunset tics\nunset key\nset xrange [0:1]\nset yrange [0:1]\n")
            .Append("set terminal pngcairo noenhanced size 60,30 font ").Append(Quoted($"{font},9")).Append('\n');
        foreach (var (file, word) in new[] { (first, "ill"), (second, "MWB") })
        {
            probe.Append("set output ").Append(Quoted(file)).Append('\n')
                .Append("set label 1 ").Append(Quoted(word)).Append(" at screen 0.1,0.5\nplot NaN\n");
        }

        return probe.Append("unset output\nreset\n").ToString();
    }

    private static string Cairo(string face, double scale, double lineWidth) =>
        $"{face} fontscale {Number(CairoFontScale * scale)} linewidth {Number(lineWidth)} pointscale {Number(scale)} "
        + $"dashlength {Number(CairoDashLength)}";
}
