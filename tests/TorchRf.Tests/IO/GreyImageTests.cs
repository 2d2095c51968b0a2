using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class GreyImageTests : FileFixture
{
    private static byte[] Encoded(SKEncodedImageFormat format, int width, int height, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, colour(x, y));
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    private void Refuses(byte[] content, string reason)
    {
        string path = Save("a", content);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => GreyImage.Read(path)), path, reason);
    }

    [Test]
    public void Colours_become_grey_by_luminance_and_what_is_transparent_lies_on_white()
    {
        SKColor[] colours = [SKColors.Red, new(0, 255, 0), SKColors.Blue, SKColors.White, new(10, 20, 30), new(0, 0, 0, 128), new(200, 200, 200, 0)];
        var image = GreyImage.Read(Save("a.jpg", Encoded(SKEncodedImageFormat.Png, colours.Length, 1, (x, _) => colours[x])));
        Assert.That((image.Width, image.Height, image.MaxValue), Is.EqualTo((7, 1, 255)));
        // (299 R + 587 G + 114 B) / 1000, rounded.
        Assert.That(image.ToArray(), Is.EqualTo(new ushort[] { 76, 150, 29, 255, 18, 127, 255 }));
        Assert.That((image[0, 1], image.Pixels16.Length), Is.EqualTo((150, 0)));
        Assert.That(() => image[1, 0], Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    // EXIF's numbers: where the first row and the first column of the file are in the scene.
    [TestCase(1, "top left")]
    [TestCase(2, "top right")]
    [TestCase(3, "bottom right")]
    [TestCase(4, "bottom left")]
    [TestCase(5, "left top")]
    [TestCase(6, "right top")]
    [TestCase(7, "right bottom")]
    [TestCase(8, "left bottom")]
    public void A_photograph_is_turned_as_its_EXIF_says(int orientation, string sides)
    {
        // Dark above, darker to the left: the file's corners are 0 (first row and column), 80 (first row), 160 (first column), 240.
        byte[] jpeg = Encoded(SKEncodedImageFormat.Jpeg, 32, 16, (x, y) => new SKColor((byte)((x < 16 ? 0 : 80) + (y < 8 ? 0 : 160)), (byte)((x < 16 ? 0 : 80) + (y < 8 ? 0 : 160)), (byte)((x < 16 ? 0 : 80) + (y < 8 ? 0 : 160))));
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0];
        var image = GreyImage.Read(Save("a.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]));
        string row = sides.Split(' ')[0], column = sides.Split(' ')[1];
        Assert.That((image.Width, image.Height), Is.EqualTo(row is "top" or "bottom" ? (32, 16) : (16, 32)));
        foreach (var (y, vertical) in new[] { (2, "top"), (image.Height - 3, "bottom") })
        {
            foreach (var (x, horizontal) in new[] { (2, "left"), (image.Width - 3, "right") })
            {
                bool firstRow = row == vertical || row == horizontal, firstColumn = column == vertical || column == horizontal;
                Assert.That(image[y, x], Is.EqualTo((firstColumn ? 0 : 80) + (firstRow ? 0 : 160)).Within(3), $"{vertical} {horizontal}");
            }
        }
    }

    [Test]
    public void Reads_what_else_SkiaSharp_knows()
    {
        byte[] gif = Convert.FromBase64String("R0lGODdhAgABAIEAAP////8AAAAAAAAAACwAAAAAAgABAAAIBQABBAgIADs=");
        Assert.That(GreyImage.Read(Save("a.gif", gif)).ToArray(), Is.EqualTo(new ushort[] { 255, 76 }), "white and red");
        byte[] bmp = [.. "BM"u8, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], 0, 0, 255, 0, 255, 255, 255, 0];
        Assert.That(GreyImage.Read(Save("a.bmp", bmp)).ToArray(), Is.EqualTo(new ushort[] { 255, 76 }));
        Assert.That(GreyImage.Read(Save("a.webp", Encoded(SKEncodedImageFormat.Webp, 3, 2, (_, _) => SKColors.White))).ToArray(), Is.EqualTo(Enumerable.Repeat(255, 6)));
    }

    // Rows take the filters 0 to 4 in turn.
    private static byte[] Png16(int width, int height, int colour, Func<int, int, int, ushort> channel, bool interlaced = false, byte[]? transparent = null)
    {
        int channels = colour switch { 0 => 1, 2 => 3, 4 => 2, _ => 4 }, step = 2 * channels;
        byte[] Row(int y) => y < 0 ? new byte[width * step] : [.. Enumerable.Range(0, width).SelectMany(x => Enumerable.Range(0, channels).Select(c => channel(x, y, c)).SelectMany(v => new[] { (byte)(v >> 8), (byte)v }))];
        using var packed = new MemoryStream();
        using (var packer = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                var (row, above) = (Row(y), Row(y - 1));
                int Left(byte[] of, int i) => i < step ? 0 : of[i - step];
                packer.WriteByte((byte)(y % 5));
                for (int i = 0; i < row.Length; i++)
                {
                    int a = Left(row, i), b = above[i], c = Left(above, i);
                    int nearest = new[] { a, b, c }.MinBy(v => Math.Abs(a + b - c - v));
                    packer.WriteByte((byte)(row[i] - (y % 5) switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => nearest }));
                }
            }
        }
        byte[] header = [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 16, (byte)colour, 0, 0, (byte)(interlaced ? 1 : 0)];
        var data = packed.ToArray();
        return [.. PngFile.Signature, .. Chunk("IHDR", header), .. transparent is null ? [] : Chunk("tRNS", transparent), .. Chunk("IDAT", data.AsSpan(..8)), .. Chunk("IDAT", data.AsSpan(8..)), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, ReadOnlySpan<byte> content)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. content];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.Of(body));
        return [.. length, .. body, .. checksum];
    }

    private static ushort Noise(int x, int y, int c) => (ushort)((((x + 1) * 7919) + ((y + 3) * 104729) + (c * 1299709)) % 65536);

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(6)]
    public void Reads_all_16_bits_of_a_PNG(int colour)
    {
        var image = GreyImage.Read(Save("a.png", Png16(13, 11, colour, Noise)));
        Assert.That((image.Width, image.Height, image.MaxValue, image.Pixels8.Length), Is.EqualTo((13, 11, 65535, 0)));
        for (int y = 0; y < 11; y++)
        {
            for (int x = 0; x < 13; x++)
            {
                double grey = colour is 0 or 4 ? Noise(x, y, 0) : (0.299 * Noise(x, y, 0)) + (0.587 * Noise(x, y, 1)) + (0.114 * Noise(x, y, 2));
                double opaque = colour is 0 or 2 ? 1 : Noise(x, y, colour is 4 ? 1 : 3) / 65535.0;
                Assert.That(image[y, x], Is.EqualTo((grey * opaque) + (65535 * (1 - opaque))).Within(colour == 0 ? 0 : 1), $"{x}, {y}");
            }
        }
    }

    [Test]
    public void Refuses_what_is_no_whole_picture()
    {
        byte[] png = Png16(13, 11, 0, Noise), jpeg = Encoded(SKEncodedImageFormat.Jpeg, 40, 40, (x, y) => new SKColor((byte)(Noise(x, y, 0) >> 8), 0, 0));
        Assert.That(GreyImage.Read(Save("a", Png16(2, 1, 0, (x, _, _) => (ushort)(x + 5), transparent: [0, 6]))).ToArray(), Is.EqualTo(new ushort[] { 5, 65535 }), "the transparent colour");
        Refuses(Png16(13, 11, 0, Noise, interlaced: true), "interlaced");
        Refuses(png[..^13], "truncated");
        Refuses([.. png[..50], (byte)(png[50] ^ 1), .. png[51..]], "a checksum is wrong");
        byte[] high = (byte[])png.Clone();
        high[16] = 64;
        BinaryPrimitives.WriteUInt32BigEndian(high.AsSpan(29), Crc32.Of(high.AsSpan(12, 17)));
        Refuses(high, "pixels are more than");
        Refuses(jpeg[..(jpeg.Length / 2)], "truncated");
        Refuses(jpeg[..20], "damaged picture");
        Refuses([0x93, .. "NUMPY\u0001\0"u8], "an array of numbers, not a picture");
    }

    [TestCase("png16")]
    [TestCase("png")]
    [TestCase("jpeg")]
    [TestCase("webp")]
    public void Damaged_pictures_are_read_or_refused(string kind)
    {
        byte[] whole = kind == "png16" ? Png16(6, 5, 2, Noise)
            : Encoded(kind switch { "png" => SKEncodedImageFormat.Png, "jpeg" => SKEncodedImageFormat.Jpeg, _ => SKEncodedImageFormat.Webp }, 12, 9, (x, y) => new SKColor((byte)(20 * x), (byte)(25 * y), 90));
        // Most damage to a PNG is found by its checksums, so they are set right in every other.
        var mutants = Mutants.Of(whole, count: 500, seed: 5).Select((mutant, i) => kind.StartsWith("png", StringComparison.Ordinal) && i % 2 == 0 ? Mended(mutant) : mutant);
        CheckMutants(mutants, GreyImage.Read, (image, _) => Assert.That(image.Pixels8.Length + image.Pixels16.Length, Is.EqualTo(image.Width * image.Height)), accepts: 5, room: 1 << 24);
    }

    private static byte[] Mended(byte[] png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), Crc32.Of(png.AsSpan(at + 4, 4 + (int)length)));
            at += 12 + (int)length;
        }
        return png;
    }

    [Test]
    public void Is_what_Pillow_makes_of_it()
    {
        Numpy.Run(Folder, """
            from PIL import Image, ImageOps
            rng = np.random.default_rng(1)
            y, x = np.mgrid[:48, :64]
            rgb = np.stack([x * 4, y * 5, (x + y) * 2], 2).astype('u1')
            im = Image.fromarray(rgb)
            made = {'c.png': im, 'q95.jpg': im, 'l.png': im.convert('L'), 'p.png': im.convert('P'), 'b.bmp': im, 'l.jpg': im.convert('L'), 'g.gif': im.convert('P'), 'bit.png': im.convert('1'), 'w.webp': im}
            for name, m in made.items():
                m.save(name, **({'lossless': True} if name == 'w.webp' else {'quality': 95} if name == 'q95.jpg' else {}))
            for o in range(1, 9):
                e = Image.Exif(); e[0x0112] = o
                im.save(f'o{o}.jpg', quality=95, exif=e)
            w = rng.integers(0, 65536, size=(48, 64)).astype('u2')
            Image.fromarray(w).save('w16.png')
            import glob
            for name in glob.glob('*.*'):
                m = ImageOps.exif_transpose(Image.open(name))
                a = np.asarray(m) if name == 'w16.png' else np.asarray(m.convert('L'))
                np.save(name + '.npy', a)
            """);
        foreach (string npy in Directory.GetFiles(Folder, "*.npy"))
        {
            var image = GreyImage.Read(npy[..^4]);
            using var array = ArrayFile.Open(npy);
            Assert.That(array.Shape, Is.EqualTo(new long[] { image.Height, image.Width }), npy);
            var expected = new double[image.Width * image.Height];
            array.Read(0, image.Height, expected);
            double most = expected.Zip(image.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            TestContext.Out.WriteLine($"{Path.GetFileName(npy)}: {most}");
            Assert.That(most, Is.LessThanOrEqualTo(npy.Contains(".jpg", StringComparison.Ordinal) ? 2 : 0), npy);
        }
    }
}
