using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace TorchRf.IO;

/// <summary>What the header of a .npy file says: the text of a Python dict with exactly the keys descr, fortran_order and shape.</summary>
internal sealed record NpyHeader(string Descr, Element Element, bool BigEndian, bool FortranOrder, long[] Shape)
{
    // A header can be longer only where it describes a record of very many fields, which is refused anyway.
    private const int LongestHeader = 1 << 20;

    // Torch has no wide unsigned elements.
    private static readonly (string Code, Element Element, ScalarType? Dtype)[] Codes =
    [
        ("b1", Element.Bool, ScalarType.Bool), ("u1", Element.UInt8, ScalarType.Byte), ("i1", Element.Int8, ScalarType.Int8),
        ("u2", Element.UInt16, null), ("i2", Element.Int16, ScalarType.Int16), ("u4", Element.UInt32, null), ("i4", Element.Int32, ScalarType.Int32),
        ("u8", Element.UInt64, null), ("i8", Element.Int64, ScalarType.Int64),
        ("f2", Element.Float16, ScalarType.Float16), ("f4", Element.Float32, ScalarType.Float32), ("f8", Element.Float64, ScalarType.Float64),
    ];

    /// <summary>What a .npy file starts with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The tensor's dtype; null where torch has none.</summary>
    public ScalarType? Dtype => Array.Find(Codes, candidate => candidate.Element == Element).Dtype;

    /// <summary>How many bytes the elements take; null where that number does not fit 64 bits.</summary>
    public long? Bytes => TensorBytes.Length(Shape, Element.SizeOf());

    /// <summary>The shape as Python writes it, less the comma after a lone dimension.</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";

