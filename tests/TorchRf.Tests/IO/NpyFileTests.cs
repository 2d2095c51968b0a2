using System.Buffers.Binary;
using System.Text;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

public sealed class NpyFileTests : FileFixture
{
    private static readonly (ScalarType Dtype, string Code)[] Dtypes =
    [
        (ScalarType.Float32, "f4"), (ScalarType.Float64, "f8"), (ScalarType.Float16, "f2"), (ScalarType.Int8, "i1"),
        (ScalarType.Int16, "i2"), (ScalarType.Int32, "i4"), (ScalarType.Int64, "i8"), (ScalarType.Byte, "u1"), (ScalarType.Bool, "b1"),
    ];

    private static readonly long[][] Shapes = [[], [1], [7], [0], [3, 5], [4, 0, 2], [2, 3, 1, 5]];

    private string Target => InFolder("a.npy");

    private static IEnumerable<TestCaseData> EveryDtypeAndShape() =>
        from dtype in Dtypes
        from shape in Shapes
        select new TestCaseData(dtype.Dtype, shape).SetArgDisplayNames(dtype.Code, $"[{string.Join(",", shape)}]");

    [TestCaseSource(nameof(EveryDtypeAndShape))]
    public void Gives_back_what_was_written(ScalarType dtype, long[] shape)
    {
        var tensor = RandomBits(dtype, shape, seed: 1);
        foreach (var (written, shown) in new[] { (tensor, shape), (tensor.permute([.. shape.Select((_, axis) => shape.Length - 1L - axis)]), shape.Reverse()) })
        {
            NpyFile.Write(Target, written);
            var back = NpyFile.Read(Target);
            Assert.That(back.dtype, Is.EqualTo(dtype));
            Assert.That(back.shape, Is.EqualTo(shown));
            Assert.That(BytesOf(back), Is.EqualTo(BytesOf(written.contiguous())), "the elements and not the storage");
        }
    }

    [Test]
    public void Writes_the_bytes_of_the_published_format()
    {
        NpyFile.Write(Target, torch.tensor(new float[] { 1, -2 }));
        var header = "\u0093NUMPY\u0001\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".PadRight(127) + "\n";
        byte[] expected = [.. Encoding.Latin1.GetBytes(header), 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(expected));
    }

    [Test]
    public void Leaves_the_tensor_to_the_scope_of_the_reader([Values] bool fortranOrder)
    {
        Save("a.npy", Npy($"{{'descr': '<i2', 'fortran_order': {fortranOrder}, 'shape': (1, 2)}}", [1, 0, 2, 0]));
        Tensor tensor;
        using (torch.NewDisposeScope())
        {
            tensor = NpyFile.Read(Target);
            Assert.That(tensor.ToArray<short>(), Is.EqualTo(new short[] { 1, 2 }));
        }

        Assert.That(tensor.IsInvalid, Is.True);
    }

