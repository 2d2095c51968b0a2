using System.Text.Json;
using System.Text.Json.Nodes;

namespace TorchRf.Files;

/// <summary>JSON that came from outside, looked at to the last value before anybody uses it.</summary>
internal static class CheckedJson
{
    // Far more than any document here takes.
    private const long LongestFile = 64 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a file whose whole content is one document.</summary>
    /// <exception cref="InvalidDataException">It is not; the message is the path and the reason.</exception>
    public static JsonNode? ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        return file.Length <= LongestFile
            ? Parse(path, "", () => JsonNode.Parse(file, documentOptions: Strict))
            : throw MalformedFile.Because(path, $"{file.Length} bytes are too many for such a document; at most {LongestFile} are read");
    }

    /// <summary>Reads a document that is part of a file.</summary>
    /// <param name="text">The document.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="what">The part's name for messages.</param>
    /// <exception cref="InvalidDataException">It is none; the message is the path and the reason.</exception>
    public static JsonNode? Parse(string text, string path, string what) => Parse(path, what + ": ", () => JsonNode.Parse(text, documentOptions: Strict));

    private static JsonNode? Parse(string path, string what, Func<JsonNode?> parse)
    {
        try
        {
            var document = parse();
            Visit(document);
            return document;
        }
        catch (JsonException e)
        {
            throw MalformedFile.Because(path, $"{what}not valid JSON ({e.Message})");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            // What JSON's reader throws, and only when a text is asked for, where an escape such as \ud800 stands for no character.
            throw MalformedFile.Because(path, $"{what}not valid JSON (a text is not valid Unicode)");
        }
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject found:
                foreach (var (_, value) in found)
                {
                    Visit(value);
                }

                break;
            case JsonArray found:
                foreach (var value in found)
                {
                    Visit(value);
                }

                break;
            case JsonValue found when found.GetValueKind() == JsonValueKind.String:
                found.GetValue<string>();
                break;
            case JsonValue found when found.GetValueKind() == JsonValueKind.Number:
                if (!found.TryGetValue(out double number) || !double.IsFinite(number))
                {
                    throw new JsonException($"the number {MalformedFile.Quote(found.ToJsonString())} is too large");
                }

                break;
        }
    }
}