    /// <summary>Reads magic, version and dict, and leaves the stream at the first element.</summary>
    /// <param name="file">Stands at the first byte.</param>
    /// <param name="length">How many bytes the stream has.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <returns>The header, and how many bytes it took.</returns>
    /// <exception cref="InvalidDataException">It is no .npy file, or one that is not supported.</exception>
    public static (NpyHeader Header, long Length) Read(Stream file, long length, string path)
    {
        Span<byte> found = stackalloc byte[Magic.Length + 2];
        found = found[..file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false)];
        if (!found.StartsWith(Magic))
            throw MalformedFile.Because(path, "not a .npy file: it does not start with \\x93NUMPY");
        var (major, minor) = found.Length < Magic.Length + 2 ? ((byte)1, (byte)0) : (found[Magic.Length], found[Magic.Length + 1]);
        if (major is not (1 or 2 or 3) || minor != 0)
            throw MalformedFile.Because(path, $"version {major}.{minor} of the .npy format is not known; 1.0, 2.0 and 3.0 are");
        Span<byte> field = stackalloc byte[major == 1 ? sizeof(ushort) : sizeof(uint)];
        if (file.ReadAtLeast(field, field.Length, throwOnEndOfStream: false) < field.Length)
            throw MalformedFile.Because(path, "truncated before the end of the .npy header");
        long size = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field);
        long start = found.Length + field.Length;
        if (size > length - start)
            throw MalformedFile.Because(path, $"truncated: the .npy header is said to take {size} bytes, but {length - start} follow");
        if (size > LongestHeader)
            throw MalformedFile.Because(path, $"the .npy header is said to take {size} bytes; no plain array needs more than {LongestHeader}");
        var bytes = new byte[size];
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw MalformedFile.Because(path, "truncated before the end of the .npy header");
        if (major == 3 && !Utf8.IsValid(bytes))
            throw MalformedFile.Because(path, "the .npy header is not valid UTF-8");
        return (Parse((major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), path), start + size);
    }

    /// <summary>Holds what the shape takes against what follows the header.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public void Check(long rest, string path)
    {
        long length = Bytes ?? throw MalformedFile.Because(path, $"the size of shape {ShapeText} overflows");
        if (length != rest)
            throw MalformedFile.Because(path, $"{(length > rest ? "truncated" : "trailing bytes")}: shape {ShapeText} of {Dtype?.ToString() ?? Element.Name()} takes {length} bytes, but {rest} follow the header");
    }

    /// <summary>Whether numpy has a dtype.</summary>
    public static bool Knows(ScalarType dtype) => Array.Exists(Codes, candidate => candidate.Dtype == dtype);

    /// <summary>The header's text for a little-endian array in C order, as numpy writes it.</summary>
    /// <exception cref="ArgumentException">numpy has no such dtype.</exception>
    public static string Format(ScalarType dtype, long[] shape)
    {
        var known = Array.FindIndex(Codes, candidate => candidate.Dtype == dtype);
        if (known < 0)
            throw new ArgumentException($"A .npy file cannot hold dtype {dtype} here; it holds bool, uint8, int8 to int64 and float16 to float64.");
        var order = TensorBytes.SizeOf(dtype) == 1 ? '|' : '<';
        var extents = string.Join(", ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
        return $"{{'descr': '{order}{Codes[known].Code}', 'fortran_order': False, 'shape': ({extents}{(shape.Length == 1 ? "," : "")}), }}";
    }

    /// <summary>Reads the dict, and nothing but a dict with these three keys.</summary>
    /// <param name="text">The header as decoded.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <exception cref="InvalidDataException">The text is anything else, or its dtype has no counterpart.</exception>
    public static NpyHeader Parse(string text, string path)
    {
        var scanner = new Scanner(text, path);
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;

        scanner.Expect('{');
        while (!scanner.TryTake('}'))
        {
            var key = scanner.ReadString();
            scanner.Expect(':');
            switch (key)
            {
                case "descr" when descr is null:
                    descr = scanner.ReadDescr();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = scanner.ReadBoolean();
                    break;
                case "shape" when shape is null:
                    shape = scanner.ReadShape();
                    break;
                case "descr" or "fortran_order" or "shape":
                    throw scanner.Fault($"the key '{key}' comes twice");
                default:
                    throw scanner.Fault($"unknown key {MalformedFile.Quote(key)}");
            }
            if (!scanner.TryTake(','))
            {
                scanner.Expect('}');
                break;
            }
        }

        scanner.ExpectEnd();
        if (descr is null || fortran is null || shape is null)
            throw scanner.Fault($"the key '{(descr is null ? "descr" : fortran is null ? "fortran_order" : "shape")}' is missing");
        var (element, bigEndian) = ReadElement(descr, path);
        return new NpyHeader(descr, element, bigEndian, fortran.Value, shape);
    }

    private static (Element Element, bool BigEndian) ReadElement(string descr, string path)
    {
        if (descr is "O" or "|O")
            throw MalformedFile.Because(path, "the array holds pickled Python objects (dtype 'O'); to read them would be to run code from the file");
        // Without a byte order, or with '=', the meaning would depend on the machine that wrote the file.
        var known = descr.Length > 1 && descr[0] is '<' or '>' or '|'
            ? Array.FindIndex(Codes, candidate => candidate.Code == descr[1..])
            : -1;
        if (known < 0 || (descr[0] == '|' && Codes[known].Element.SizeOf() > 1))
            throw MalformedFile.Because(
                path,
                $"the array has dtype {MalformedFile.Quote(descr)}; b1, u1 to u8, i1 to i8 and f2 to f8 are read, " +
                "with '<' or '>' before the wider ones");
        return (Codes[known].Element, descr[0] == '>');
    }

    /// <summary>A reader of the few Python literals that a header is made of.</summary>
    private sealed class Scanner(string text, string path)
    {
        private int at;

        public InvalidDataException Fault(string reason) => MalformedFile.Because(path, $"the .npy header is malformed: {reason}");

        public bool TryTake(char wanted)
        {
            SkipSpace();
            if (at >= text.Length || text[at] != wanted)
                return false;
            at++;
            return true;
        }

        public void Expect(char wanted)
        {
            if (!TryTake(wanted))
                throw Unexpected($"'{wanted}'");
        }

        public void ExpectEnd()
        {
            SkipSpace();
            if (at < text.Length)
                throw Unexpected("its end");
        }

        public string ReadString()
        {
            SkipSpace();
            var quote = at < text.Length ? text[at] : '\0';
            if (quote is not ('\'' or '"'))
                throw Unexpected("a string");
            var start = ++at;
            // A backslash would begin an escape; no key and no dtype needs one.
            while (at < text.Length && text[at] != quote && text[at] is not ('\\' or '\n' or '\r'))
                at++;
            if (at >= text.Length || text[at] != quote)
                throw Fault("a string does not end, or has an escape");
            return text[start..at++];
        }

        public string ReadDescr()
        {
            if (TryTake('['))
                throw MalformedFile.Because(path, "the array is structured (a record per element), which is not supported");
            return ReadString();
        }

        public bool ReadBoolean()
        {
            SkipSpace();
            foreach (var (word, value) in new[] { ("True", true), ("False", false) })
            {
                if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
                {
                    at += word.Length;
                    return value;
                }
            }
            throw Unexpected("True or False");
        }

        public long[] ReadShape()
        {
            var shape = new List<long>();
            Expect('(');
            while (!TryTake(')'))
            {
                if (shape.Count == TensorBytes.MostDimensions)
                    throw Fault($"the shape has more than {TensorBytes.MostDimensions} dimensions");
                shape.Add(ReadExtent());
                if (!TryTake(','))
                {
                    // (3) is a number to Python, only (3,) is a tuple.
                    if (shape.Count == 1)
                        throw Unexpected("',' after a lone dimension");
                    Expect(')');
                    break;
                }
            }
            return [.. shape];
        }

        private long ReadExtent()
        {
            SkipSpace();
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            var digits = text.AsSpan(start, at - start);
            if (digits.IsEmpty)
                throw Unexpected("a dimension");
            if (digits.Length > 1 && digits[0] == '0')
                throw Fault("a dimension has leading zeros");
            // Python 2 wrote its long integers so.
            if (at < text.Length && text[at] == 'L')
                at++;
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var extent)
                ? extent
                : throw Fault($"the dimension {MalformedFile.Quote(digits.ToString())} overflows");
        }

        private InvalidDataException Unexpected(string wanted)
        {
            var found = at < text.Length ? MalformedFile.Quote(text[at].ToString()) : "the end";
            return Fault($"{found} where {wanted} was expected (character {at})");
        }

        private void SkipSpace()
        {
            while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r' or '\f')
                at++;
        }
    }
}
