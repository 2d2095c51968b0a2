namespace TorchRf;

/// <summary>Makes text that came from outside fit to stand in a message: one line, no control characters, no longer than can be read.</summary>
internal static class OneLine
{
    /// <summary>The text with a space for each control character and each line's end.</summary>
    public static string Of(string text) =>
        string.Create(text.Length, text, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
            }
        });

    /// <summary>The text, cut where it is longer than <paramref name="longest"/>.</summary>
    public static string Short(string text, int longest) => text.Length <= longest ? text : text[..longest] + "...";
}
