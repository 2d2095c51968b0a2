using System.Buffers.Binary;
using System.Numerics;

namespace TorchRf.IO;

/// <summary>Reads PGM images, binary (P5) or plain text (P2), of 8 or 16 bits.</summary>
/// <remarks>Source: the published format, https://netpbm.sourceforge.net/doc/pgm.html. A file holds one image here.</remarks>
internal static class PgmFile
{
    /// <summary>Reads the image of a file.</summary>
    /// <param name="path">The file to read.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a PGM image, is damaged, or is longer than 1 GiB; the message is the path and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static GreyImage Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = GreyImage.BytesOf(file, path);
        if (!bytes.AsSpan().StartsWith("P5"u8) && !bytes.AsSpan().StartsWith("P2"u8))
            throw MalformedFile.Because(path, "not a PGM image: it starts neither with P5 nor with P2");
        var plain = bytes[1] == '2';
        var scanner = new Scanner(bytes, path);
        var width = scanner.ReadNumber("width", 1, int.MaxValue);
        var height = scanner.ReadNumber("height", 1, int.MaxValue);
        var maxValue = scanner.ReadNumber("maximum value", 1, ushort.MaxValue);
        if (plain)
            return ReadPlain(ref scanner, width, height, maxValue);
        var raster = scanner.TakeRaster();
        CheckLength(raster, path, width, height, maxValue);
        return maxValue < 256
            ? new GreyImage(width, height, maxValue, Checked(raster.ToArray(), maxValue, path))
            : new GreyImage(width, height, maxValue, Checked(Wide(raster), maxValue, path));
    }

    private static GreyImage ReadPlain(ref Scanner scanner, int width, int height, int maxValue)
    {
        // Each pixel takes a digit and a separator before it.
        scanner.CheckRoom(width, height, bytesPerPixel: 2);
        var pixels = new ushort[(long)width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (ushort)scanner.ReadNumber("pixel", 0, maxValue);
        scanner.ExpectEnd();
        return maxValue < 256 ? new GreyImage(width, height, maxValue, Array.ConvertAll(pixels, pixel => (byte)pixel)) : new GreyImage(width, height, maxValue, pixels);
    }

    private static void CheckLength(ReadOnlySpan<byte> raster, string path, int width, int height, int maxValue)
    {
        var needed = (Int128)width * height * (maxValue < 256 ? 1 : 2);
        if (raster.Length != needed)
        {
            var fault = raster.Length < needed ? "truncated" : "trailing bytes";
            throw MalformedFile.Because(path, $"{fault}: {width} x {height} pixels take {needed} bytes, but {raster.Length} follow the header");
        }
    }

    private static ushort[] Wide(ReadOnlySpan<byte> raster)
    {
        var pixels = new ushort[raster.Length / 2];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = BinaryPrimitives.ReadUInt16BigEndian(raster[(2 * i)..]);
        return pixels;
    }

    private static T[] Checked<T>(T[] pixels, int maxValue, string path)
        where T : IBinaryInteger<T>
    {
        var most = T.CreateChecked(maxValue);
        var above = Array.FindIndex(pixels, pixel => pixel > most);
        return above < 0 ? pixels : throw MalformedFile.Because(path, $"pixel {above} is {pixels[above]}, above the maximum value {maxValue}");
    }

    /// <summary>Reads numbers that white space and comments separate, behind the two bytes of the magic number.</summary>
    private ref struct Scanner(ReadOnlySpan<byte> bytes, string path)
    {
        private readonly ReadOnlySpan<byte> all = bytes;
        private int at = 2;

        public int ReadNumber(string what, int least, int most)
        {
            var before = at;
            SkipSeparators();
            var start = at;
            long number = 0;
            while (at < all.Length && char.IsAsciiDigit((char)all[at]))
            {
                // Held just above any bound, so that no run of digits overflows.
                number = Math.Min((10 * number) + (all[at++] - '0'), 1L + int.MaxValue);
            }
            if (at == start)
                throw MalformedFile.Because(path, start == all.Length ? $"truncated before the {what}" : $"no number where the {what} should be (byte {start})");
            if (start == before)
                throw MalformedFile.Because(path, $"nothing separates the {what} from what is before it (byte {start})");
            if (number < least || number > most)
            {
                var found = number > int.MaxValue ? "far too large" : $"{number}";
                throw MalformedFile.Because(path, $"the {what} is {found}; {least} to {most} is allowed");
            }
            return (int)number;
        }

        public readonly void CheckRoom(int width, int height, int bytesPerPixel)
        {
            var needed = (Int128)width * height * bytesPerPixel;
            if (needed > all.Length - at)
                throw MalformedFile.Because(path, $"truncated: {width} x {height} pixels take at least {needed} bytes, but {all.Length - at} follow the header");
        }

        // Exactly one byte of white space ends the header; the next is a pixel already, whatever it looks like.
        public readonly ReadOnlySpan<byte> TakeRaster()
        {
            if (at == all.Length)
                throw MalformedFile.Because(path, "truncated before the pixels");
            return IsSpace(all[at])
                ? all[(at + 1)..]
                : throw MalformedFile.Because(path, "no white space between the maximum value and the pixels");
        }

        public void ExpectEnd()
        {
            SkipSeparators();
            if (at < all.Length)
                throw MalformedFile.Because(path, $"trailing bytes: the last pixel ends before byte {at} of {all.Length}");
        }

        private void SkipSeparators()
        {
            while (at < all.Length && (IsSpace(all[at]) || all[at] == '#'))
                if (all[at++] == '#')
                    while (at < all.Length && all[at] is not ((byte)'\n' or (byte)'\r'))
                        at++;
        }

        private static bool IsSpace(byte value) => value is 0x20 or (>= 0x09 and <= 0x0D);
    }
}
