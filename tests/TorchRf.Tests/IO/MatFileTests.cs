using System.IO.Compression;
using System.Text;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class MatFileTests : FileFixture
{
    /// <summary>A variable's element, little-endian: class and storage by the numbers of the published format.</summary>
    internal static byte[] Variable(string name, int kind, int storage, int[] shape, byte[] numbers, int flags = 0, bool small = false)
    {
        byte[] content =
        [
            .. Word(6), .. Word(8), .. Word(kind | flags), .. Word(0),
            .. Element(5, [.. shape.SelectMany(Word)]),
            .. small ? [1, 0, (byte)name.Length, 0, .. Padded(Encoding.ASCII.GetBytes(name), 4)] : Element(1, Encoding.ASCII.GetBytes(name)),
            .. small ? [(byte)storage, 0, (byte)numbers.Length, 0, .. Padded(numbers, 4)] : Element(storage, numbers),
        ];
        return [.. Word(14), .. Word(content.Length), .. content];
    }

    internal static byte[] Mat(bool packed, bool big, params byte[][] variables) =>
    [
        .. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, made for a test".PadRight(124)), 0, 1, .. big ? "MI"u8 : "IM"u8,
        .. variables.SelectMany(v => packed ? [.. Word(15), .. Word(Packed(v).Length), .. Packed(v)] : v),
    ];

    private static byte[] Word(int value) => BitConverter.GetBytes(value);

    private static byte[] Padded(byte[] bytes, int to) => [.. bytes, .. new byte[(to - (bytes.Length % to)) % to]];

    private static byte[] Element(int type, byte[] content) => [.. Word(type), .. Word(content.Length), .. Padded(content, 8)];

    private static byte[] Packed(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var packer = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            packer.Write(bytes);
        return stream.ToArray();
    }

    private (long[] Shape, string Type, double[] Values) Read(byte[] content, string? array = null)
    {
        using var file = ArrayFile.Open(Save("a.mat", content), array);
        var values = new double[file.Rows * file.Width];
        file.Read(0, (int)file.Rows, values);
        return ([.. file.Shape], file.ElementType, values);
    }

    private void Refuses(byte[] content, string reason, string? array = null)
    {
        string path = Save("a.mat", content);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path, array).Dispose()), path, reason);
    }

    [Test]
    public void Reads_arrays_of_any_number_of_axes_packed_or_not([Values] bool packed)
    {
        // Doubles that are whole and small are stored as bytes; the first axis is the fastest.
        Assert.That(Read(Mat(packed, false, Variable("x", 6, 2, [2, 3], [1, 4, 2, 5, 3, 6]))), Is.EqualTo((new long[] { 2, 3 }, "float64", new double[] { 1, 2, 3, 4, 5, 6 })));
        Assert.That(Read(Mat(packed, false, Variable("x", 6, 2, [2, 2, 3], [0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112]))).Values,
            Is.EqualTo(new double[] { 0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112 }));
        Assert.That(Read(Mat(packed, false, Variable("x", 10, 3, [1, 2], [1, 0, 255, 255]))), Is.EqualTo((new long[] { 1, 2 }, "int16", new double[] { 1, -1 })));
        Assert.That(Read(Mat(packed, false, Variable("x", 9, 2, [2, 1], [0, 1], flags: 0x200))).Type, Is.EqualTo("bool"));
        Assert.That(Read(Mat(packed, false, Variable("x", 9, 2, [1, 3], [7, 8, 9], small: true))).Values, Is.EqualTo(new double[] { 7, 8, 9 }));
    }

    [Test]
    public void Takes_the_variable_of_a_name()
    {
        byte[] x = Variable("x", 9, 2, [1, 2], [1, 2]), y = Variable("why", 7, 7, [1, 1], BitConverter.GetBytes(1.5f)), text = Variable("t", 4, 4, [1, 1], [65, 0]);
        byte[] several = Mat(false, false, x, text, y);
        Assert.That(Read(several, "why").Values, Is.EqualTo(new[] { 1.5 }));
        Assert.That(Read(Mat(true, false, text, x)).Values, Is.EqualTo(new double[] { 1, 2 }), "the only one of numbers");
        Refuses(several, "holds 3 arrays, and one must be named: 'x' (1, 2), 't' (a text), 'why' (1, 1)");
        Refuses(several, "holds no array 'z'", "z");
        Refuses(several, "'t' is a text", "t");
        Refuses(Mat(false, false, Variable("c", 6, 9, [1, 1], new byte[8], flags: 0x800)), "complex");
        Refuses(Mat(false, false, Variable("x", 6, 9, [1, 2], new byte[8])), "has shape (1, 2) of float64, which its 8 bytes are not");
        Refuses(several[..^3], "truncated");
        Refuses(several[..100], "truncated");
        Refuses(Mat(false, false), "holds no array");
    }

    [Test]
    public void Reads_the_other_order_of_bytes()
    {
        byte[] Turned(byte[] bytes) => [.. bytes.Chunk(4).SelectMany(word => word.Reverse())];
        byte[] content = Variable("abcd", 12, 5, [1, 2], [1, 0, 0, 0, 2, 0, 0, 0]);
        var turned = Turned(content);
        // Text has no order.
        "abcd"u8.CopyTo(turned.AsSpan(content.AsSpan().IndexOf("abcd"u8)));
        Assert.That(Read(Mat(false, true, turned)), Is.EqualTo((new long[] { 1, 2 }, "int32", new double[] { 1, 2 })));
    }
}
