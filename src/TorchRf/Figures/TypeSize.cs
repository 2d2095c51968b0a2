namespace TorchRf.Figures;

/// <summary>
/// Sizes of type in points, and how much room text takes. gnuplot does not tell, so widths are those of DejaVu Sans, the widest of the
/// usual fonts: what fits by this measure fits in the others.
/// </summary>
internal static class TypeSize
{
    internal const double Tick = 10;
    internal const double Label = 11;
    internal const double Title = 11.5;
    internal const double Letter = 13;
    internal const double Heading = 14;
    internal const double Small = 9.5;

    internal static double LineHeight(double size) => Math.Round(size * 1.3, 1);

    internal static double Width(string text, double size) => size * text.Sum(Advance);

    /// <summary>Breaks text at its line breaks, and at spaces where a line would be longer than allowed.</summary>
    internal static IReadOnlyList<string> Wrap(string text, double size, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0))
        {
            var line = "";
            foreach (var word in paragraph.Split(' '))
            {
                var longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && Width(longer, size) > width)
                {
                    lines.Add(line);
                    longer = word;
                }

                line = longer;
            }

            lines.Add(line);
        }

        return lines;
    }

    private static double Advance(char c) => c switch
    {
        'i' or 'j' or 'l' or 'I' or '\'' or '|' => 0.29,
        ' ' or '.' or ',' or ':' or ';' or '!' => 0.32,
        'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' or '/' or '"' => 0.39,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 0.97,
        '=' or '+' or '<' or '>' or '±' or '≥' or '≤' or '−' or '×' or '~' => 0.84,
        '²' or '³' => 0.4,
        >= '0' and <= '9' => 0.64,
        >= 'A' and <= 'Z' => 0.7,
        >= 'a' and <= 'z' => 0.6,
        _ when char.IsLowSurrogate(c) => 0,
        >= '\u2e80' => 1,
        _ => 0.65,
    };
}
