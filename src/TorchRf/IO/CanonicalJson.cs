using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TorchRf.IO;

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
