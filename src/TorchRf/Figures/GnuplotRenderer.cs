using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using TorchRf.Files;

namespace TorchRf.Figures;

/// <summary>
/// Draws figures with gnuplot, without a display. Needed on Debian and Ubuntu: <c>gnuplot-nox</c> and a font, such as
/// <c>fonts-dejavu-core</c>. The same figure gives the same bytes on the same installation.
/// </summary>
/// <param name="program">gnuplot's name or path.</param>
public sealed partial class GnuplotRenderer(string program = "gnuplot")
{
    private readonly TimeSpan timeout = TimeSpan.FromMinutes(2);
    private readonly string font = "Arial";
    private readonly double pixelsPerPoint = 2;

    /// <summary>gnuplot's name or path.</summary>
    public string Program { get; } = !string.IsNullOrWhiteSpace(program)
        ? program
        : throw new ArgumentException("gnuplot needs a name or a path.", nameof(program));

    /// <summary>How long gnuplot may take for one figure; two minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or above a day.</exception>
    public TimeSpan Timeout
    {
        get => timeout;
        init => timeout = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, "A timeout is above 0 and at most a day.");
    }

    /// <summary>
    /// The font's family; Arial by default, for which a system without it takes Liberation Sans or DejaVu Sans.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Blank, or with characters that gnuplot reads as more than a name: commas, colons, quotes, backslashes and control characters.
    /// </exception>
    public string Font
    {
        get => font;
        init => font = !string.IsNullOrWhiteSpace(value) && !value.Any(c => char.IsControl(c) || c is ',' or ':' or '"' or '\'' or '\\')
            ? value
            : throw new ArgumentException($"'{value}' is not a font family's name.", nameof(Font));
    }

    /// <summary>The resolution of a PNG; 2 by default, 144 dots per inch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0.5 to 10.</exception>
    public double PixelsPerPoint
    {
        get => pixelsPerPoint;
        init => pixelsPerPoint = value is >= 0.5 and <= 10
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PixelsPerPoint), value, "A resolution is from 0.5 to 10 pixels per point.");
    }

    /// <summary>
    /// Draws a figure into files. Each is written elsewhere and then moved into place, so that a failure leaves earlier files as they were.
    /// </summary>
    /// <param name="figure">The figure.</param>
    /// <param name="pathWithoutExtension">Where, without <c>.png</c>, <c>.svg</c> or <c>.pdf</c>; its folder is created if missing.</param>
    /// <param name="formats">Which files.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="ArgumentException">
    /// The figure cannot be drawn as described, the path names no file, or there is no format.
    /// </exception>
    /// <exception cref="GnuplotException">gnuplot is missing, failed, took too long, or has no font to write with.</exception>
    public IReadOnlyList<string> Render(Figure figure, string pathWithoutExtension, FigureFormats formats = FigureFormats.All)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentException.ThrowIfNullOrWhiteSpace(pathWithoutExtension);
        var target = Path.GetFullPath(pathWithoutExtension);
        if (Path.GetFileName(target).Length == 0)
        {
            throw new ArgumentException($"'{pathWithoutExtension}' names a folder, not a file.", nameof(pathWithoutExtension));
        }

        (FigureFormats Format, string File)[] outputs =
        [
            .. new[] { (FigureFormats.Png, ".png"), (FigureFormats.Svg, ".svg"), (FigureFormats.Pdf, ".pdf") }
                .Where(one => formats.HasFlag(one.Item1)),
        ];
        if (outputs.Length == 0)
        {
            throw new ArgumentException($"'{formats}' names no format.", nameof(formats));
        }

        outputs = [.. outputs.Select(one => (one.Format, "figure" + one.File))];
        var layout = FigureLayout.Of(figure);
        var folder = Directory.CreateTempSubdirectory("torchrf-figure-").FullName;
        try
        {
            Draw(layout, folder, outputs);
            return Deliver(folder, outputs, figure, target);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Draw(FigureLayout layout, string folder, (FigureFormats Format, string File)[] outputs)
    {
        const string First = "probe1.png", Second = "probe2.png";
        var (commands, images) = GnuplotScript.Write(layout, Font, PixelsPerPoint, outputs);
        foreach (var (name, content) in images)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        // An SVG's text is drawn by whoever shows it.
        var needsFont = outputs.Any(one => one.Format != FigureFormats.Svg);
        GnuplotProcess.Run(Program, needsFont ? GnuplotTerminal.Probe(Font, First, Second) + commands : commands, folder, Timeout);
        foreach (var (_, file) in outputs)
        {
            if (new FileInfo(Path.Combine(folder, file)) is not { Exists: true, Length: > 0 })
            {
                throw new GnuplotException($"gnuplot ('{Program}') ended without an error but wrote no {Path.GetExtension(file)} file.");
            }
        }

        if (needsFont && File.ReadAllBytes(Path.Combine(folder, First)).SequenceEqual(File.ReadAllBytes(Path.Combine(folder, Second))))
        {
            throw new GnuplotException(
                "gnuplot finds no font, so figures have no text: install one, on Debian with: apt-get install fonts-dejavu-core");
        }
    }

    private static List<string> Deliver(string folder, (FigureFormats Format, string File)[] outputs, Figure figure, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var written = new List<string>();
        foreach (var (format, file) in outputs)
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, file));
            var content = format switch
            {
                FigureFormats.Svg => Tidied(bytes, figure),
                FigureFormats.Pdf => Undated(bytes),
                _ => bytes,
            };
            var path = target + Path.GetExtension(file);
            AtomicFile.Write(path, stream => stream.Write(content));
            written.Add(path);
        }

        return written;
    }

    /// <summary>
    /// gnuplot writes a bold face as if it were a family's name, and its own name and commands as titles, which viewers show.
    /// </summary>
    private static byte[] Tidied(byte[] svg, Figure figure)
    {
        var text = Encoding.UTF8.GetString(svg);
        text = BoldFace().Replace(text, "$1$2\" font-weight=\"bold\"");
        var title = SecurityElement.Escape(GnuplotText.Printable(figure.Title));
        text = text.Replace("<title>Gnuplot</title>", $"<title>{title}</title>", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(PlotTitle().Replace(text, "$1"));
    }

    /// <summary>Blanks the time in a PDF, which would make each file different; places in the file stay the same.</summary>
    private static byte[] Undated(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        return Encoding.Latin1.GetBytes(CreationDate().Replace(text, match => new string(' ', match.Length)));
    }

    [GeneratedRegex("""(<g [^<>]*font-family=")([^":]*):Bold"?""")]
    private static partial Regex BoldFace();

    [GeneratedRegex("""(<g id="gnuplot_plot_[^"]*" ?>)<title>[^<]*</title>""")]
    private static partial Regex PlotTitle();

    [GeneratedRegex("""/CreationDate \(D:[0-9Z+'-]+\)""")]
    private static partial Regex CreationDate();
}
