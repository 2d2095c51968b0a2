using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace TorchRf.IO;

/// <summary>The JSON header of a safetensors file: what it says, and whether that can be true.</summary>
internal static class SafeTensorsHeader
{
    /// <summary>The reference implementation's limit, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    private const string MetadataName = "__metadata__";

    // In the order of the reference implementation, which is that of alignment.
    private static readonly (ScalarType Dtype, string Name)[] Dtypes =
    [
        (ScalarType.Bool, "BOOL"), (ScalarType.Byte, "U8"), (ScalarType.Int8, "I8"), (ScalarType.Int16, "I16"), (ScalarType.Float16, "F16"),
        (ScalarType.BFloat16, "BF16"), (ScalarType.Int32, "I32"), (ScalarType.Float32, "F32"), (ScalarType.ComplexFloat32, "C64"),
        (ScalarType.Float64, "F64"), (ScalarType.Int64, "I64"),
    ];

    /// <summary>Gives each tensor its place in the buffer.</summary>
    /// <exception cref="ArgumentException">A dtype or a name that the format does not have.</exception>
    public static IReadOnlyList<SafeTensorsEntry> LayOut(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var entries = new List<SafeTensorsEntry>(tensors.Count);
        long begin = 0;
        var inOrder = tensors.OrderByDescending(pair => Rank(pair.Key, pair.Value.dtype)).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        foreach (var (name, tensor) in inOrder)
        {
            if (name == MetadataName)
                throw new ArgumentException($"No tensor can be called {MetadataName}; the format keeps that name.", nameof(tensors));
            var length = TensorBytes.Length(tensor.shape, tensor.dtype)
                ?? throw new ArgumentException($"The tensor '{name}' is too large.", nameof(tensors));
            entries.Add(new SafeTensorsEntry(name, tensor.dtype, tensor.shape, begin, begin + length));
            begin += length;
        }
        return entries;
    }

