using System.Runtime.InteropServices;
using SkiaSharp;

namespace TorchRf.IO;

/// <summary>A grey picture, of a byte a pixel or of two.</summary>
public sealed class GreyImage
{
    /// <summary>The most pixels a picture may have.</summary>
    internal const long MostPixels = 1L << 29;

    private const long LongestFile = 1L << 30;

    // Blank pixels that a byte of a packed picture can stand for; GIF, JPEG and PNG stay below. Up to the other number no reason is asked for.
    private const long MostPixelsPerByte = 1 << 14;
    private const long FreePixels = 1 << 22;

    private readonly byte[] bytes = [];
    private readonly ushort[] words = [];

    internal GreyImage(int width, int height, int maxValue, byte[] pixels)
    {
        (Width, Height, MaxValue, bytes) = (width, height, maxValue, pixels);
    }

    internal GreyImage(int width, int height, int maxValue, ushort[] pixels)
    {
        (Width, Height, MaxValue, words) = (width, height, maxValue, pixels);
    }

    /// <summary>The number of columns, at least 1.</summary>
    public int Width { get; }

    /// <summary>The number of rows, at least 1.</summary>
    public int Height { get; }

    /// <summary>The value that stands for white, 1 to 65535; black is 0.</summary>
    public int MaxValue { get; }

    /// <summary>
    /// The pixels where <see cref="MaxValue"/> is at most 255, (Height, Width) row by row from the top left: that of row r and column c is
    /// <c>Pixels8[r * Width + c]</c>. Empty where it is more.
    /// </summary>
    public ReadOnlySpan<byte> Pixels8 => bytes;

    /// <summary>The same where <see cref="MaxValue"/> is over 255; empty where it is not.</summary>
    public ReadOnlySpan<ushort> Pixels16 => words;

    /// <summary>A pixel, 0 to <see cref="MaxValue"/>.</summary>
    /// <param name="row">From the top, from 0.</param>
    /// <param name="column">From the left, from 0.</param>
    public int this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Height, nameof(row));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Width, nameof(column));
            long at = ((long)row * Width) + column;
            return MaxValue < 256 ? bytes[at] : words[at];
        }
    }

    /// <summary>A copy of all pixels, row by row.</summary>
    public ushort[] ToArray() => MaxValue < 256 ? Array.ConvertAll(bytes, pixel => (ushort)pixel) : [.. words];

    /// <summary>Reads a picture: PGM and PNG of 8 or 16 bits, JPEG, WebP, BMP, the first frame of a GIF.</summary>
    /// <remarks>
    /// Colours become grey by their luminance (299 R + 587 G + 114 B) / 1000 of ITU-R 601-2, in whole numbers as Pillow's convert('L') has them; colour profiles are passed over, as there.
    /// A picture is turned as its EXIF says. What is transparent lies on white.
    /// </remarks>
    /// <param name="path">The file to read.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no such picture, is damaged or cut short, is longer than 1 GiB or has over half a gigapixel, or is an interlaced PNG of 16 bits; or it needs SkiaSharp, whose
    /// native library this system lacks (PGM and PNG of 16 bits do not). The message is the path and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static GreyImage Read(string path)
    {
        var format = FileFormats.Of(path);
        if (format == FileFormat.Pgm)
            return PgmFile.Read(path);
        if (format < FileFormat.Pgm)
            throw MalformedFile.Because(path, "this is an array of numbers, not a picture");
        byte[] content;
        using (var file = File.OpenRead(path))
            content = BytesOf(file, path);
        if (format == FileFormat.Png && PngFile.Is16Bit(content))
            return PngFile.Read(content, path);
        try
        {
            return Decode(content, path);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw MalformedFile.Because(path, "only PGM and PNG of 16 bits can be read here, for SkiaSharp has no native library for this system");
        }
    }

    /// <summary>All bytes of a file that is no longer than a picture may be.</summary>
    internal static byte[] BytesOf(FileStream file, string path)
    {
        if (file.Length > LongestFile)
            throw MalformedFile.Because(path, $"{file.Length} bytes are too many for an image; at most {LongestFile} are read");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Grey of the same lightness, as Pillow rounds it; up to 16 bits a colour.</summary>
    internal static uint Luminance(uint red, uint green, uint blue) => ((19595 * red) + (38470 * green) + (7471 * blue) + 0x8000) >> 16;

    /// <summary>A grey that lies on white.</summary>
    internal static uint OverWhite(uint grey, uint opaque, uint white) =>
        opaque == white ? grey : (uint)((((ulong)grey * opaque) + ((ulong)white * (white - opaque)) + (white / 2)) / white);

    private static unsafe GreyImage Decode(byte[] content, string path)
    {
        fixed (byte* bytes = content)
        {
            using var data = SKData.Create((nint)bytes, content.Length);
            return Decode(data, content.Length, path);
        }
    }

    private static unsafe GreyImage Decode(SKData data, long length, string path)
    {
        using var codec = SKCodec.Create(data) ?? throw MalformedFile.Because(path, "a damaged picture, or one of a kind that is not known");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        long pixels = (long)width * height;
        if (width <= 0 || height <= 0 || pixels > MostPixels || pixels > Math.Max(FreePixels, length * MostPixelsPerByte))
            throw MalformedFile.Because(path, $"{width} x {height} pixels are more than its {length} bytes hold, or than are read ({MostPixels})");
        // Four bytes a pixel, for as long as they are needed.
        var colours = (uint*)NativeMemory.Alloc((nuint)pixels, sizeof(uint));
        try
        {
            var result = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)colours);
            if (result != SKCodecResult.Success)
                throw MalformedFile.Because(path, result == SKCodecResult.IncompleteInput ? "truncated: the picture ends before its pixels do" : $"the picture is damaged ({result})");
            return Upright(colours, width, height, codec.EncodedOrigin);
        }
        finally
        {
            NativeMemory.Free(colours);
        }
    }

    // How a camera was held: the picture's first row is at the top, right, bottom or left of the scene, its first column at another side.
    private static unsafe GreyImage Upright(uint* colours, int width, int height, SKEncodedOrigin origin)
    {
        bool turned = origin >= SKEncodedOrigin.LeftTop;
        bool fromBelow = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool fromRight = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var (wide, high) = turned ? (height, width) : (width, height);
        var grey = new byte[(long)wide * high];
        for (int y = 0; y < high; y++)
        {
            for (int x = 0; x < wide; x++)
            {
                var (row, column) = (fromBelow ? high - 1 - y : y, fromRight ? wide - 1 - x : x);
                uint colour = colours[turned ? ((long)column * width) + row : ((long)row * width) + column];
                uint luminance = Luminance(colour & 0xFF, (colour >> 8) & 0xFF, (colour >> 16) & 0xFF);
                grey[((long)y * wide) + x] = (byte)OverWhite(luminance, colour >> 24, 255);
            }
        }
        return new GreyImage(wide, high, 255, grey);
    }
}
