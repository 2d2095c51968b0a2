using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TorchRf.IO;

/// <summary>A tensor's elements as the raw little-endian bytes, in C order, that files hold.</summary>
internal static class TensorBytes
{
    /// <summary>The most dimensions a shape read from a file may have; torch's own kernels go no further.</summary>
    public const int MostDimensions = 64;

    // A span counts in int, a tensor may be larger than that: bytes travel in pieces of at most this many.
    private const int PieceLength = 1 << 24;

    private delegate void PieceAction(Span<byte> piece);

    /// <summary>How many bytes one element takes.</summary>
    /// <exception cref="ArgumentException">A dtype without a plain representation, such as a quantised one.</exception>
    public static int SizeOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        _ => throw new ArgumentException($"Elements of dtype {dtype} have no plain bytes.", nameof(dtype)),
    };

    /// <summary>
    /// How many bytes a tensor takes, or null when that number, or a stride of the tensor, does not fit 64 bits.
    /// </summary>
    public static long? Length(ReadOnlySpan<long> shape, ScalarType dtype) => Length(shape, SizeOf(dtype));

    /// <summary>The same of elements of a size in bytes.</summary>
    public static long? Length(ReadOnlySpan<long> shape, int size)
    {
        // Strides are products in which an empty dimension counts as one, so they can overflow where the length is zero.
        long stride = size;
        var empty = false;
        foreach (var extent in shape)
        {
            empty |= extent == 0;
            var product = (Int128)stride * Math.Max(extent, 1);
            if (product > long.MaxValue)
                return null;
            stride = (long)product;
        }
        return empty ? 0 : stride;
    }

    /// <summary>Writes the tensor's elements, wherever and however it stores them.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="checksum">Counts them in.</param>
    public static void Write(Stream target, Tensor tensor, FileChecksum? checksum = null)
    {
        using var scope = torch.NewDisposeScope();
        // One copy settles device, strides and pending conjugations at once.
        var plain = Allocate(tensor.shape, tensor.dtype);
        plain.copy_(tensor.detach());
        ForEachPiece(plain, piece =>
        {
            target.Write(piece);
            checksum?.Append(piece);
        });
    }

    /// <summary>
    /// Reads a CPU tensor from the stream. The caller has checked that the stream holds its bytes; the tensor belongs to the
    /// caller's dispose scope.
    /// </summary>
    /// <param name="source">Stands at the first byte; is left behind the last.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="shape">The tensor's shape, C order.</param>
    /// <param name="dtype">The tensor's dtype.</param>
    /// <param name="bigEndian">Whether the file has the most significant byte first.</param>
    /// <param name="checksum">Counts the bytes in, as they are in the file.</param>
    /// <exception cref="InvalidDataException">A boolean that is neither 0 nor 1, or a file that got shorter meanwhile.</exception>
    public static Tensor Read(Stream source, string path, long[] shape, ScalarType dtype, bool bigEndian = false, FileChecksum? checksum = null)
    {
        using var scope = torch.NewDisposeScope();
        var tensor = Allocate(shape, dtype);
        try
        {
            ForEachPiece(tensor, piece =>
            {
                source.ReadExactly(piece);
                checksum?.Append(piece);
                // Any other byte in a C++ bool is undefined behaviour, not a true.
                if (dtype == ScalarType.Bool && piece.IndexOfAnyExceptInRange((byte)0, (byte)1) is var at and >= 0)
                    throw MalformedFile.Because(path, $"a boolean is stored as the byte {piece[at]}, which is neither 0 nor 1");
                if (bigEndian)
                    ReverseEndianness(piece, SizeOf(dtype));
            });
        }
        catch (EndOfStreamException)
        {
            throw MalformedFile.Because(path, "the file became shorter while it was read");
        }
        return tensor.MoveToOuterDisposeScope();
    }

    private static Tensor Allocate(long[] shape, ScalarType dtype) =>
        torch.empty(shape, dtype: dtype, device: torch.device("cpu"));

    private static void ForEachPiece(Tensor contiguous, PieceAction action)
    {
        var count = contiguous.numel();
        if (count == 0)
            return;
        using var flat = contiguous.reshape(-1);
        var step = PieceLength / SizeOf(contiguous.dtype);
        for (long start = 0; start < count; start += step)
        {
            using var piece = flat.narrow(0, start, Math.Min(step, count - start));
            action(piece.bytes);
        }
    }

    private static void ReverseEndianness(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}

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

    /// <summary>Begins with the header; what follows it is to be appended.</summary>
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

    /// <summary>Counts in what comes next.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>The checksum of what was counted in.</summary>
    public string Hex() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
