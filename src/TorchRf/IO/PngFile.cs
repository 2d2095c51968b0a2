using System.Buffers.Binary;
using System.IO.Compression;

namespace TorchRf.IO;

/// <summary>Reads PNG pictures of 16 bits, of which SkiaSharp keeps 8. Interlaced ones are refused.</summary>
/// <remarks>Source: W3C, Portable Network Graphics, 2003.</remarks>
internal static class PngFile
{
    private const int Header = 0x49484452, Data = 0x49444154, End = 0x49454E44, Transparent = 0x74524E53;

    /// <summary>What a PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether the header says 16 bits.</summary>
    public static bool Is16Bit(ReadOnlySpan<byte> file) => file.Length > 24 && BinaryPrimitives.ReadInt32BigEndian(file[12..]) == Header && file[24] == 16;

    public static GreyImage Read(byte[] file, string path)
    {
        int width = 0, height = 0, colour = -1;
        var (packed, through, ended) = (new MemoryStream(), Array.Empty<byte>(), false);
        for (int at = Signature.Length; !ended;)
        {
            if (file.Length - at < 12)
                throw MalformedFile.Because(path, "truncated before the end of the PNG picture");
            var (length, type) = (BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 4)));
            if (length > file.Length - at - 12)
                throw MalformedFile.Because(path, $"truncated: a part of the PNG picture is said to take {length} bytes, but {file.Length - at - 12} follow");
            var content = file.AsSpan(at + 8, (int)length);
            if (Crc32.Of(file.AsSpan(at + 4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + (int)length)))
                throw MalformedFile.Because(path, "the PNG picture is damaged: a checksum is wrong");
            if ((type == Header) != (colour < 0) || (type == Header && length != 13))
                throw MalformedFile.Because(path, "the PNG picture does not begin with its one header");
            switch (type)
            {
                case Header:
                    (width, height, colour) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]), content[9]);
                    if (width <= 0 || height <= 0 || content[8] != 16 || content[9] is not (0 or 2 or 4 or 6) || content[10] != 0 || content[11] != 0 || content[12] > 1)
                        throw MalformedFile.Because(path, "the PNG picture's header says what there is not");
                    if (content[12] == 1)
                        throw MalformedFile.Because(path, "this is an interlaced PNG of 16 bits; save it without interlacing");
                    break;
                case Data:
                    packed.Write(content);
                    break;
                case Transparent:
                    through = content.ToArray();
                    break;
                case End:
                    ended = true;
                    break;
            }
            at += 12 + (int)length;
        }

        int channels = colour switch { 0 => 1, 2 => 3, 4 => 2, _ => 4 };
        long pixels = (long)width * height, row = (long)width * channels * 2;
        // What deflate can make of so many bytes.
        if (pixels > GreyImage.MostPixels || row * height / 1032 > packed.Length)
            throw MalformedFile.Because(path, $"{width} x {height} pixels are more than {packed.Length} packed bytes hold, or than are read ({GreyImage.MostPixels})");
        if (through.Length != 0 && (colour > 2 || through.Length != channels * 2))
            throw MalformedFile.Because(path, "the PNG picture's transparent colour is none");
        packed.Position = 0;
        try
        {
            using var stream = new ZLibStream(packed, CompressionMode.Decompress);
            return new GreyImage(width, height, ushort.MaxValue, Rows(stream, width, height, channels, through, path));
        }
        catch (EndOfStreamException)
        {
            throw MalformedFile.Because(path, "truncated: the PNG picture ends before its pixels do");
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path + ": ", StringComparison.Ordinal))
        {
            throw MalformedFile.Because(path, "the PNG picture is damaged");
        }
    }

    private static ushort[] Rows(Stream stream, int width, int height, int channels, byte[] through, string path)
    {
        int step = channels * 2;
        var pixels = new ushort[width * height];
        var (row, above) = (new byte[width * step], new byte[width * step]);
        for (int y = 0; y < height; y++)
        {
            int filter = stream.ReadByte();
            stream.ReadExactly(row);
            if (filter is < 0 or > 4)
                throw MalformedFile.Because(path, $"row {y} of the PNG picture has the filter {filter}; there are 0 to 4");
            Unfilter(filter, row, above, step);
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> pixel = row.AsSpan(x * step, step);
                uint Channel(ReadOnlySpan<byte> of, int i) => BinaryPrimitives.ReadUInt16BigEndian(of[(2 * i)..]);
                uint grey = channels < 3 ? Channel(pixel, 0) : GreyImage.Luminance(Channel(pixel, 0), Channel(pixel, 1), Channel(pixel, 2));
                uint opaque = channels is 2 or 4 ? Channel(pixel, channels - 1) : through.Length > 0 && pixel.SequenceEqual(through) ? 0u : ushort.MaxValue;
                pixels[(y * width) + x] = (ushort)GreyImage.OverWhite(grey, opaque, ushort.MaxValue);
            }
            (row, above) = (above, row);
        }
        return pixels;
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, up = above[i], corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int p = left + up - corner;
        int toLeft = Math.Abs(p - left), toUp = Math.Abs(p - up), toCorner = Math.Abs(p - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
