using System.Globalization;
using System.Text;
using NUnit.Framework;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class PgmImageTests : FileFixture
{
    private string Target => InFolder("a.pgm");

    [TestCase("P5\n3 2\n255\n", TestName = "Reads_the_usual_header")]
    [TestCase("P5 3 2 255 ", TestName = "Reads_a_header_in_one_line")]
    [TestCase("P5\r\n3\t2\v\f255\r", TestName = "Reads_every_white_space")]
    [TestCase("P5# a\n#b 9 9\n3 # c\r2#e\n\n255\n", TestName = "Reads_comments")]
    [TestCase("P5\n003 02\n0255\n", TestName = "Reads_leading_zeros")]
    public void Reads_8_bit_pixels(string header)
    {
        Save("a.pgm", [.. Encoding.ASCII.GetBytes(header), 0, 1, 2, 253, 254, 255]);
        var image = PgmFile.Read(Target);
        Assert.That((image.Width, image.Height, image.MaxValue), Is.EqualTo((3, 2, 255)));
        Assert.That(image.ToArray(), Is.EqualTo(new ushort[] { 0, 1, 2, 253, 254, 255 }));
    }

    [Test]
    public void Takes_one_white_space_before_the_pixels_and_no_more()
    {
        Save("a.pgm", [.. "P5 2 1 99\n"u8, 10, 35]);
        Assert.That(PgmFile.Read(Target).ToArray(), Is.EqualTo(new ushort[] { 10, 35 }));
    }

    [TestCase(256)]
    [TestCase(65535)]
    public void Reads_16_bit_pixels_with_the_high_byte_first(int maxValue)
    {
        Save("a.pgm", [.. Encoding.ASCII.GetBytes($"P5\n1 2\n{maxValue}\n"), 1, 0, 0, 255]);
        var image = PgmFile.Read(Target);
        Assert.That((image.Width, image.Height, image.MaxValue), Is.EqualTo((1, 2, maxValue)));
        Assert.That(image.ToArray(), Is.EqualTo(new ushort[] { 256, 255 }));
    }

    [Test]
    public void Reads_plain_pixels()
    {
        Save("a.pgm", "P2\n# feep\n3 2\n65535\n0 1 2\n 65535 # in the middle\n007\n8"u8);
        var image = PgmFile.Read(Target);
        Assert.That((image.Width, image.Height, image.MaxValue), Is.EqualTo((3, 2, 65535)));
        Assert.That(image.ToArray(), Is.EqualTo(new ushort[] { 0, 1, 2, 65535, 7, 8 }));
    }

    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => PgmFile.Read(Target), Throws.TypeOf<FileNotFoundException>().With.Message.Contains(Target));

    [TestCase("", "not a PGM image")]
    [TestCase("P", "not a PGM image")]
    [TestCase("P6\n1 1\n255\nabc", "not a PGM image")]
    [TestCase("\u0089PNG\r\n", "not a PGM image")]
    [TestCase("P5", "truncated before the width")]
    [TestCase("P5\n", "truncated before the width")]
    [TestCase("P5\n2", "truncated before the height")]
    [TestCase("P5\n2 2 # ", "truncated before the maximum value")]
    [TestCase("P5\n2 2\n255", "truncated before the pixels")]
    [TestCase("P52 2\n255\nabcd", "nothing separates the width")]
    [TestCase("P5\n2x2\n255\nabcd", "no number where the height should be")]
    [TestCase("P5\n-2 2\n255\nabcd", "no number where the width should be")]
    [TestCase("P5\n2.0 2\n255\nabcd", "no number where the height should be")]
    [TestCase("P5\n2 2\n255abcd\n", "no white space between the maximum value and the pixels")]
    [TestCase("P5\n2 2\n255#c\nabcd", "no white space between the maximum value and the pixels")]
    [TestCase("P5\n0 2\n255\n", "the width is 0")]
    [TestCase("P5\n2 0\n255\n", "the height is 0")]
    [TestCase("P5\n2 2\n0\nabcd", "the maximum value is 0")]
    [TestCase("P5\n2 2\n65536\nabcdefgh", "the maximum value is 65536")]
    [TestCase("P5\n2 2\n255\nabc", "truncated: 2 x 2 pixels take 4 bytes, but 3 follow")]
    [TestCase("P5\n2 2\n255\nabcde", "trailing bytes: 2 x 2 pixels take 4 bytes, but 5 follow")]
    [TestCase("P5\n2 2\n255\r\nabcd", "trailing bytes")]
    [TestCase("P5\n2 2\n256\n\0a\0a\0a\0", "truncated: 2 x 2 pixels take 8 bytes, but 7 follow")]
    [TestCase("P5\n2 1\n97\nab", "pixel 1 is 98, above the maximum value 97")]
    [TestCase("P5\n1 2\n256\n\u0001\0\u0001\u0001", "pixel 1 is 257, above the maximum value 256")]
    [TestCase("P5\n2147483647 2147483647\n65535\nabcd", "truncated: 2147483647 x 2147483647 pixels")]
    [TestCase("P5\n2147483648 1\n255\nabcd", "the width is far too large")]
    [TestCase("P5\n1 18446744073709551617\n255\nabcd", "the height is far too large")]
    [TestCase("P2\n2147483647 2147483647\n65535\n1 1 1", "truncated: 2147483647 x 2147483647 pixels")]
    [TestCase("P2\n65536 65536\n255\n1 1 1 1", "truncated: 65536 x 65536 pixels")]
    [TestCase("P2\n2 2\n255\n1 1 1 ", "truncated")]
    [TestCase("P2\n2 2\n255\n100 100 1 ", "truncated before the pixel")]
    [TestCase("P2\n2 2\n255\n1 2 3 256", "the pixel is 256; 0 to 255 is allowed")]
    [TestCase("P2\n2 2\n255\n1 2 3 99999999999999999999", "the pixel is far too large")]
    [TestCase("P2\n2 2\n255\n1 2 -3 4", "no number where the pixel should be")]
    [TestCase("P2\n2 2\n255\n1,2,3,4,5", "no number where the pixel should be")]
    [TestCase("P2\n2 2\n255\n1 2 3 4 5", "trailing bytes")]
    public void Refuses_what_is_no_image(string content, string reason)
    {
        Save("a.pgm", Encoding.Latin1.GetBytes(content));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => PgmFile.Read(Target)), Target, reason);
    }

    [Test]
    public void Refuses_an_absurdly_long_file()
    {
        // A sparse file, which takes no room on the disk.
        using (var file = File.Create(Target))
        {
            file.Write("P5 65536 65536 255\n"u8);
            file.SetLength((1L << 32) + 19);
        }

        CheckRefusal(Assert.Throws<InvalidDataException>(() => PgmFile.Read(Target)), Target, "too many for an image");
    }

    [TestCase("P5\n# scene\n4 3\n200\n", 1)]
    [TestCase("P5\n4 3\n3000\n", 2)]
    [TestCase("P2\n4 3\n99\n", 0)]
    public void Mutants_are_read_as_they_are_or_refused(string header, int bytesPerPixel)
    {
        byte[] pixels = bytesPerPixel == 0
            ? Encoding.ASCII.GetBytes(string.Join(" ", Enumerable.Range(1, 12)) + "\n")
            : [.. Enumerable.Range(1, 12 * bytesPerPixel).Select(value => (byte)(value % 12))];
        var tokens = TokenMutants.Of(header, count: 500, seed: 4 + bytesPerPixel).Select(damaged => (byte[])[.. damaged, .. pixels]);
        CheckMutants(Mutants.Of([.. Encoding.ASCII.GetBytes(header), .. pixels], count: 1000, seed: 1 + bytesPerPixel).Concat(tokens), PgmFile.Read, (image, bytes) =>
        {
            var read = image.ToArray();
            Assert.That(read, Has.Length.EqualTo(image.Width * image.Height).And.All.LessThanOrEqualTo(image.MaxValue));
            if (bytes[1] == '2')
            {
                var lines = Encoding.Latin1.GetString(bytes)[2..].Split('\n', '\r').Select(line => line.Split('#')[0]);
                var numbers = string.Join(' ', lines)
                    .Split([' ', '\t', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries)
                    .Select(number => int.Parse(number, CultureInfo.InvariantCulture));
                int[] expected = [image.Width, image.Height, image.MaxValue, .. read.Select(pixel => (int)pixel)];
                Assert.That(numbers, Is.EqualTo(expected));
            }
            else
            {
                byte[] raster = image.MaxValue < 256
                    ? [.. read.Select(pixel => (byte)pixel)]
                    : [.. read.SelectMany(pixel => new[] { (byte)(pixel >> 8), (byte)pixel })];
                Assert.That(bytes.AsSpan(^raster.Length..).ToArray(), Is.EqualTo(raster));
            }
        });
    }
}
