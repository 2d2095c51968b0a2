using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

// Files that are not what they claim to be: each is refused with its reason, or read as it is.
public sealed partial class SafeTensorsTests
{
    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => SafeTensors.Read(Target), Throws.TypeOf<FileNotFoundException>().With.Message.Contains(Target));

    private static IEnumerable<TestCaseData> DamagedHeaders()
    {
        const string One = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        const string Half = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}";
        const string None = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}";
        foreach (var (name, json, buffer, reason) in new[]
        {
            ("no header", "", 0, "does not start with '{'"),
            ("a list", "[]", 0, "does not start with '{'"),
            ("a space first", " {}", 0, "does not start with '{'"),
            ("not closed", "{", 0, "not well-formed JSON"),
            ("a comma too many", "{\"a\":" + One + ",}", 8, "not well-formed JSON"),
            ("a comment", "{/**/}", 0, "not well-formed JSON"),
            ("text behind", "{}{}", 0, "not well-formed JSON"),
            ("zero bytes behind", "{}\0\0", 0, "not well-formed JSON"),
            ("a name twice", "{\"a\":" + One + ",\"a\":" + One + "}", 8, "uplicate"),
            ("a name twice, once escaped", "{\"a\":" + One + ",\"\\u0061\":" + One + "}", 8, "uplicate"),
            ("a key twice", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "uplicate"),
            ("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "uplicate"),
            ("metadata key twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "uplicate"),
            ("a name that is no Unicode", "{\"\\ud800\":" + One + "}", 8, "Unicode"),
            ("metadata that is no Unicode", "{\"__metadata__\":{\"a\":\"\\udc00\"}}", 0, "Unicode"),
            ("deep nesting", "{" + string.Concat(Enumerable.Repeat("\"a\":{", 100)) + new string('}', 101), 0, "not well-formed JSON"),
            ("metadata is a text", "{\"__metadata__\":\"pt\"}", 0, "__metadata__ is not an object"),
            ("metadata is null", "{\"__metadata__\":null}", 0, "__metadata__ is not an object"),
            ("metadata has a number", "{\"__metadata__\":{\"step\":3}}", 0, "not a text, at 'step'"),
            ("tensor is a number", "{\"a\":3}", 0, "'a' is not described by an object"),
            ("a line break in a name", "{\"a\\nb\":3}", 0, "'a b' is not described"),
            ("a very long name", "{\"" + new string('n', 100000) + "\":3}", 0, "nnn...' is not described"),
            ("a very long name twice", "{\"" + new string('n', 100000) + "\":3,\"" + new string('n', 100000) + "\":3}", 0, "uplicate"),
            ("no dtype", "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'a' has no dtype"),
            ("dtype is a number", "{\"a\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'a' has no dtype"),
            ("dtype unknown", A("f32", "[2]", "[0,8]"), 8, "dtype 'f32', which is not known"),
            ("dtype torch lacks", A("U64", "[1]", "[0,8]"), 8, "dtype 'U64', which is not known"),
            ("no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "'a' has no shape"),
            ("shape is a number", A("F32", "2", "[0,8]"), 8, "'a' has no shape"),
            ("shape is negative", A("F32", "[-1,-2]", "[0,8]"), 8, "'-1' in its shape"),
            ("shape is fractional", A("F32", "[2.0]", "[0,8]"), 8, "'2.0' in its shape"),
            ("shape has a text", A("F32", "[\"2\"]", "[0,8]"), 8, "in its shape, which is not a size"),
            ("shape beyond 64 bits", A("F32", "[18446744073709551618]", "[0,8]"), 8, "'18446744073709551618' in its shape"),
            ("shape overflows", A("F32", "[4294967296,4294967296]", "[0,0]"), 0, "overflows"),
            ("shape overflows to what fits", A("U8", "[4294967297,4294967296]", "[0,0]"), 0, "overflows"),
            ("size overflows", A("F64", "[2305843009213693952]", "[0,0]"), 0, "overflows"),
            ("strides overflow", A("F32", "[0,4611686018427387904,4611686018427387904]", "[0,0]"), 0, "overflows"),
            ("too many dimensions", A("U8", $"[{string.Join(",", Enumerable.Repeat(1, 65))}]", "[0,1]"), 1, "65 numbers in its shape"),
            ("no offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "'a' has no data_offsets"),
            ("one offset", A("F32", "[2]", "[8]"), 8, "not a begin and an end"),
            ("three offsets", A("F32", "[2]", "[0,4,8]"), 8, "3 numbers in its data_offsets"),
            ("negative offset", A("F32", "[2]", "[-8,0]"), 8, "'-8' in its data_offsets"),
            ("end before begin", A("F32", "[2]", "[8,0]"), 8, "not a begin and an end"),
            ("range too short", A("F32", "[2]", "[0,4]"), 4, "needs 8 bytes"),
            ("range too long", A("F32", "[2]", "[0,12]"), 12, "needs 8 bytes"),
            ("a huge tensor in a small file", A("U8", "[1099511627776]", "[0,1099511627776]"), 8, "to 1099511627776, but the buffer has 8"),
            ("beyond the buffer", "{\"a\":" + One + "}", 7, "'a' has the bytes 0 to 8, but the buffer has 7"),
            ("bytes behind", "{\"a\":" + One + "}", 9, "take 8 bytes, but the buffer has 9"),
            ("bytes without tensors", "{}", 8, "take 0 bytes, but the buffer has 8"),
            ("a hole in front", A("F32", "[1]", "[4,8]"), 8, "leaves a hole"),
            ("a hole between", "{\"a\":" + One + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16, "leaves a hole"),
            ("an overlap", "{\"a\":" + One + ",\"b\":" + Half + "}", 8, "overlaps another"),
            ("one range for two", "{\"a\":" + One + ",\"b\":" + One + "}", 8, "overlaps another"),
            ("an empty one inside another", "{\"a\":" + One + ",\"b\":" + None + "}", 8, "overlaps another"),
        })
        {
            yield return new TestCaseData(json, buffer, reason).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(DamagedHeaders))]
    public void Refuses_a_header_that_cannot_be_true(string json, int buffer, string reason)
    {
        Save("t.safetensors", Container(json, new byte[buffer]));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target)), Target, reason);
    }

    [TestCase("", "too short")]
    [TestCase("02000000000000", "too short")]
    [TestCase("02000000000000007B", "said to take 2 bytes, but 1 follow")]
    [TestCase("FFFFFFFFFFFFFFFF7B7D", "said to take 18446744073709551615 bytes")]
    [TestCase("FFFFFFFFFFFFFF7F7B7D", "said to take 9223372036854775807 bytes")]
    [TestCase("0400000000000000" + "7B22FF22", "not valid UTF-8")]
    [TestCase("0300000000000000" + "EFBBBF", "does not start with '{'")]
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

        var refusal = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target));
        CheckRefusal(refusal, Target, "100000001 bytes; the format allows 100000000");
    }

    [Test]
    public void Refuses_a_boolean_that_is_neither()
    {
        Save("t.safetensors", Container(A("BOOL", "[3]", "[0,3]"), [0, 1, 2]));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Target)), Target, "the byte 2, which is neither 0 nor 1");
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
}