    /// <summary>The header's bytes, padded with spaces so that the buffer starts at a multiple of 8.</summary>
    /// <exception cref="ArgumentException">A name or a text that is not valid Unicode.</exception>
    public static byte[] Format(IReadOnlyList<SafeTensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The relaxed encoder leaves names in other scripts readable; the header is never put into a web page.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(Encodable(key), Encodable(value));
                json.WriteEndObject();
            }
            foreach (var entry in entries)
            {
                json.WriteStartObject(Encodable(entry.Name));
                json.WriteString("dtype", Dtypes.First(known => known.Dtype == entry.Dtype).Name);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var length = (buffer.WrittenCount + 7) / 8 * 8;
        buffer.GetSpan(length)[..(length - buffer.WrittenCount)].Fill((byte)' ');
        buffer.Advance(length - buffer.WrittenCount);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the header and holds it against the buffer that follows it.</summary>
    /// <param name="header">The header's bytes.</param>
    /// <param name="bufferLength">How many bytes follow the header in the file.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <returns>The tensors in the order of their bytes, which cover the buffer without a hole, and the metadata.</returns>
    /// <exception cref="InvalidDataException">The header is not well formed, or not true of the buffer.</exception>
    public static (IReadOnlyList<SafeTensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header, long bufferLength, string path)
    {
        if (header.Length == 0 || header[0] != '{')
            throw MalformedFile.Because(path, "the header does not start with '{', as that of a safetensors file does");
        if (!Utf8.IsValid(header))
            throw MalformedFile.Because(path, "the header is not valid UTF-8");
        var entries = new List<SafeTensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataName))
                    ReadMetadata(property.Value, metadata, path);
                else
                    entries.Add(ReadEntry(property, path));
            }
        }
        catch (JsonException fault)
        {
            throw MalformedFile.Because(path, $"the header is not well-formed JSON: {fault.Message}");
        }
        catch (InvalidOperationException)
        {
            // What the JSON reader throws for an escape such as \ud800 that stands for no character.
            throw MalformedFile.Because(path, "the header has a text that is not valid Unicode");
        }
        var inOrder = entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToList();
        CheckCover(inOrder, bufferLength, path);
        return (inOrder, metadata);
    }

    private static void CheckCover(List<SafeTensorsEntry> inOrder, long bufferLength, string path)
    {
        long covered = 0;
        foreach (var entry in inOrder)
        {
            var range = $"tensor {MalformedFile.Quote(entry.Name)} has the bytes {entry.Begin} to {entry.End}";
            if (entry.End > bufferLength)
                throw MalformedFile.Because(path, $"{range}, but the buffer has {bufferLength}");
            if (entry.Begin != covered)
            {
                var fault = entry.Begin > covered ? "leaves a hole" : "overlaps another";
                throw MalformedFile.Because(path, $"{range}, which {fault}: {covered} was next");
            }
            covered = entry.End;
        }
        if (covered != bufferLength)
            throw MalformedFile.Because(path, $"the tensors take {covered} bytes, but the buffer has {bufferLength}");
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw MalformedFile.Because(path, $"{MetadataName} is not an object of texts");
        foreach (var pair in element.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String)
                throw MalformedFile.Because(path, $"{MetadataName} has a value that is not a text, at {MalformedFile.Quote(pair.Name)}");
            metadata.Add(pair.Name, pair.Value.GetString()!);
        }
    }

    private static SafeTensorsEntry ReadEntry(JsonProperty property, string path)
    {
        var tensor = $"tensor {MalformedFile.Quote(property.Name)}";
        if (property.Value.ValueKind != JsonValueKind.Object)
            throw MalformedFile.Because(path, $"{tensor} is not described by an object");
        if (!property.Value.TryGetProperty("dtype", out var name) || name.ValueKind != JsonValueKind.String)
            throw MalformedFile.Because(path, $"{tensor} has no dtype");
        var known = Array.FindIndex(Dtypes, candidate => name.ValueEquals(candidate.Name));
        if (known < 0)
            throw MalformedFile.Because(path, $"{tensor} has the dtype {MalformedFile.Quote(name.GetString()!)}, which is not known here");
        var dtype = Dtypes[known].Dtype;
        var shape = ReadNumbers(property.Value, "shape", TensorBytes.MostDimensions, tensor, path);
        var offsets = ReadNumbers(property.Value, "data_offsets", 2, tensor, path);
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw MalformedFile.Because(path, $"{tensor} has data_offsets that are not a begin and an end behind it");
        var length = TensorBytes.Length(shape, dtype)
            ?? throw MalformedFile.Because(path, $"{tensor} has the shape [{string.Join(", ", shape)}], whose size overflows");
        if (offsets[1] - offsets[0] != length)
            throw MalformedFile.Because(
                path,
                $"{tensor} needs {length} bytes for shape [{string.Join(", ", shape)}] and {dtype}, " +
                $"but its data_offsets give {offsets[1] - offsets[0]}");
        return new SafeTensorsEntry(property.Name, dtype, shape, offsets[0], offsets[1]);
    }

    private static long[] ReadNumbers(JsonElement entry, string name, int most, string tensor, string path)
    {
        if (!entry.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
            throw MalformedFile.Because(path, $"{tensor} has no {name}");
        if (list.GetArrayLength() > most)
            throw MalformedFile.Because(path, $"{tensor} has {list.GetArrayLength()} numbers in its {name}; at most {most} are allowed");
        var numbers = new long[list.GetArrayLength()];
        var filled = 0;
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out numbers[filled]) || numbers[filled] < 0)
            {
                var found = MalformedFile.Quote(element.GetRawText());
                throw MalformedFile.Because(path, $"{tensor} has {found} in its {name}, which is not a size");
            }
            filled++;
        }
        return numbers;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static int Rank(string name, ScalarType dtype)
    {
        var rank = Array.FindIndex(Dtypes, known => known.Dtype == dtype);
        return rank >= 0
            ? rank
            : throw new ArgumentException($"The tensor '{name}' has dtype {dtype}, for which the safetensors format has no name.");
    }

    // A lone surrogate would silently become U+FFFD, and two names could become one.
    private static string Encodable(string text)
    {
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
        return text;
    }
}
