using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed partial class SafeTensorsTests : FileFixture
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
        select new TestCaseData(dtype.Dtype, shape).SetArgDisplayNames(dtype.Name, $"[{string.Join(",", shape)}]");

    [TestCaseSource(nameof(EveryDtypeAndShape))]
    public void Gives_back_what_was_written(ScalarType dtype, long[] shape)
    {
        var tensor = RandomBits(dtype, shape, seed: 1);
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = tensor });
        var back = SafeTensors.Read(Target).Tensors["x"];
        Assert.That(back.dtype, Is.EqualTo(dtype));
        Assert.That(back.shape, Is.EqualTo(shape));
        Assert.That(BytesOf(back), Is.EqualTo(BytesOf(tensor)));
    }

    [Test]
    public void Gives_back_many_tensors_and_the_metadata()
    {
        var tensors = EveryTensor();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["what is π?"] = "\"3.14\"\n\t\\", [""] = "" };
        SafeTensors.Write(Target, tensors, metadata);
        var back = SafeTensors.Read(Target);
        Assert.That(back.Metadata, Is.EquivalentTo(metadata));
        Assert.That(back.Tensors.Keys, Is.EquivalentTo(tensors.Keys));
        foreach (var (name, tensor) in tensors)
            Assert.That(BytesOf(back.Tensors[name]), Is.EqualTo(BytesOf(tensor)), name);
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
        SafeTensors.Write(Target, new Dictionary<string, Tensor>
        {
            ["transposed"] = matrix.permute(1, 0),
            ["row"] = matrix.narrow(0, 1, 1),
            ["leaf"] = leaf,
        });
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
    public void Leaves_the_tensors_to_the_scope_of_the_reader()
    {
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = torch.zeros(2) });
        Tensor tensor;
        using (torch.NewDisposeScope())
        {
            tensor = SafeTensors.Read(Target).Tensors["x"];
            Assert.That(tensor.IsInvalid, Is.False);
        }

        Assert.That(tensor.IsInvalid, Is.True);
    }

    [Test]
    public void Puts_the_tensors_on_the_device_that_is_asked_for()
    {
        SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = RandomBits(ScalarType.Float32, [4], seed: 4) });
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
    public void Writes_the_published_name_of_each_dtype()
    {
        foreach (var (dtype, name) in Dtypes)
        {
            SafeTensors.Write(Target, new Dictionary<string, Tensor> { ["x"] = torch.empty(0, dtype: dtype) });
            Assert.That(Encoding.UTF8.GetString(File.ReadAllBytes(Target)[8..]), Does.StartWith($"{{\"x\":{{\"dtype\":\"{name}\","));
        }
    }

    [Test]
    public void Writes_no_tensors_as_an_empty_object()
    {
        SafeTensors.Write(Target, new Dictionary<string, Tensor>());
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(Container("{}      ", [])));
        Assert.That(SafeTensors.Read(Target).Tensors, Is.Empty);
    }

    [Test]
    public void Writes_the_same_bytes_whatever_the_order_given()
    {
        var tensors = EveryTensor();
        SafeTensors.Write(Target, tensors, new Dictionary<string, string> { ["b"] = "1", ["a"] = "2" });
        var first = File.ReadAllBytes(Target);
        SafeTensors.Write(Target, tensors.Reverse().ToDictionary(), new Dictionary<string, string> { ["a"] = "2", ["b"] = "1" });
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(first));
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

    [Test]
    public void Reads_what_numpy_wrote()
    {
        Numpy.Run(Folder, """
            arrays = {'ä': np.arange(6, dtype='<f4').reshape(2, 3) / 8, 'b': np.array(-5, dtype='<i8'), 'c': np.array([True, False, True]),
                      'd': np.array([1.5, -2], dtype='<f2')}
            header, blob = {'__metadata__': {'from': 'numpy'}}, b''
            kinds = {'<f4': 'F32', '<i8': 'I64', '|b1': 'BOOL', '<f2': 'F16'}
            for name, a in arrays.items():
                header[name] = {'dtype': kinds[a.dtype.str], 'shape': a.shape, 'data_offsets': [len(blob), len(blob) + a.nbytes]}
                blob += a.tobytes()
            text = json.dumps(header).encode()
            open('t.safetensors', 'wb').write(struct.pack('<Q', len(text)) + text + blob)
            """);
        var (tensors, metadata) = SafeTensors.Read(Target);
        Assert.That(metadata, Is.EquivalentTo(new Dictionary<string, string> { ["from"] = "numpy" }));
        Assert.That(tensors["ä"].shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(tensors["ä"].ToArray<float>(), Is.EqualTo(new[] { 0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f }));
        Assert.That(tensors["b"].shape, Is.Empty);
        Assert.That(tensors["b"].ToArray<long>(), Is.EqualTo(new long[] { -5 }));
        Assert.That(tensors["c"].ToArray<bool>(), Is.EqualTo(new[] { true, false, true }));
        Assert.That(BytesOf(tensors["d"]), Is.EqualTo(new byte[] { 0, 0x3e, 0, 0xc0 }));
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
                kinds = {'<f8': 'F64', '<f4': 'F32', '<i2': 'I16', '|u1': 'U8', '|i1': 'I8'}
                header = {}
                for name in order:
                    entry = {'dtype': kinds[arrays[name].dtype.str], 'shape': list(arrays[name].shape), 'data_offsets': places[name]}
                    header[name] = {key: entry[key] for key in keys}
                text = json.dumps(header, ensure_ascii=False, separators=(' ,\n', ' :\t')).encode() + b' ' * padding
                open(path, 'wb').write(struct.pack('<Q', len(text)) + text + blob)
            arrays = {'none': np.zeros((0, 5), '<f8'), 'α': np.arange(6, dtype='<i2').reshape(1, 2, 3), 'byte': np.array(200, '|u1'),
                      'also none': np.zeros((3, 0, 2), '|i1'), 'f': np.array([[-1.5], [np.inf]], '<f4'), 'last none': np.zeros(0, '<f4')}
            names, keys = list(arrays), ['dtype', 'shape', 'data_offsets']
            for i, (k, padding) in enumerate(itertools.product(itertools.permutations(keys), (0, 1, 3, 64))):
                write(f'{i}.safetensors', arrays, names[i % 6:] + names[:i % 6], k, padding)
            """);
        var files = Directory.GetFiles(Folder, "*.safetensors");
        Assert.That(files, Has.Length.EqualTo(24));
        foreach (var file in files)
        {
            var tensors = SafeTensors.Read(file).Tensors;
            Assert.That(tensors.Keys, Is.EquivalentTo(new[] { "none", "α", "byte", "also none", "f", "last none" }));
            Assert.That(tensors["none"].shape, Is.EqualTo(new long[] { 0, 5 }));
            Assert.That(tensors["also none"].shape, Is.EqualTo(new long[] { 3, 0, 2 }));
            Assert.That(tensors["last none"].shape, Is.EqualTo(new long[] { 0 }));
            Assert.That(tensors["α"].shape, Is.EqualTo(new long[] { 1, 2, 3 }));
            Assert.That(tensors["α"].ToArray<short>(), Is.EqualTo(new short[] { 0, 1, 2, 3, 4, 5 }));
            Assert.That(tensors["byte"].item<byte>(), Is.EqualTo(200));
            Assert.That(tensors["f"].ToArray<float>(), Is.EqualTo(new[] { -1.5f, float.PositiveInfinity }));
            Assert.That(SafeTensors.Examine(file).ChecksumHolds, Is.Null);
        }
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

    private static byte[] Container(byte[] header, ReadOnlySpan<byte> buffer)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. buffer];
    }
}
