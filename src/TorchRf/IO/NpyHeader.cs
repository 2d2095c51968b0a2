using System.Globalization;

namespace TorchRf.IO;

/// <summary>What the header of a .npy file says: the text of a Python dict with exactly the keys descr, fortran_order and shape.</summary>
internal sealed record NpyHeader(ScalarType Dtype, bool BigEndian, bool FortranOrder, long[] Shape)
{
    private static readonly (string Code, ScalarType Dtype)[] Codes =
    [
        ("b1", ScalarType.Bool), ("u1", ScalarType.Byte), ("i1", ScalarType.Int8), ("i2", ScalarType.Int16), ("i4", ScalarType.Int32),
        ("i8", ScalarType.Int64), ("f2", ScalarType.Float16), ("f4", ScalarType.Float32), ("f8", ScalarType.Float64),
    ];

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
        var (dtype, bigEndian) = ReadDtype(descr, path);
        return new NpyHeader(dtype, bigEndian, fortran.Value, shape);
    }

    private static (ScalarType Dtype, bool BigEndian) ReadDtype(string descr, string path)
    {
        if (descr is "O" or "|O")
            throw MalformedFile.Because(path, "the array holds pickled Python objects (dtype 'O'); to read them would be to run code from the file");
        // Without a byte order, or with '=', the meaning would depend on the machine that wrote the file.
        var known = descr.Length > 1 && descr[0] is '<' or '>' or '|'
            ? Array.FindIndex(Codes, candidate => candidate.Code == descr[1..])
            : -1;
        if (known < 0 || (descr[0] == '|' && TensorBytes.SizeOf(Codes[known].Dtype) > 1))
            throw MalformedFile.Because(
                path,
                $"the array has dtype {MalformedFile.Quote(descr)}; b1, u1, i1, i2, i4, i8, f2, f4 and f8 are read, " +
                "with '<' or '>' before the wider ones");
        return (Codes[known].Dtype, descr[0] == '>');
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
