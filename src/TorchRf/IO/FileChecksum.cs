using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TorchRf.IO;

namespace TorchRf.IO;

/// <summary>
/// The checksum inside a safetensors file: among its metadata, under <see cref="Key"/>, the SHA-256 of the whole file in which the checksum's
/// own 64 hexadecimal digits are taken as zeros. A flip of any byte of the file is found by it.
/// </summary>
internal sealed class FileChecksum : IDisposable
{
    /// <summary>The checksum's name in the metadata.</summary>
    public const string Key = "torchrf_sha256";

    private const int LengthOfLength = sizeof(long);
    private const int Digits = 2 * SHA256.HashSizeInBytes;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with the header; what follows it goes through <see cref="Through"/>.</summary>
    /// <param name="header">The header's bytes, whose digits are at <paramref name="at"/>.</param>
    /// <param name="at">The digits' place in the header.</param>
    public FileChecksum(ReadOnlySpan<byte> header, int at)
    {
        Span<byte> length = stackalloc byte[LengthOfLength];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        hash.AppendData(length);
        hash.AppendData(header[..at]);
        hash.AppendData(Encoding.ASCII.GetBytes(Placeholder));
        hash.AppendData(header[(at + Digits)..]);
    }

    /// <summary>What stands for the digits until they are known.</summary>
    public static string Placeholder { get; } = new('0', Digits);

    /// <summary>Where the digits are in a header as <see cref="SafeTensorsHeader.Format"/> writes it; negative where there are none.</summary>
    public static int Find(ReadOnlySpan<byte> header)
    {
        // In a text of the header these quotes would be escaped, so that this can only be the name and what it names.
        ReadOnlySpan<byte> name = "\"torchrf_sha256\":\""u8;
        var found = header.IndexOf(name);
        var at = found + name.Length;
        return found >= 0 && header.Length > at + Digits && header[at + Digits] == '"' ? at : -1;
    }

    /// <summary>A stream that passes on what follows the header and counts it in.</summary>
    public Stream Through(Stream stream) => new HashedStream(stream, hash);

    /// <summary>The checksum of what was counted in.</summary>
    public string Hex() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
