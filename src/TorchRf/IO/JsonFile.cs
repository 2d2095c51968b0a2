using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace TorchRf.IO;

/// <summary>JSON documents: written for people to read too, and read as what a stranger may have written: all of a document is checked before any of it is believed.</summary>
public static class JsonFile
{
    // Documents of settings have kilobytes.
    private const int LongestFile = 1 << 26;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The text of a document, indented.</summary>
    public static string Text(JsonNode document) => document.ToJsonString(Indented) + "\n";

    /// <summary>Writes a document, indented, in one step.</summary>
    /// <inheritdoc cref="AtomicFile.WriteText" path="/exception"/>
    public static void Write(string path, JsonNode document) => AtomicFile.WriteText(path, Text(document));

    /// <summary>Reads the object of a file.</summary>
    /// <param name="path">The file to read.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no JSON, not an object, names a property twice, has a text that is not valid Unicode, or is longer than 64 MiB; the message is the path
    /// and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static JsonObject ReadObject(string path)
    {
        var bytes = ReadAll(path);
        if (!Utf8.IsValid(bytes))
            throw MalformedFile.Because(path, "not valid UTF-8");
        var content = bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        return Checked(path, "", () => JsonNode.Parse(content.Span, documentOptions: Strict)) as JsonObject ?? throw MalformedFile.Because(path, "not a JSON object");
    }

    /// <summary>Reads a document that is part of a file.</summary>
    /// <param name="text">The document.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="part">The part's name for messages.</param>
    /// <exception cref="InvalidDataException">It is none; the message is the path and the reason.</exception>
    public static JsonNode? Parse(string text, string path, string part) => Checked(path, part + ": ", () => JsonNode.Parse(text, documentOptions: Strict));

    /// <summary>A number in a document; not a number where there is none.</summary>
    /// <param name="node">The document.</param>
    /// <param name="path">The names that lead to it.</param>
    public static double Number(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;
    }

    // A pipe does not say how long it is: what it gives is counted.
    private static byte[] ReadAll(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new MemoryStream(file.CanSeek ? (int)Math.Min(file.Length, LongestFile) : 0);
        var piece = new byte[1 << 14];
        for (int read; (read = file.Read(piece)) > 0;)
        {
            content.Write(piece.AsSpan(0, read));
            if (content.Length > LongestFile)
                throw MalformedFile.Because(path, $"too long for a document of settings: too many bytes, at most {LongestFile} are read");
        }
        return content.ToArray();
    }

    private static JsonNode? Checked(string path, string part, Func<JsonNode?> parse)
    {
        try
        {
            var root = parse();
            Visit(root);
            return root;
        }
        catch (JsonException fault)
        {
            throw MalformedFile.Because(path, $"{part}not valid JSON ({fault.Message})");
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            // What the JSON reader throws for an escape such as \ud800 that stands for no character.
            throw MalformedFile.Because(path, $"{part}has a text that is not valid Unicode");
        }
    }

    // Texts and numbers are decoded only where they are asked for: here, so that it cannot fail later.
    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (_, value) in properties)
                    Visit(value);
                break;
            case JsonArray list:
                foreach (var value in list)
                    Visit(value);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                if (!value.TryGetValue(out double number) || !double.IsFinite(number))
                    throw new JsonException($"the number {MalformedFile.Quote(value.ToJsonString())} is too large");
                break;
        }
    }
}

/// <summary>JSON in one form only: without spaces, with the names of each object in ordinal order. Equal content has equal text, and so an equal digest.</summary>
public static class CanonicalJson
{
    /// <summary>The text.</summary>
    /// <param name="document">Any document; its numbers are written as they stand in it.</param>
    public static string Text(JsonNode? document) => Sorted(document)?.ToJsonString() ?? "null";

    /// <summary>The SHA-256 of the text in UTF-8, as 64 hexadecimal digits.</summary>
    /// <param name="document">Any document.</param>
    public static string Digest(JsonNode? document) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(document))));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject found => new JsonObject(found.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray found => new JsonArray([.. found.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}

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
