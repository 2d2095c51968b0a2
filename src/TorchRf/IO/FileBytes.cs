using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace TorchRf.IO;

/// <summary>The bytes that an array lies in, of any number: a file that is mapped into memory and takes none itself, or what was unpacked from one.</summary>
internal sealed unsafe class FileBytes : IDisposable
{
    // Deflate makes at most 258 bytes of two bits: what is said to unpack to more is a lie, and no memory is asked for.
    private const long MostUnpacked = 1032;

    private readonly MemoryMappedViewAccessor? view;
    private byte* start;

    private FileBytes(byte* start, long length, MemoryMappedViewAccessor? view)
    {
        this.start = start;
        (Length, this.view) = (length, view);
    }

    ~FileBytes() => Release();

    public long Length { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">They were given back.</exception>
    public byte* Start => start is not null ? start : throw new ObjectDisposedException(nameof(ArrayFile));

    /// <summary>Maps a file that is not empty.</summary>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public static FileBytes Map(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        long length = file.Length;
        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        var view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new FileBytes(start + view.PointerOffset, length, view);
    }

    /// <summary>Takes the next bytes of a stream, and makes sure that none follow.</summary>
    /// <param name="source">What unpacks them.</param>
    /// <param name="length">How many there must be.</param>
    /// <param name="packed">How many the stream makes them of.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="whole">Whether nothing may follow them in the stream.</param>
    /// <exception cref="InvalidDataException">There are fewer or more of them.</exception>
    public static FileBytes Unpack(Stream source, long length, long packed, string path, bool whole = true)
    {
        if (length / MostUnpacked > packed)
            throw MalformedFile.Because(path, $"truncated: {packed} packed bytes cannot hold {length}");
        var bytes = new FileBytes((byte*)NativeMemory.Alloc((nuint)Math.Max(length, 1)), length, null);
        try
        {
            for (long at = 0; at < length;)
            {
                int read = source.Read(new Span<byte>(bytes.start + at, (int)Math.Min(length - at, 1 << 20)));
                if (read == 0)
                    throw MalformedFile.Because(path, $"truncated: it unpacks to {at} bytes where {length} are needed");
                at += read;
            }
            if (whole && source.ReadByte() >= 0)
                throw MalformedFile.Because(path, $"trailing bytes: it unpacks to more than the {length} bytes that its shape takes");
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>A copy.</summary>
    public static FileBytes Of(ReadOnlySpan<byte> content)
    {
        var bytes = new FileBytes((byte*)NativeMemory.Alloc((nuint)Math.Max(content.Length, 1)), content.Length, null);
        content.CopyTo(new Span<byte>(bytes.start, content.Length));
        return bytes;
    }

    /// <summary>Some of them.</summary>
    public ReadOnlySpan<byte> Slice(long at, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, Length - length);
        return new ReadOnlySpan<byte>(Start + at, length);
    }

    /// <summary>A stream of some of them, for as long as they are there.</summary>
    public Stream Stream(long at, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, Length - length);
        return new UnmanagedMemoryStream(Start + at, length);
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (start is null)
            return;
        if (view is null)
            NativeMemory.Free(start);
        else
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }
        start = null;
    }
}

/// <summary>The checksum of zip and PNG: CRC-32 of ISO 3309.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        uint remainder = (uint)i;
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320);
        return remainder;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        foreach (byte value in bytes)
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }
}
