using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class ArrayFileTests : FileFixture
{
    private static double[] All(ArrayFile file)
    {
        var values = new double[file.Rows * file.Width];
        file.Read(0, (int)file.Rows, values);
        return values;
    }

    private static double[] Rows(ArrayFile file, params long[] rows)
    {
        var values = new double[rows.Length * file.Width];
        file.Read(rows, values);
        return values;
    }

    private double[] Read(string name, ReadOnlySpan<byte> content, string? array = null)
    {
        using var file = ArrayFile.Open(Save(name, content), array);
        return All(file);
    }

    private void Refuses(string name, ReadOnlySpan<byte> content, string reason, string? array = null)
    {
        string path = Save(name, content);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path, array).Dispose()), path, reason);
    }

    private static byte[] Npy(string descr, string shape, ReadOnlySpan<byte> data, bool fortran = false)
    {
        byte[] header = Encoding.Latin1.GetBytes($"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header, .. data];
    }

    [TestCase("|b1", "00012A", new double[] { 0, 1, 1 }, "bool")]
    [TestCase("|u1", "00FF80", new double[] { 0, 255, 128 }, "uint8")]
    [TestCase("|i1", "00FF80", new double[] { 0, -1, -128 }, "int8")]
    [TestCase("<u2", "0102FFFF", new double[] { 513, 65535 }, "uint16")]
    [TestCase(">u2", "0102FFFE", new double[] { 258, 65534 }, "uint16")]
    [TestCase("<i2", "0102FEFF", new double[] { 513, -2 }, "int16")]
    [TestCase(">i2", "0102FFFE", new double[] { 258, -2 }, "int16")]
    [TestCase("<u4", "01000000FEFFFFFF", new double[] { 1, 4294967294 }, "uint32")]
    [TestCase(">u4", "00000001FFFFFFFE", new double[] { 1, 4294967294 }, "uint32")]
    [TestCase("<i4", "01000000FEFFFFFF", new double[] { 1, -2 }, "int32")]
    [TestCase(">i4", "00000001FFFFFFFE", new double[] { 1, -2 }, "int32")]
    [TestCase("<u8", "0000000000000080FFFFFFFFFFFFFFFF", new[] { 9223372036854775808, 18446744073709551616.0 }, "uint64")]
    [TestCase(">i8", "FFFFFFFFFFFFFFFE0020000000000001", new double[] { -2, 9007199254740992 }, "int64")]
    [TestCase("<f2", "003C00C0", new double[] { 1, -2 }, "float16")]
    [TestCase(">f2", "3C00C000", new double[] { 1, -2 }, "float16")]
    [TestCase("<f4", "0000803F000000C0", new double[] { 1, -2 }, "float32")]
    [TestCase(">f4", "3F800000C0000000", new double[] { 1, -2 }, "float32")]
    [TestCase("<f8", "000000000000F03F000000000000F07F", new[] { 1, double.PositiveInfinity }, "float64")]
    [TestCase(">f8", "3FF0000000000000C000000000000000", new double[] { 1, -2 }, "float64")]
    public void Reads_every_kind_of_number(string descr, string hex, double[] expected, string words)
    {
        using var file = ArrayFile.Open(Save("a", Npy(descr, $"({expected.Length}L,)", Convert.FromHexString(hex))));
        Assert.That(All(file), Is.EqualTo(expected));
        Assert.That((file.ElementType, file.Rows, file.Width, file.Labels), Is.EqualTo((words, (long)expected.Length, 1, (IReadOnlyList<long>?)null)));
    }

    [Test]
    public void Rows_are_those_of_the_array_in_either_order_of_axes()
    {
        // Value 100 a + 10 b + c at (a, b, c) of shape (2, 2, 3).
        byte[] last = [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112], first = [0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112];
        foreach (bool fortran in new[] { false, true })
        {
            using var file = ArrayFile.Open(Save("a", Npy("|u1", "(2, 2, 3)", fortran ? first : last, fortran)));
            Assert.That(file.Shape, Is.EqualTo(new long[] { 2, 2, 3 }));
            Assert.That(Rows(file, 1, 0, 1), Is.EqualTo(new double[] { 100, 101, 102, 110, 111, 112, 0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112 }));
        }
    }

    [Test]
    public void Large_requests_are_those_of_row_by_row([Values] bool fortran)
    {
        const int rows = 9001, width = 23;
        var data = new byte[rows * width * 2];
        new Random(1).NextBytes(data);
        double At(long row, int column) => BinaryPrimitives.ReadInt16BigEndian(data.AsSpan(2 * (int)(fortran ? (column * rows) + row : (row * width) + column)));
        using var file = ArrayFile.Open(Save("a", Npy(">i2", $"({rows}, {width})", data, fortran)));
        var random = new Random(2);
        long[] chosen = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(rows))];
        Assert.That(Rows(file, chosen), Is.EqualTo(chosen.SelectMany(row => Enumerable.Range(0, width).Select(column => At(row, column)))));
        var part = new double[5000 * width];
        file.Read(4001, 5000, part);
        Assert.That(part, Is.EqualTo(Enumerable.Range(4001, 5000).SelectMany(row => Enumerable.Range(0, width).Select(column => At(row, column)))));
        Assert.That(() => file.Read([rows], new double[width]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.Read([-1], new double[width]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.Read(rows, 1, new double[width]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.Read([0], new double[width + 1]), Throws.ArgumentException);
        file.Read([], []);
        file.Dispose();
        Assert.That(() => file.Read([0], new double[width]), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_file_of_over_two_gigabytes_is_mapped()
    {
        // Sparse: zeros take no room on the disk, and none in memory until they are looked at.
        const long rows = 3L << 30;
        string path = Save("a", Npy("|u1", $"({rows},)", []));
        using (var stream = File.Open(path, FileMode.Append))
        {
            stream.SetLength(stream.Length + rows - 1);
            stream.Position = stream.Length;
            stream.WriteByte(7);
        }
        using var file = ArrayFile.Open(path);
        Assert.That(Rows(file, rows - 1, 0, rows / 2), Is.EqualTo(new double[] { 7, 0, 0 }));
    }

    private static IEnumerable<TestCaseData> RefusedArrays() =>
        from refused in new (string Name, byte[] Content, string Reason)[]
        {
            ("short", Npy("<f4", "(2, 2)", new byte[15]), "truncated: shape (2, 2) of Float32 takes 16 bytes, but 15 follow"),
            ("long", Npy("<u2", "(2, 2)", new byte[9]), "trailing bytes: shape (2, 2) of uint16 takes 8 bytes, but 9 follow"),
            ("a single number", Npy("<f4", "()", new byte[4]), "a single number"),
            ("no rows", Npy("<f4", "(0, 4)", []), "shape (0, 4) holds no values"),
            ("no columns", Npy("<f4", "(4, 0)", []), "shape (4, 0) holds no values"),
            ("objects", Npy("|O", "(2,)", new byte[8]), "pickled Python objects"),
            ("complex", Npy("<c8", "(2,)", new byte[16]), "dtype '<c8'"),
            ("a picture", [.. "P5 1 1 255\n"u8, 7], "this is a picture"),
        }
        select new TestCaseData(refused.Content, refused.Reason).SetArgDisplayNames(refused.Name);

    [TestCaseSource(nameof(RefusedArrays))]
    public void Refuses_what_is_no_array_of_numbers(byte[] content, string reason) => Refuses("a", content, reason);

    private static byte[] Npz(CompressionLevel level, params (string Name, byte[] Content)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in arrays)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    [Test]
    public void Takes_the_array_of_a_name_from_npz([Values(CompressionLevel.NoCompression, CompressionLevel.Optimal)] CompressionLevel level)
    {
        byte[] x = Npy("|u1", "(2, 50)", [.. Enumerable.Range(0, 100).Select(i => (byte)(i / 10))]), y = Npy("<i8", "(2,)", [5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
        Assert.That(Read("one", Npz(level, ("arr_0.npy", x))), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i / 10)));
        byte[] two = Npz(level, ("x.npy", x), ("readme.txt", [1]), ("y.npy", y));
        Assert.That(Read("two", two, "y"), Is.EqualTo(new double[] { 5, 6 }));
        Assert.That(Read("two", two, "x"), Has.Length.EqualTo(100));
        Refuses("two", two, "holds 2 arrays, and one must be named: 'x' (2, 50), 'y' (2)");
        Refuses("two", two, "holds no array 'z'; it holds 'x' (2, 50), 'y' (2)", "z");
        Refuses("a.npy", x, "the array 'x' was asked for, but only .npz and .mat", "x");
        Refuses("cut", Npz(level, ("x.npy", x[..^1])), "truncated: shape (2, 50)");
        if (level == CompressionLevel.Optimal)
        {
            // Somewhere in the packed numbers.
            byte[] damaged = Npz(level, ("x.npy", Npy("|u1", "(1000,)", RandomBits(ScalarType.Byte, [1000], 1).bytes)));
            damaged[500] ^= 16;
            string path = Save("damaged", damaged);
            CheckRefusal(Assert.Throws<InvalidDataException>(() => ArrayFile.Open(path).Dispose()), path, "damaged");
        }
    }

    [TestCase("1,2,3\n4,5,6\n", 3, new double[] { 1, 2, 3, 4, 5, 6 })]
    [TestCase("a,b\r\n1.5,-2e3\r\n\r\n+.5,nan", 2, new[] { 1.5, -2000, .5, double.NaN })]
    [TestCase("\"a, b\";c\n1;\"2\"\n 3 ; inf \n", 2, new[] { 1, 2, 3, double.PositiveInfinity })]
    [TestCase("x\ty\n1\t2\n", 2, new double[] { 1, 2 })]
    [TestCase("# by np.savetxt\n  1.0   2.0\n 3 4\n", 2, new double[] { 1, 2, 3, 4 })]
    [TestCase("7\n8\n9", 1, new double[] { 7, 8, 9 })]
    [TestCase("0,1,2\n5,6,7\n", 3, new double[] { 5, 6, 7 }, Description = "pandas' numbered columns")]
    [TestCase("0\n1\n2\n", 1, new double[] { 0, 1, 2 })]
    [TestCase("\uFEFF1;2\n3;4", 2, new double[] { 1, 2, 3, 4 })]
    public void Reads_tables_of_text(string text, int width, double[] expected)
    {
        foreach (var encoding in new Encoding[] { new UTF8Encoding(), new UnicodeEncoding(false, true) })
        {
            if (encoding is UnicodeEncoding && !text.StartsWith('\uFEFF'))
                continue;
            using var file = ArrayFile.Open(Save("a", encoding.GetBytes(text)));
            Assert.That(file.Shape, Is.EqualTo(new long[] { expected.Length / width, width }));
            Assert.That(All(file), Is.EqualTo(expected));
        }
    }

    [TestCase("1,2,3\n4,5\n", "line 2 has 2 values where line 1 has 3")]
    [TestCase("a,b\n1,2\n\n1,2,3\n", "line 4 has 3 values where line 1 has 2")]
    [TestCase("1,2\n3,x\n", "line 2, column 2: 'x' is not a number")]
    [TestCase("1,x\n3,4\n", "line 1, column 2: 'x' is not a number")]
    [TestCase("1,2\n3,\n", "line 2, column 2: there is no number")]
    [TestCase("1,5;2,5\n3,5;4,5\n", "line 1, column 1: '1,5' is not a number; the decimal sign is a point")]
    [TestCase(",a,b\n0,1,2\n", "line 1 begins with an empty name, as where pandas writes its index")]
    [TestCase("a,b,c\n", "no table of numbers")]
    [TestCase("Dear reader,\nthis is a letter.\n", "is not a number")]
    [TestCase("# nothing\n", "no table of numbers")]
    public void Refuses_text_that_is_no_table(string text, string reason) => Refuses("a", Encoding.UTF8.GetBytes(text), reason);

    [TestCase("", new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255 }, new long[] { 2, 1, 3 }, new double[] { 1, 2, 3, 4, 5, 255 })]
    [TestCase("", new byte[] { 0, 0, 0x0B, 1, 0, 0, 0, 2, 1, 0, 255, 254 }, new long[] { 2 }, new double[] { 256, -2 })]
    public void Reads_IDX_plain_and_gzipped(string _, byte[] content, long[] shape, double[] expected)
    {
        foreach (byte[] packing in new[] { content, Gzipped(content) })
        {
            using var file = ArrayFile.Open(Save("a", packing));
            Assert.That(file.Shape, Is.EqualTo(shape));
            Assert.That(All(file), Is.EqualTo(expected));
        }
        Refuses("a", content.AsSpan(..^1), "truncated");
        Refuses("a", [.. content, 1], "trailing bytes");
        Refuses("a", Gzipped(content[..^1]), "truncated");
        Refuses("a", Gzipped([.. content, 1]), "trailing bytes");
    }

    private static byte[] Gzipped(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var packer = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            packer.Write(content);
        return stream.ToArray();
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Reads_CIFAR_with_its_labels(int labels)
    {
        var content = new byte[3 * (labels + 3072)];
        new Random(3).NextBytes(content);
        for (int i = 0; i < 3; i++)
            for (int label = 0; label < labels; label++)
                content[(i * (labels + 3072)) + label] = (byte)((i + 4) * (label == 0 ? 1 : 14));
        using var file = ArrayFile.Open(Save("a.bin", content));
        Assert.That(file.Shape, Is.EqualTo(new long[] { 3, 3, 32, 32 }));
        Assert.That(file.Labels, Is.EqualTo(labels == 1 ? new long[] { 4, 5, 6 } : [56, 70, 84]));
        Assert.That(Rows(file, 2), Is.EqualTo(content[^3072..].Select(value => (double)value)));
        Refuses("a.bin", content.AsSpan(..^1), "not known");
        content[0] = 150;
        Refuses("a.bin", content, "not known");
    }

    [Test]
    public void Damaged_files_are_read_as_they_are_or_refused([Values("npy", "npz", "zip", "csv", "idx", "gz", "mat", "matz")] string kind)
    {
        byte[] numbers = [.. Enumerable.Range(0, 48).Select(i => (byte)i)], npy = Npy("|u1", "(8, 6)", numbers, fortran: true), idx = [0, 0, 8, 2, 0, 0, 0, 8, 0, 0, 0, 6, .. numbers];
        byte[] whole = kind switch
        {
            "npy" => npy,
            "npz" => Npz(CompressionLevel.NoCompression, ("x.npy", npy)),
            "zip" => Npz(CompressionLevel.Optimal, ("x.npy", npy)),
            "csv" => Encoding.ASCII.GetBytes("a,b,c\n" + string.Join("\n", Enumerable.Range(0, 16).Select(i => $"{i},{2 * i}.5,-{i}e3"))),
            "idx" => idx,
            "gz" => Gzipped(idx),
            _ => MatFileTests.Mat(kind == "matz", false, MatFileTests.Variable("x", 6, 2, [8, 6], numbers)),
        };
        CheckMutants(Mutants.Of(whole, count: 600, seed: 9), path =>
        {
            using var file = ArrayFile.Open(path);
            var some = new double[Math.Min(file.Rows, 5) * file.Width];
            file.Read(file.Rows - (some.Length / file.Width), some.Length / file.Width, some);
            return (file.Rows, file.Width, Bytes: file.Rows * file.Width);
        }, (read, bytes) => Assert.That(read.Bytes, Is.InRange(1, 1032L * bytes.Length)), accepts: 5);
    }

    [Test]
    public void Reads_what_numpy_and_SciPy_wrote()
    {
        Numpy.Run(Folder, """
            rng = np.random.default_rng(1)
            for code in ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']:
                a = (rng.normal(size=(7, 3, 4)) * 50).astype('i4').astype(code)
                a.astype('f8').tofile(code + '.bin')
                for order in 'CF':
                    for end in '<>':
                        np.save(f'{code}_{order}{"LB"[end == ">"]}.npy', np.asarray(a, dtype=end + code, order=order))
                np.savez(f'{code}_s.npz', a)
                np.savez_compressed(f'{code}_c.npz', np.asfortranarray(a))
                if code[0] != 'b' and code != 'f2':
                    from scipy.io import savemat
                    savemat(f'{code}_p.mat', {'a': a}); savemat(f'{code}_z.mat', {'a': a}, do_compression=True)
            np.savetxt('f8_t.csv', np.fromfile('f8.bin').reshape(7, 12)); np.savetxt('f8_u.csv', np.fromfile('f8.bin').reshape(7, 12), delimiter=';', header='a;b')
            """);
        var files = Directory.GetFiles(Folder, "*_*");
        Assert.That(files, Has.Length.EqualTo((12 * 6) + 20 + 2));
        foreach (string path in files)
        {
            using var file = ArrayFile.Open(path);
            string code = Path.GetFileName(path)[..2];
            var expected = new double[7 * 12];
            Buffer.BlockCopy(File.ReadAllBytes(InFolder(code + ".bin")), 0, expected, 0, 8 * expected.Length);
            Assert.That((file.Rows, file.Width), Is.EqualTo((7L, 12)), path);
            Assert.That(All(file), Is.EqualTo(expected), path);
        }
    }
}
