using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

public sealed class SafeTensorsTests : FileFixture
{
    private static readonly (ScalarType Dtype, string Name)[] Dtypes =
    [
        (ScalarType.Float64, "F64"), (ScalarType.Float32, "F32"), (ScalarType.Float16, "F16"), (ScalarType.BFloat16, "BF16"),
        (ScalarType.Int64, "I64"), (ScalarType.Int32, "I32"), (ScalarType.Int16, "I16"), (ScalarType.Int8, "I8"), (ScalarType.Byte, "U8"),
        (ScalarType.Bool, "BOOL"), (ScalarType.ComplexFloat32, "C64"),
    ];

    private static readonly long[][] Shapes = [[], [1], [7], [0], [3, 5], [4, 0, 2], [2, 3, 1, 5]];

    private string Target => InFolder("t.safetensors");

    private static IEnumerable<TestCaseData> EveryDtypeAndShape() =>
        from dtype in Dtypes
        from shape in Shapes
        select new TestCaseData(dtype.Dtype, dtype.Name, shape).SetArgDisplayNames(dtype.Name, $"[{string.Join(",", shape)}]");

    [TestCaseSource(nameof(EveryDtypeAndShape))]
    public void Gives_back_what_was_written(ScalarType dtype, string name, long[] shape)
    {
        var tensor = RandomBits(dtype, shape, seed: 1);
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = tensor });
        Assert.That(Encoding.UTF8.GetString(File.ReadAllBytes(Target)[8..]), Does.StartWith($"{{\"x\":{{\"dtype\":\"{name}\","), "the published name");
        var back = SafeTensors.Read(Target).Tensors["x"];
        Assert.That(back.dtype, Is.EqualTo(dtype));
        Assert.That(back.shape, Is.EqualTo(shape));
        Assert.That(BytesOf(back), Is.EqualTo(BytesOf(tensor)));
    }

    [TestCase("")]
    [TestCase("w.0/weight")]
    [TestCase("Größe λ 長さ")]
    [TestCase("emoji \U0001F9E0")]
    [TestCase("quote \" back \\ line \n nul \0 <html>&'")]
    public void Keeps_any_name(string name)
    {
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { [name] = torch.zeros(2), [name + "2"] = torch.zeros(3) });
        Assert.That(SafeTensors.Read(Target).Tensors.Keys, Is.EquivalentTo(new[] { name, name + "2" }));
    }

    [Test]
    public void Writes_the_elements_and_not_the_storage()
    {
        var matrix = RandomBits(ScalarType.Float32, [3, 5], seed: 2);
        var leaf = torch.zeros(2, 2, requires_grad: true);
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["transposed"] = matrix.permute(1, 0), ["row"] = matrix.narrow(0, 1, 1), ["leaf"] = leaf });
        var back = SafeTensors.Read(Target).Tensors;
        Assert.That(BytesOf(back["transposed"].permute(1, 0).contiguous()), Is.EqualTo(BytesOf(matrix)));
        Assert.That(BytesOf(back["row"]), Is.EqualTo(BytesOf(matrix).AsSpan(20, 20).ToArray()));
        Assert.That(back["leaf"].shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(leaf.requires_grad, Is.True);
    }

    [Test]
    public void Carries_a_tensor_that_takes_several_pieces()
    {
        var large = RandomBits(ScalarType.Int16, [3, (1 << 22) + 1], seed: 3);
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["small"] = torch.zeros(1), ["large"] = large });
        Assert.That(BytesOf(SafeTensors.Read(Target).Tensors["large"]).AsSpan().SequenceEqual(large.bytes), Is.True);
    }

    [Test]
    public void Puts_the_tensors_on_the_device_that_is_asked_for()
    {
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = RandomBits(ScalarType.Float32, [4], seed: 4) });
        Tensor of;
        using (torch.NewDisposeScope())
            of = SafeTensors.Read(Target).Tensors["x"];
        Assert.That(of.IsInvalid, "it belongs to the scope of its reader");
        var there = SafeTensors.Read(Target, torch.device("cpu")).Tensors["x"];
        Assert.That(BytesOf(there), Is.EqualTo(BytesOf(SafeTensors.Read(Target).Tensors["x"])));
        if (torch.cuda.is_available())
        {
            var onGpu = SafeTensors.Read(Target, torch.device("cuda")).Tensors["x"];
            Assert.That(onGpu.device.ToString(), Does.StartWith("cuda"));
            Assert.That(BytesOf(onGpu.cpu()), Is.EqualTo(BytesOf(there)));
        }
    }

    [Test]
    public void Writes_the_bytes_of_the_published_format()
    {
        SafeTensors.Write(
            Target,
            new Dictionary<string, Tensor>
            {
                ["flags"] = torch.tensor(new long[] { 7, 8, 9 }, dtype: ScalarType.Byte),
                ["b"] = torch.tensor(new float[] { 1, -2 }),
                ["a"] = torch.tensor(new float[] { 0.5f }),
                ["step"] = torch.tensor(new long[] { 258 }).reshape([]),
            },
            new Dictionary<string, string> { ["format"] = "pt" });
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(Container(
            "{\"__metadata__\":{\"format\":\"pt\"},\"step\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}," +
            "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}," +
            "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}," +
            "\"flags\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[20,23]}}  ",
            [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 8, 9])));
    }

    [Test]
    public void Writes_the_same_bytes_whatever_the_order_given_and_gives_all_back()
    {
        var tensors = EveryTensor();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["what is π?"] = "\"3.14\"\n\t\\", [""] = "" };
        SafeTensors.Write(Target, tensors, metadata);
        var first = File.ReadAllBytes(Target);
        SafeTensors.Write(Target, tensors.Reverse().ToDictionary(), metadata.Reverse().ToDictionary());
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(first));
        var back = SafeTensors.Read(Target);
        Assert.That(back.Metadata, Is.EquivalentTo(metadata));
        Assert.That(back.Tensors.ToDictionary(t => t.Key, t => BytesOf(t.Value)), Is.EqualTo(tensors.ToDictionary(t => t.Key, t => BytesOf(t.Value))));
    }

    [Test]
    public void Reads_a_header_that_is_not_padded_and_whose_entries_are_in_another_order()
    {
        Save("t.safetensors", Container(
            "{\"b\":{\"data_offsets\":[4,6],\"more\":null,\"shape\":[2],\"dtype\":\"I8\"}," +
            "\"none\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[4,4]}," +
            "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"__metadata__\":{}}",
            [0, 0, 0x80, 0x3f, 5, 255]));
        var tensors = SafeTensors.Read(Target).Tensors;
        Assert.That(tensors.Keys, Is.EqualTo(new[] { "a", "none", "b" }));
        Assert.That(tensors["a"].ToArray<float>(), Is.EqualTo(new[] { 1f }));
        Assert.That(tensors["b"].ToArray<sbyte>(), Is.EqualTo(new sbyte[] { 5, -1 }));
        Assert.That(tensors["none"].shape, Is.EqualTo(new long[] { 3, 0 }));
    }

    [Test]
    public void Refuses_to_write_what_the_format_lacks()
    {
        var complex = torch.zeros(2, dtype: ScalarType.ComplexFloat64);
        Assert.That(() => Write("x", complex), Throws.ArgumentException.With.Message.Contains("'x' has dtype ComplexFloat64"));
        Assert.That(() => Write("__metadata__", torch.zeros(2)), Throws.ArgumentException.With.Message.Contains("__metadata__"));
        Assert.That(() => Write("lone \ud800", torch.zeros(2)), Throws.InstanceOf<ArgumentException>());
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
        void Write(string name, Tensor tensor) => SafeTensors.Write(Target, new Dictionary<string, Tensor> { [name] = tensor });
    }

    [Test]
    public void Numpy_reads_what_is_written()
    {
        var tensors = EveryTensor();
        SafeTensors.Write(Target, tensors, new Dictionary<string, string> { ["π"] = "3.14" });
        foreach (var (name, tensor) in tensors)
            Save(name + ".bin", BytesOf(tensor));
        Numpy.Run(Folder, """
            whole = open('t.safetensors', 'rb').read()
            n, = struct.unpack('<Q', whole[:8])
            assert n % 8 == 0
            header = json.loads(whole[8:8 + n].decode('utf-8'))
            assert header.pop('__metadata__') == {'π': '3.14'}
            kinds = dict(F64='<f8', F32='<f4', F16='<f2', BF16='<u2', C64='<c8',
                         I64='<i8', I32='<i4', I16='<i2', I8='i1', U8='u1', BOOL='?')
            assert {entry['dtype'] for entry in header.values()} == set(kinds)
            for name, entry in header.items():
                begin, end = entry['data_offsets']
                a = np.frombuffer(whole[8 + n + begin:8 + n + end], dtype=kinds[entry['dtype']]).reshape(entry['shape'])
                assert begin % a.dtype.itemsize == 0, name
                assert a.tobytes() == open(name + '.bin', 'rb').read(), name
            """);
    }

    // An independent writer: no padding or odd padding of spaces, entries and their keys in any order, tensors without elements anywhere.
    [Test]
    public void Reads_what_another_writer_wrote()
    {
        Numpy.Run(Folder, """
            import itertools
            def write(path, arrays, order, keys, padding):
                places, blob = {}, b''
                for name, a in arrays.items():
                    places[name] = [len(blob), len(blob) + a.nbytes]
                    blob += a.tobytes()
                kinds = {'<f8': 'F64', '<f4': 'F32', '<f2': 'F16', '<i8': 'I64', '<i2': 'I16', '|u1': 'U8', '|i1': 'I8', '|b1': 'BOOL'}
                header = {'__metadata__': {'from': 'numpy'}}
                for name in order:
                    entry = {'dtype': kinds[arrays[name].dtype.str], 'shape': list(arrays[name].shape), 'data_offsets': places[name]}
                    header[name] = {key: entry[key] for key in keys}
                text = json.dumps(header, ensure_ascii=False, separators=(' ,\n', ' :\t')).encode() + b' ' * padding
                open(path, 'wb').write(struct.pack('<Q', len(text)) + text + blob)
            arrays = {'none': np.zeros((0, 5), '<f8'), 'α': np.arange(6, dtype='<i2').reshape(1, 2, 3), 'byte': np.array(200, '|u1'),
                      'also none': np.zeros((3, 0, 2), '|i1'), 'f': np.array([[-1.5], [np.inf]], '<f4'), 'last none': np.zeros(0, '<f4'),
                      'ä': np.array(-5, '<i8'), 'c': np.array([True, False, True]), 'd': np.array([1.5, -2], '<f2')}
            names, keys = list(arrays), ['dtype', 'shape', 'data_offsets']
            for i, (k, padding) in enumerate(itertools.product(itertools.permutations(keys), (0, 1, 3, 64))):
                write(f'{i}.safetensors', arrays, names[i % 9:] + names[:i % 9], k, padding)
            """);
        var files = Directory.GetFiles(Folder, "*.safetensors");
        Assert.That(files, Has.Length.EqualTo(24));
        foreach (var file in files)
        {
            var (tensors, metadata) = SafeTensors.Read(file);
            Assert.That(metadata["from"], Is.EqualTo("numpy"));
            Assert.That(tensors.ToDictionary(t => t.Key, t => t.Value.shape), Is.EqualTo(new Dictionary<string, long[]>
            {
                ["none"] = [0, 5], ["α"] = [1, 2, 3], ["byte"] = [], ["also none"] = [3, 0, 2], ["f"] = [2, 1], ["last none"] = [0], ["ä"] = [], ["c"] = [3], ["d"] = [2],
            }));
            Assert.That(tensors["α"].ToArray<short>(), Is.EqualTo(new short[] { 0, 1, 2, 3, 4, 5 }));
            Assert.That(tensors["byte"].item<byte>(), Is.EqualTo(200));
            Assert.That(tensors["f"].ToArray<float>(), Is.EqualTo(new[] { -1.5f, float.PositiveInfinity }));
            Assert.That(tensors["ä"].item<long>(), Is.EqualTo(-5));
            Assert.That(tensors["c"].ToArray<bool>(), Is.EqualTo(new[] { true, false, true }));
            Assert.That(BytesOf(tensors["d"]), Is.EqualTo(new byte[] { 0, 0x3e, 0, 0xc0 }));
            Assert.That(SafeTensors.Examine(file).ChecksumHolds, Is.Null);
        }
    }

    private static IEnumerable<TestCaseData> DamagedHeaders()
    {
        const string One = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        const string Half = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}";
        const string None = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}";
        (string Name, string Json, int Buffer, string Reason)[] headers =
        [
            ("no header", "", 0, "does not start with '{'"),
            ("not closed", "{", 0, "not well-formed JSON"),
            ("a comment", "{/**/}", 0, "not well-formed JSON"),
            ("zero bytes behind", "{}\0\0", 0, "not well-formed JSON"),
            ("a name twice", "{\"a\":" + One + ",\"a\":" + One + "}", 8, "uplicate"),
            ("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "uplicate"),
            ("a name that is no Unicode", "{\"\\ud800\":" + One + "}", 8, "Unicode"),
            ("metadata that is no Unicode", "{\"__metadata__\":{\"a\":\"\\udc00\"}}", 0, "Unicode"),
            ("deep nesting", "{" + string.Concat(Enumerable.Repeat("\"a\":{", 100)) + new string('}', 101), 0, "not well-formed JSON"),
            ("metadata is a text", "{\"__metadata__\":\"pt\"}", 0, "__metadata__ is not an object"),
            ("metadata has a number", "{\"__metadata__\":{\"step\":3}}", 0, "not a text, at 'step'"),
            ("tensor is a number", "{\"a\":3}", 0, "'a' is not described by an object"),
            ("a line break in a name", "{\"a\\nb\":3}", 0, "'a b' is not described"),
            ("a very long name", "{\"" + new string('n', 100000) + "\":3}", 0, "nnn...' is not described"),
            ("no dtype", "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'a' has no dtype"),
            ("dtype unknown", A("f32", "[2]", "[0,8]"), 8, "dtype 'f32', which is not known"),
            ("no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "'a' has no shape"),
            ("shape is negative", A("F32", "[-1,-2]", "[0,8]"), 8, "'-1' in its shape"),
            ("shape beyond 64 bits", A("F32", "[18446744073709551618]", "[0,8]"), 8, "'18446744073709551618' in its shape"),
            ("shape overflows", A("F32", "[4294967296,4294967296]", "[0,0]"), 0, "overflows"),
            ("strides overflow", A("F32", "[0,4611686018427387904,4611686018427387904]", "[0,0]"), 0, "overflows"),
            ("too many dimensions", A("U8", $"[{string.Join(",", Enumerable.Repeat(1, 65))}]", "[0,1]"), 1, "65 numbers in its shape"),
            ("no offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "'a' has no data_offsets"),
            ("three offsets", A("F32", "[2]", "[0,4,8]"), 8, "3 numbers in its data_offsets"),
            ("end before begin", A("F32", "[2]", "[8,0]"), 8, "not a begin and an end"),
            ("range too short", A("F32", "[2]", "[0,4]"), 4, "needs 8 bytes"),
            ("a huge tensor in a small file", A("U8", "[1099511627776]", "[0,1099511627776]"), 8, "to 1099511627776, but the buffer has 8"),
            ("beyond the buffer", "{\"a\":" + One + "}", 7, "'a' has the bytes 0 to 8, but the buffer has 7"),
            ("bytes behind", "{\"a\":" + One + "}", 9, "take 8 bytes, but the buffer has 9"),
            ("a hole in front", A("F32", "[1]", "[4,8]"), 8, "leaves a hole"),
            ("a hole between", "{\"a\":" + One + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16, "leaves a hole"),
            ("an overlap", "{\"a\":" + One + ",\"b\":" + Half + "}", 8, "overlaps another"),
            ("an empty one inside another", "{\"a\":" + One + ",\"b\":" + None + "}", 8, "overlaps another"),
            ("a boolean that is neither", A("BOOL", "[1]", "[0,1]"), 1, "the byte 2, which is neither 0 nor 1"),
        ];
        return headers.Select(h => new TestCaseData(h.Json, h.Buffer, h.Reason).SetArgDisplayNames(h.Name));
    }

    [TestCaseSource(nameof(DamagedHeaders))]
    public void Refuses_a_header_that_cannot_be_true(string json, int buffer, string reason)
    {
        Save("t.safetensors", Container(json, [.. Enumerable.Repeat((byte)2, buffer)]));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target)), Target, reason);
    }

    [TestCase("", "too short")]
    [TestCase("02000000000000007B", "said to take 2 bytes, but 1 follow")]
    [TestCase("FFFFFFFFFFFFFFFF7B7D", "said to take 18446744073709551615 bytes")]
    [TestCase("0400000000000000" + "7B22FF22", "not valid UTF-8")]
    public void Refuses_a_file_that_is_no_container(string hex, string reason)
    {
        Save("t.safetensors", Convert.FromHexString(hex));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target)), Target, reason);
    }

    [Test]
    public void Refuses_a_header_above_the_limit_of_the_format()
    {
        // A sparse file: long enough for the header it announces, without taking its room on the disk.
        using (var file = File.Create(Target))
        {
            file.Write([1, 0xe1, 0xf5, 5, 0, 0, 0, 0]);
            file.SetLength(200_000_000);
        }

        CheckRefusal(Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target)), Target, "100000001 bytes; the format allows 100000000");
    }

    [Test]
    public void Mutants_are_read_as_they_are_or_refused()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["w"] = RandomBits(ScalarType.Float32, [2, 3], 1),
            ["λ"] = RandomBits(ScalarType.Float64, [], 2),
            ["mask"] = RandomBits(ScalarType.Bool, [5], 3),
            ["none"] = RandomBits(ScalarType.Int16, [0, 4], 4),
        };
        SafeTensors.Write(Target, tensors, new Dictionary<string, string> { ["step"] = "12" });
        var whole = File.ReadAllBytes(Target);
        var split = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);

        // Any damage to the length of the header is found at once; so most of the mutants have a damaged header of the right length.
        var damaged = Mutants.Of(whole[8..split], count: 1500, seed: 5).Concat(TokenMutants.Of(Encoding.UTF8.GetString(whole[8..split]), count: 1500, seed: 7));
        var inside = damaged.Select(header => Container(header, whole.AsSpan(split)));
        CheckMutants(Mutants.Of(whole, count: 1500, seed: 6).Concat(inside), path => SafeTensors.Read(path), (file, bytes) =>
        {
            var header = bytes.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
            using var json = JsonDocument.Parse(header);
            foreach (var (name, tensor) in file.Tensors)
            {
                var said = json.RootElement.GetProperty(name);
                var offsets = said.GetProperty("data_offsets");
                var (begin, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
                Assert.That(Dtypes.Single(known => known.Dtype == tensor.dtype).Name, Is.EqualTo(said.GetProperty("dtype").GetString()));
                Assert.That(tensor.shape, Is.EqualTo(said.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())));
                Assert.That(BytesOf(tensor), Is.EqualTo(bytes.AsSpan((8 + header.Length + begin)..(8 + header.Length + end)).ToArray()));
            }

            Assert.That(file.Tensors.Values.Sum(tensor => BytesOf(tensor).Length), Is.EqualTo(bytes.Length - 8 - header.Length));
        });
    }

    private static Dictionary<string, Tensor> EveryTensor() =>
        (from dtype in Dtypes
         from shape in Shapes
         let name = dtype.Name + string.Concat(shape.Select(extent => "_" + extent.ToString(CultureInfo.InvariantCulture)))
         select (name, RandomBits(dtype.Dtype, shape, seed: name.Length))).ToDictionary();

    // The header of a file with one tensor, a.
    private static string A(string dtype, string shape, string offsets) =>
        $"{{\"a\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}";

    private static byte[] Container(string header, ReadOnlySpan<byte> buffer) => Container(Encoding.UTF8.GetBytes(header), buffer);

    private static byte[] Container(byte[] header, ReadOnlySpan<byte> buffer) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. buffer];
}
