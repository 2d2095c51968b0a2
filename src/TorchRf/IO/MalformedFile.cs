namespace TorchRf.IO;

/// <summary>The one way in which this library says that a file is not what it claims to be.</summary>
public static class MalformedFile
{
    private const int LongestQuote = 60;

    /// <summary>An exception whose message is one line: the path as the caller gave it, a colon, and the reason.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What is wrong with it; line ends and control characters, which names in the file can have, become spaces.</param>
    public static InvalidDataException Because(string path, string reason) => new($"{path}: {OneLine.Of(reason)}");

    /// <summary>A piece of the file's own text for use in a reason, in quotes and cut where a hostile file made it long.</summary>
    /// <param name="text">The piece.</param>
    public static string Quote(string text) =>
        $"'{OneLine.Short(text, LongestQuote)}'";
}
