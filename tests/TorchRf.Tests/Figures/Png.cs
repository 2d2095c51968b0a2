using System.Buffers.Binary;
using System.IO.Compression;
using NUnit.Framework;

namespace TorchRf.Tests.Figures;

/// <summary>A decoded PNG of 8-bit red, green and blue, with or without transparency: enough to look at what was drawn.</summary>
internal sealed class Png
{
    private readonly byte[] samples;
    private readonly int channels;

    private Png(int width, int height, int channels, byte[] samples)
    {
        Width = width;
        Height = height;
        this.channels = channels;
        this.samples = samples;
    }

    internal int Width { get; }

    internal int Height { get; }

    internal static Png Read(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.That(file.AsSpan(0, 8).ToArray(), Is.EqualTo(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a }), "no PNG");
        int width = 0, height = 0, channels = 0;
        using var packed = new MemoryStream();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var data = file.AsSpan(at + 8, length);
            switch (System.Text.Encoding.ASCII.GetString(file, at + 4, 4))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                    Assert.That((data[8], data[12]), Is.EqualTo(((byte)8, (byte)0)), "bit depth, interlace");
                    channels = data[9] switch { 2 => 3, 6 => 4, var type => throw new NotSupportedException($"colour type {type}") };
                    break;
                case "IDAT":
                    packed.Write(data);
                    break;
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
        {
            zlib.CopyTo(inflated);
        }

        return new Png(width, height, channels, Unfilter(inflated.ToArray(), width * channels, height, channels));
    }

    internal (byte R, byte G, byte B) At(int x, int y)
    {
        var at = ((y * Width) + x) * channels;
        return (samples[at], samples[at + 1], samples[at + 2]);
    }

    /// <summary>Where the pixels of exactly this colour are on average, and how many there are.</summary>
    internal (double X, double Y, int Count) Where(byte r, byte g, byte b)
    {
        var (sumX, sumY, count) = (0.0, 0.0, 0);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (At(x, y) == (r, g, b))
                {
                    (sumX, sumY, count) = (sumX + x, sumY + y, count + 1);
                }
            }
        }

        return (sumX / count, sumY / count, count);
    }

    internal int DistinctRows() => Enumerable.Range(0, Height)
        .Select(y => Convert.ToHexString(samples.AsSpan(y * Width * channels, Width * channels)))
        .Distinct()
        .Count();

    private static byte[] Unfilter(byte[] filtered, int stride, int height, int pixel)
    {
        var plain = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            var filter = filtered[y * (stride + 1)];
            for (var i = 0; i < stride; i++)
            {
                int left = i >= pixel ? plain[(y * stride) + i - pixel] : 0;
                int above = y > 0 ? plain[((y - 1) * stride) + i] : 0;
                int corner = i >= pixel && y > 0 ? plain[((y - 1) * stride) + i - pixel] : 0;
                var predicted = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    4 => Paeth(left, above, corner),
                    _ => throw new NotSupportedException($"filter {filter}"),
                };
                plain[(y * stride) + i] = (byte)(filtered[(y * (stride + 1)) + 1 + i] + predicted);
            }
        }

        return plain;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var estimate = left + above - corner;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
