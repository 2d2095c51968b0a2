namespace TorchRf.Files;

/// <summary>The one way in which this library says that a file is not what it claims to be.</summary>
internal static class MalformedFile
{
    private const int LongestQuote = 60;

    /// <summary>An exception whose message is one line: the path as the caller gave it, a colon, and the reason.</summary>
    public static InvalidDataException Because(string path, string reason) => new($"{path}: {OneLine(reason)}");

    /// <summary>A piece of the file's own text for use in a reason, in quotes and cut where a hostile file made it long.</summary>
    public static string Quote(string text) =>
        text.Length <= LongestQuote ? $"'{text}'" : $"'{text[..LongestQuote]}...'";

    // Names come from the file, and a line break in one must not break the message in two.
    private static string OneLine(string reason) =>
        string.Create(reason.Length, reason, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
            }
        });
}
