using System.Buffers.Binary;
using System.Text;

namespace TorchRf.IO;

/// <summary>
/// Reads and writes tensors in the safetensors format: the length of a header (8 bytes, little-endian), the header (JSON), and
/// the elements of all tensors end to end (little-endian, C order). The format has no code in it, so that a file from a stranger
/// can be opened, and other languages read it.
/// </summary>
/// <remarks>
/// Source: the published format, https://github.com/huggingface/safetensors. The same content gives the same bytes: tensors lie
/// as the reference implementation lays them, wider dtypes first so that each is aligned, and by name among equals.
/// </remarks>
/// <example>
/// <code>
/// SafeTensors.Write("weights.safetensors", new Dictionary&lt;string, Tensor&gt; { ["w"] = torch.zeros(3, 40) });
/// var w = SafeTensors.Read("weights.safetensors").Tensors["w"];
/// </code>
/// </example>
public static class SafeTensors
{
    private const int LengthOfLength = 8;

    /// <summary>Writes tensors to a file in one step: on failure the path stays as it was.</summary>
    /// <param name="path">The file to write; its folder must exist. A file that is there is replaced.</param>
    /// <param name="tensors">
    /// The tensors by name: any shape, any device, any strides; dtypes float64, float32, float16, bfloat16, int64, int32, int16,
    /// int8, uint8, bool and complex64. Two names of one storage are written twice.
    /// </param>
    /// <param name="metadata">Text pairs to keep beside the tensors.</param>
    /// <param name="checksum">
    /// Whether to keep a checksum among the metadata, as "torchrf_sha256": the SHA-256 of the file with these 64 digits taken as zeros.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A dtype without a name in the format, a name that is not valid Unicode or is <c>__metadata__</c>, a header over 100 MB.
    /// </exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, bool checksum = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var entries = SafeTensorsHeader.LayOut(tensors);
        var texts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (checksum)
            texts[FileChecksum.Key] = FileChecksum.Placeholder;
        var header = SafeTensorsHeader.Format(entries, texts);
        if (header.Length > SafeTensorsHeader.MaxLength)
            throw new ArgumentException($"The header takes {header.Length} bytes; the format allows {SafeTensorsHeader.MaxLength}.", nameof(tensors));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthOfLength];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            var digits = checksum ? FileChecksum.Find(header) : -1;
            using var counted = checksum ? new FileChecksum(header, digits) : null;
            foreach (var entry in entries)
                TensorBytes.Write(stream, tensors[entry.Name], counted);
            if (counted is not null)
            {
                stream.Position = LengthOfLength + digits;
                stream.Write(Encoding.ASCII.GetBytes(counted.Hex()));
            }
        });
    }

    /// <summary>Reads all tensors of a file. Nothing in the file is believed before it has been checked, against its checksum too where it has one.</summary>
    /// <param name="path">The file to read.</param>
    /// <param name="device">Where the tensors are put; the CPU when null.</param>
    /// <returns>The tensors, with the names, shapes and dtypes of the file, and its metadata.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is not a safetensors file, is damaged, or has a dtype that torch lacks here; the message is the path and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static SafeTensorsFile Read(string path, Device? device = null)
    {
        using var file = File.OpenRead(path);
        var (entries, metadata, counted) = Open(file, path);
        using var counting = counted;
        using var scope = torch.NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var tensor = TensorBytes.Read(file, path, entry.Shape, entry.Dtype, checksum: counted);
            tensors.Add(entry.Name, device is null ? tensor : tensor.to(device));
        }
        metadata.Remove(FileChecksum.Key, out var stated);
        if (counted is not null && counted.Hex() != stated)
            throw Damaged(path);
        // Only now, so that a file that fails half-way leaves no tensor behind.
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return new SafeTensorsFile(tensors, metadata) { Checksum = stated };
    }

    /// <summary>Says what a file holds and whether its checksum holds, without reading its tensors into memory.</summary>
    /// <param name="path">The file to read.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a safetensors file, or its header is not true of it; the message is the path and the reason. A checksum that does not
    /// hold is not an error here.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static SafeTensorsSummary Examine(string path)
    {
        using var file = File.OpenRead(path);
        var (entries, metadata, counted) = Open(file, path);
        using var counting = counted;
        if (counted is not null)
        {
            var piece = new byte[1 << 16];
            for (int read; (read = file.Read(piece)) > 0;)
                counted.Append(piece.AsSpan(0, read));
        }
        metadata.Remove(FileChecksum.Key, out var stated);
        return new SafeTensorsSummary(entries, metadata, file.Length, stated, counted?.Hex());
    }

    /// <summary>Throws where a file states a checksum that does not hold.</summary>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="summary">What the file says of itself.</param>
    /// <exception cref="InvalidDataException">It does not hold.</exception>
    public static void RequireChecksum(string path, SafeTensorsSummary summary)
    {
        if (summary.ChecksumHolds is false)
            throw Damaged(path);
    }

    private static InvalidDataException Damaged(string path) =>
        MalformedFile.Because(path, "its checksum does not hold: bytes have changed since it was written");

    // Leaves the stream at the first element.
    private static (IReadOnlyList<SafeTensorsEntry> Entries, Dictionary<string, string> Metadata, FileChecksum? Counted) Open(FileStream file, string path)
    {
        var header = ReadHeader(file, path);
        var (entries, metadata) = SafeTensorsHeader.Parse(header, file.Length - LengthOfLength - header.Length, path);
        if (!metadata.ContainsKey(FileChecksum.Key))
            return (entries, metadata, null);
        var digits = FileChecksum.Find(header);
        return digits >= 0
            ? (entries, metadata, new FileChecksum(header, digits))
            : throw MalformedFile.Because(path, "its checksum is not written as this library writes it");
    }

    private static byte[] ReadHeader(FileStream file, string path)
    {
        if (file.Length < LengthOfLength)
            throw MalformedFile.Because(path, $"too short for a safetensors file: {file.Length} bytes, where the header's length alone takes {LengthOfLength}");
        Span<byte> bytes = stackalloc byte[LengthOfLength];
        file.ReadExactly(bytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > (ulong)(file.Length - LengthOfLength))
            throw MalformedFile.Because(path, $"the header is said to take {length} bytes, but {file.Length - LengthOfLength} follow");
        if (length > SafeTensorsHeader.MaxLength)
            throw MalformedFile.Because(path, $"the header is said to take {length} bytes; the format allows {SafeTensorsHeader.MaxLength}");
        var header = new byte[length];
        file.ReadExactly(header);
        return header;
    }
}

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors by name, in the order of the file. They belong to the dispose scope of whoever read them.</param>
/// <param name="Metadata">The text pairs of the file's <c>__metadata__</c>, but for the checksum; empty where it has none.</param>
public sealed record SafeTensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The checksum that the file states, which holds; null where it states none.</summary>
    public string? Checksum { get; init; }
}

/// <summary>What a safetensors file says of itself. Its header is true of the file; the elements were not looked at one by one.</summary>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The text pairs of the file's <c>__metadata__</c>, but for the checksum; empty where it has none.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Stated">The checksum that the file states; null where it states none.</param>
/// <param name="Counted">The checksum that the file has; null where it states none.</param>
public sealed record SafeTensorsSummary(
    IReadOnlyList<SafeTensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, long Bytes, string? Stated, string? Counted)
{
    /// <summary>Whether every byte is as it was written; null where the file states no checksum.</summary>
    public bool? ChecksumHolds => Stated is null ? null : Stated == Counted;
}

/// <summary>One tensor in the header of a safetensors file.</summary>
/// <param name="Name">Any text.</param>
/// <param name="Dtype">Its elements.</param>
/// <param name="Shape">Its extents, C order.</param>
/// <param name="Begin">Its first byte in the buffer behind the header.</param>
/// <param name="End">The byte behind its last.</param>
public sealed record SafeTensorsEntry(string Name, ScalarType Dtype, long[] Shape, long Begin, long End);
