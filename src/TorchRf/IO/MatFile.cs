using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TorchRf.IO;

/// <summary>Finds the arrays in a MATLAB file of version 5 (what save writes with -v6 and -v7): real numbers of any number of axes, packed or not.</summary>
/// <remarks>
/// Source: MathWorks, MAT-File Format. A file is a header of 128 bytes and elements, each a tag of a type and a number of bytes, and content padded to eight; a
/// variable is an element made of elements: flags, dimensions, name, numbers, the first axis fastest. Numbers may be stored in a narrower type than the variable's class, and stay so here.
/// </remarks>
internal static class MatFile
{
    private const int HeaderLength = 128;
    private const uint Matrix = 14, Compressed = 15, Int8 = 1, Int32 = 5, UInt32 = 6;
    private const int LongestName = 1024;

    private static readonly Dictionary<uint, Element> Storage = new()
    {
        [1] = Element.Int8, [2] = Element.UInt8, [3] = Element.Int16, [4] = Element.UInt16, [5] = Element.Int32, [6] = Element.UInt32,
        [7] = Element.Float32, [9] = Element.Float64, [12] = Element.Int64, [13] = Element.UInt64,
    };

    // Classes 6 to 15 are numbers.
    private static readonly string[] Classes =
        ["", "cell array", "struct", "object", "text", "sparse matrix", "float64", "float32", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];

    private sealed record Variable(string Name, string Class, long[] Shape, bool Complex)
    {
        public bool IsNumbers => Array.IndexOf(Classes, Class) >= 6 || Class == "bool";

        public string Said => IsNumbers ? $" ({string.Join(", ", Shape)}){(Complex ? " complex" : "")}" : $" (a {Class})";
    }

    public static ArrayContent Open(string path, string? array)
    {
        var file = FileBytes.Map(path);
        ArrayContent? content = null;
        try
        {
            return content = In(file, path, array);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or OverflowException || (e is InvalidDataException && !e.Message.StartsWith(path + ": ", StringComparison.Ordinal)))
        {
            throw MalformedFile.Because(path, "this MATLAB file is damaged or cut short");
        }
        finally
        {
            if (content?.Bytes != file)
                file.Dispose();
        }
    }

    private static ArrayContent In(FileBytes file, string path, string? array)
    {
        if (file.Length < HeaderLength)
            throw MalformedFile.Because(path, "truncated: a MATLAB file has a header of 128 bytes");
        var mark = file.Slice(HeaderLength - 2, 2);
        if (!mark.SequenceEqual("IM"u8) && !mark.SequenceEqual("MI"u8))
            throw MalformedFile.Because(path, "this MATLAB file's header does not say its order of bytes");
        bool big = mark[0] == 'M';
        var found = new List<(Variable Variable, long At, long Length, bool Packed)>();
        for (long at = HeaderLength; at < file.Length;)
        {
            if (file.Length - at < 8)
                throw MalformedFile.Because(path, "truncated: a variable of this MATLAB file is cut short");
            uint type = Word(file.Slice(at, 4), big), length = Word(file.Slice(at + 4, 4), big);
            if (length > file.Length - at - 8)
                throw MalformedFile.Because(path, $"truncated: a variable of this MATLAB file is said to take {length} bytes, but {file.Length - at - 8} follow");
            if (type is Matrix or Compressed)
            {
                bool packed = type == Compressed;
                using var stream = Unpacked(file, at, length, packed);
                if (ReadVariable(stream, big) is { } variable)
                    found.Add((variable, at, length, packed));
            }
            at += 8 + length;
        }

        var numbers = found.Where(f => f.Variable.IsNumbers).ToArray();
        var asked = array is null ? numbers : [.. found.Where(f => f.Variable.Name == array)];
        if (asked.Length != 1)
            throw NpyArrays.NotNamed(path, array, [.. found.Select(f => f.Variable.Name)], i => found[i].Variable.Said);
        var (chosen, place, size, isPacked) = asked[0];
        if (!chosen.IsNumbers || chosen.Complex)
            throw MalformedFile.Because(path, $"the variable {MalformedFile.Quote(chosen.Name)} is a {(chosen.Complex ? "complex array" : chosen.Class)}; arrays of real numbers are read");
        using var source = Unpacked(file, place, size, isPacked);
        _ = ReadVariable(source, big);
        var (stored, bytes, inTag) = ReadTag(source, big);
        if (!Storage.TryGetValue(stored, out var element))
            throw MalformedFile.Because(path, $"the variable {MalformedFile.Quote(chosen.Name)} stores numbers of a type that is not known ({stored})");
        if (TensorBytes.Length(chosen.Shape, element.SizeOf()) != bytes)
            throw MalformedFile.Because(path, $"the variable {MalformedFile.Quote(chosen.Name)} has shape{chosen.Said} of {element.Name()}, which its {bytes} bytes are not");
        var layout = new ArrayContent(file, element, chosen.Shape, BigEndian: big, ColumnMajor: true, Words: chosen.Class);
        if (inTag is not null)
            return layout with { Bytes = FileBytes.Of(inTag) };
        if (isPacked)
            return layout with { Bytes = FileBytes.Unpack(source, bytes, size, path, whole: false) };
        // The stream began at the variable's tag.
        if (bytes > 8 + size - source.Position)
            throw MalformedFile.Because(path, $"truncated: the variable {MalformedFile.Quote(chosen.Name)} ends before its numbers do");
        return layout with { Start = place + source.Position };
    }