    [TestCase("{'descr':'<i2','fortran_order':False,'shape':(2,2)}", 1, TestName = "Reads_a_header_without_spaces")]
    [TestCase("{\"shape\": (2, 2, ), \"fortran_order\": False, \"descr\": \"<i2\"}", 1, TestName = "Reads_other_quotes_order_and_commas")]
    [TestCase(" {\n'descr'\t: '<i2' ,\r\n 'fortran_order' : False , 'shape' : ( 2 , 2 ) , } \n", 2, TestName = "Reads_version_2")]
    [TestCase("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }     \n", 3, TestName = "Reads_version_3")]
    public void Reads_what_python_would(string header, int version)
    {
        Save("a.npy", Npy(header, [1, 0, 2, 0, 3, 0, 255, 255], version));
        var back = NpyFile.Read(Target);
        Assert.That(back.shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(back.ToArray<short>(), Is.EqualTo(new short[] { 1, 2, 3, -1 }));
    }

    [TestCase("<i2", false, new short[] { 1, 2, 3, 4, 5, 6 })]
    [TestCase(">i2", false, new short[] { 256, 512, 768, 1024, 1280, 1536 })]
    [TestCase("<i2", true, new short[] { 1, 3, 5, 2, 4, 6 })]
    [TestCase(">i2", true, new short[] { 256, 768, 1280, 512, 1024, 1536 })]
    public void Knows_the_orders_of_bytes_and_axes(string descr, bool fortranOrder, short[] expected)
    {
        byte[] data = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0];
        Save("a.npy", Npy($"{{'descr': '{descr}', 'fortran_order': {fortranOrder}, 'shape': (2, 3)}}", data));
        var back = NpyFile.Read(Target);
        Assert.That(back.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(back.ToArray<short>(), Is.EqualTo(expected));
    }

    [Test]
    public void Refuses_to_write_what_numpy_lacks()
    {
        Assert.That(() => NpyFile.Write(Target, torch.zeros(2, dtype: ScalarType.BFloat16)), Throws.ArgumentException.With.Message.Contains("BFloat16"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
    }

    private static IEnumerable<TestCaseData> DamagedHeaders()
    {
        (string Name, string Header, int Data, string Reason)[] headers =
        [
            ("empty", "", 8, "the end where '{' was expected"),
            ("not a dict", "('descr', '<f4')", 8, "'(' where '{' was expected"),
            ("no descr", "{'fortran_order': False, 'shape': (2,)}", 8, "'descr' is missing"),
            ("unknown key", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", 8, "unknown key 'x'"),
            ("descr twice", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8, "'descr' comes twice"),
            ("not closed", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", 8, "the end where '}' was expected"),
            ("no comma", "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}", 8, "where '}' was expected"),
            ("no colon", "{'descr' '<f4', 'fortran_order': False, 'shape': (2,)}", 8, "where ':' was expected"),
            ("text behind", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} or exit()", 8, "'o' where its end was expected"),
            ("open string", "{'descr: <f4, ", 8, "a string does not end"),
            ("escape", "{'d\\x65scr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8, "has an escape"),
            ("order is a number", "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", 8, "True or False was expected"),
            ("order is longer", "{'descr': '<f4', 'fortran_order': Falsehood, 'shape': (2,)}", 8, "'h' where '}' was expected"),
            ("shape is a list", Dict("<f4", "[2]"), 8, "'[' where '(' was expected"),
            ("shape is a number", Dict("<f4", "(2)"), 8, "',' after a lone dimension"),
            ("shape is negative", Dict("<f4", "(-2,)"), 8, "'-' where a dimension was expected"),
            ("shape has leading zeros", Dict("<f4", "(02,)"), 8, "leading zeros"),
            ("shape is not closed", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, ", 8, "the end where a dimension was expected"),
            ("dimension beyond 64 bits", Dict("<f4", "(9223372036854775808,)"), 8, "'9223372036854775808' overflows"),
            ("size overflows", Dict("<f8", "(2305843009213693953,)"), 8, "overflows"),
            ("strides overflow", Dict("<f8", "(0, 4294967296, 4294967296)"), 0, "overflows"),
            ("too many dimensions", Dict("|u1", $"({string.Join(", ", Enumerable.Repeat(1, 65))})"), 1, "more than 64 dimensions"),
            ("a huge array in a small file", Dict("|u1", "(1099511627776,)"), 8, "truncated"),
            ("a boolean that is neither", Dict("|b1", "(1,)"), 1, "the byte 2, which is neither 0 nor 1"),
            ("truncated", Dict("<f4", "(2,)"), 7, "truncated: shape (2) of Float32 takes 8 bytes, but 7 follow"),
            ("trailing", Dict("<f4", "(2,)"), 9, "trailing bytes: shape (2) of Float32 takes 8 bytes, but 9 follow"),
            ("objects", Dict("|O", "(2,)"), 8, "pickled Python objects (dtype 'O')"),
            ("records", "{'descr': [('x', '<f4'), ('y', '|O')], 'fortran_order': False, 'shape': (2,)}", 8, "structured"),
            ("text", Dict("<U1", "(2,)"), 8, "dtype '<U1'"),
            ("no byte order", Dict("f4", "(2,)"), 8, "dtype 'f4'"),
        ];
        return headers.Select(h => new TestCaseData(h.Header, h.Data, h.Reason).SetArgDisplayNames(h.Name));
    }

    [TestCaseSource(nameof(DamagedHeaders))]
    public void Refuses_a_header_that_cannot_be_true(string header, int data, string reason)
    {
        Save("a.npy", Npy(header, [.. Enumerable.Repeat((byte)2, data)]));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => NpyFile.Read(Target)), Target, reason);
    }

    [TestCase("", "does not start with")]
    [TestCase("934E554D5059", "truncated before the end of the .npy header")]
    [TestCase("504B03040000000000000000000000", "does not start with")]
    [TestCase("934E554D505904000200000000000000", "version 4.0")]
    [TestCase("934E554D50590100FFFF7B7D7B7D7B7D", "said to take 65535 bytes, but 6 follow")]
    [TestCase("934E554D50590200FFFFFFFF7B7D7B7D", "said to take 4294967295 bytes, but 4 follow")]
    [TestCase("934E554D5059030004000000" + "7B27FF27", "not valid UTF-8")]
    public void Refuses_a_file_that_is_no_container(string hex, string reason)
    {
        Save("a.npy", Convert.FromHexString(hex));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => NpyFile.Read(Target)), Target, reason);
    }

    [Test]
    public void Mutants_are_read_as_they_are_or_refused()
    {
        // One byte per element lets a damaged shape often be true; the second file is what numpy would write.
        var text = Dict("|u1", "(4, 1, 6)");
        var dense = Npy(text, RandomBits(ScalarType.Byte, [24], seed: 3).bytes);
        NpyFile.Write(Target, RandomBits(ScalarType.Float32, [2, 3], seed: 4));
        var usual = File.ReadAllBytes(Target);
        var inside = Mutants.Of(Encoding.Latin1.GetBytes(text), count: 1500, seed: 5).Concat(TokenMutants.Of(text, count: 1500, seed: 8))
            .Select(header => Npy(Encoding.Latin1.GetString(header), dense.AsSpan(^24..)));
        CheckMutants(Mutants.Of(dense, count: 750, seed: 6).Concat(Mutants.Of(usual, count: 750, seed: 7)).Concat(inside), NpyFile.Read, (back, bytes) =>
        {
            var (start, length) = bytes[6] == 1
                ? (10, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)))
                : (12, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)));
            var header = Encoding.Latin1.GetString(bytes, start, length);
            var data = bytes.AsSpan(start + length).ToArray();
            var code = Dtypes.Single(known => known.Dtype == back.dtype).Code;
            Assert.That(header, Does.Contain(code));
            Assert.That(string.Concat(header.Where(char.IsAsciiDigit)), Is.EqualTo(code[1..] + string.Concat(back.shape)));
            Assert.That(BytesOf(back), Has.Length.EqualTo(data.Length));
            if (header.Contains("False", StringComparison.Ordinal) && !header.Contains('>', StringComparison.Ordinal))
                Assert.That(BytesOf(back), Is.EqualTo(data));
        });
    }

    [Test]
    public void Numpy_reads_what_is_written()
    {
        foreach (var (dtype, code) in Dtypes)
        {
            foreach (var shape in Shapes)
            {
                var name = $"{code}_{string.Join("_", shape)}";
                var tensor = RandomBits(dtype, shape, seed: name.Length);
                NpyFile.Write(InFolder(name + ".npy"), tensor);
                Save(name + ".bin", BytesOf(tensor));
            }
        }

        Numpy.Run(Folder, """
            import glob
            files = glob.glob('*.npy')
            assert len(files) == 63, files
            for file in files:
                a = np.load(file, allow_pickle=False)
                code, *shape = file[:-4].split('_')
                assert a.dtype == np.dtype(code), file
                assert list(a.shape) == [int(extent) for extent in shape if extent], file
                assert a.tobytes() == open(file[:-4] + '.bin', 'rb').read(), file
            """);
    }

    [Test]
    public void Reads_what_numpy_wrote()
    {
        Numpy.Run(Folder, """
            rng = np.random.default_rng(1)
            for code in ['f4', 'f8', 'f2', 'i1', 'i2', 'i4', 'i8', 'u1', 'b1']:
                for number, shape in enumerate([(), (1,), (7,), (0,), (3, 5), (4, 0, 2), (2, 3, 1, 5)]):
                    a = (rng.normal(size=shape) * 50).astype('i4').astype(code)
                    for order in 'CF':
                        for end in '<>':
                            for version in (1, 2, 3):
                                b = np.asarray(a, dtype=end + code, order=order)
                                name = f'{code}_{number}_{order}{"LB"[end == ">"]}{version}'
                                with open(name + '.npy', 'wb') as f:
                                    np.lib.format.write_array(f, b, version=(version, 0))
                                open(name + '.bin', 'wb').write(a.astype('<' + code).tobytes())
            np.save('objects.npy', np.array([1, None], dtype=object), allow_pickle=True)
            """);
        var files = Directory.GetFiles(Folder, "*_*.npy");
        Assert.That(files, Has.Length.EqualTo(9 * 7 * 2 * 2 * 3));
        foreach (var file in files)
        {
            using var scope = torch.NewDisposeScope();
            var parts = Path.GetFileName(file).Split('_');
            var back = NpyFile.Read(file);
            Assert.That(back.dtype, Is.EqualTo(Dtypes.Single(known => known.Code == parts[0]).Dtype), file);
            Assert.That(back.shape, Is.EqualTo(Shapes[parts[1][0] - '0']), file);
            Assert.That(BytesOf(back), Is.EqualTo(File.ReadAllBytes(Path.ChangeExtension(file, ".bin"))), file);
        }

        var objects = InFolder("objects.npy");
        CheckRefusal(Assert.Throws<InvalidDataException>(() => NpyFile.Read(objects)), objects, "pickled");
    }

    private static string Dict(string descr, string shape) => $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}";

    private static byte[] Npy(string header, ReadOnlySpan<byte> data, int version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header);
        var length = new byte[version == 1 ? 2 : 4];
        (length[0], length[1]) = ((byte)text.Length, (byte)(text.Length >> 8));
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }
}
