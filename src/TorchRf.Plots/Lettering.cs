using ScottPlot;
using SkiaSharp;

namespace TorchRf.Plots;

/// <summary>The family that all text is set in, Inter, which is embedded so that pictures are the same on every machine, and the sizes of type on a printed page, in points.</summary>
internal static class Lettering
{
    internal const string Family = "Inter";

    /// <summary>No text is smaller.</summary>
    internal const float Smallest = 6;

    internal const float Plain = 7;
    internal const float Large = 8;

    internal static readonly Color Ink = Color.FromHex("#1a1a1a");
    internal static readonly Color Dim = Color.FromHex("#595959");

    internal static readonly SKTypeface Regular = Load("Inter-Regular.ttf");
    internal static readonly SKTypeface Bold = Load("Inter-Bold.ttf");

    /// <summary>A resource of this assembly.</summary>
    internal static byte[] Resource(string name)
    {
        using var stream = typeof(Lettering).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal static void Set(LabelStyle style, float size, Color? color = null, bool bold = false)
    {
        style.Font = bold ? Bold : Regular;
        style.Bold = bold;
        style.FontSize = size;
        style.ForeColor = color ?? Ink;
        style.BorderWidth = 0;
        style.ShadowColor = Colors.Transparent;
    }

    /// <summary>Writes lines of text on a page; <paramref name="at"/> is the point that <paramref name="alignment"/> names.</summary>
    internal static void Write(SKCanvas canvas, string text, Pixel at, Alignment alignment, float size, Color? color = null, bool bold = false, float rotation = 0)
    {
        using var paint = Paint.NewDisposablePaint();
        var style = new LabelStyle { Text = text, Alignment = alignment, Rotation = rotation };
        Set(style, size, color, bold);
        style.Render(canvas, at, paint);
    }

    internal static PixelSize Measure(string text, float size, bool bold = false)
    {
        if (text.Length == 0)
            return PixelSize.Zero;
        // As ScottPlot's own.
        using var font = new SKFont(bold ? Bold : Regular, size) { Hinting = SKFontHinting.Slight, Subpixel = true };
        var lines = text.Split('\n');
        return new PixelSize(lines.Max(line => font.MeasureText(line)), font.Spacing * lines.Length);
    }

    /// <summary>Breaks text at its line breaks, and at spaces where a line would be longer than allowed; control characters become spaces.</summary>
    internal static string Wrap(string? text, float size, double width, bool bold = false)
    {
        var lines = new List<string>();
        foreach (var paragraph in (text ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string line = "";
            foreach (var word in string.Concat(paragraph.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                string longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && Measure(longer, size, bold).Width > width)
                {
                    lines.Add(line);
                    longer = word;
                }
                line = longer;
            }
            lines.Add(line);
        }
        return string.Join('\n', lines);
    }

    private static SKTypeface Load(string name)
    {
        using var data = SKData.CreateCopy(Resource(name));
        return SKTypeface.FromData(data);
    }
}