    // A stream that stands at the tag of a variable.
    private static Stream Unpacked(FileBytes file, long at, long length, bool packed) =>
        packed ? new ZLibStream(file.Stream(at + 8, length), CompressionMode.Decompress) : file.Stream(at, 8 + length);

    // Leaves the stream at the tag of the numbers; null where it is a variable of MATLAB's own.
    private static Variable? ReadVariable(Stream stream, bool big)
    {
        var (type, _, small) = ReadTag(stream, big);
        if (type != Matrix || small is not null)
            throw new InvalidDataException();
        var flags = Content(stream, big, UInt32, 8);
        if (flags.Length < 8)
            throw new InvalidDataException();
        uint word = Word(flags, big);
        int kind = (int)(word & 0xFF);
        if (kind is < 1 or > 15)
            return null;
        bool logical = (word & 0x200) != 0, complex = (word & 0x800) != 0;
        var dimensions = Content(stream, big, Int32, 4 * TensorBytes.MostDimensions);
        var shape = new long[dimensions.Length / 4];
        for (int i = 0; i < shape.Length; i++)
            if ((shape[i] = (int)Word(dimensions.AsSpan(4 * i), big)) < 0)
                throw new InvalidDataException();
        if (shape.Length < 2)
            throw new InvalidDataException();
        string name = Encoding.UTF8.GetString(Content(stream, big, Int8, LongestName));
        return new Variable(name, logical && kind >= 6 ? "bool" : Classes[kind], shape, complex);
    }

    private static byte[] Content(Stream stream, bool big, uint wanted, int longest)
    {
        var (type, length, small) = ReadTag(stream, big);
        if (type != wanted || length > longest)
            throw new InvalidDataException();
        if (small is not null)
            return small;
        var bytes = new byte[(length + 7) / 8 * 8];
        stream.ReadExactly(bytes);
        return bytes[..(int)length];
    }

    // Up to four bytes may lie in the tag itself, whose upper half then says how many.
    private static (uint Type, long Length, byte[]? Small) ReadTag(Stream stream, bool big)
    {
        Span<byte> tag = stackalloc byte[8];
        stream.ReadExactly(tag);
        uint first = Word(tag, big);
        int small = (int)(first >> 16);
        if (small == 0)
            return (first, Word(tag[4..], big), null);
        if (small > 4)
            throw new InvalidDataException();
        return (first & 0xFFFF, small, tag.Slice(4, small).ToArray());
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
