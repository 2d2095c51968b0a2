using System.Buffers.Binary;
using System.IO.Compression;

namespace TorchRf.IO;

/// <summary>IDX, the format of MNIST: two zeros, a type, a number of axes, their extents as big-endian words, and the elements, big-endian too. Also gzipped.</summary>
/// <remarks>Source: http://yann.lecun.com/exdb/mnist/.</remarks>
internal static class IdxFile
{
    /// <summary>What a type's number means.</summary>
    public static Element? ElementOf(byte type) => type switch
    {
        0x08 => Element.UInt8, 0x09 => Element.Int8, 0x0B => Element.Int16, 0x0C => Element.Int32, 0x0D => Element.Float32, 0x0E => Element.Float64, _ => null,
    };

    /// <summary>Whether a file that starts so has the length that it says.</summary>
    public static bool Fits(ReadOnlySpan<byte> head, long length) =>
        head.Length >= 4 + (4 * head[3]) && TensorBytes.Length(Shape(head[4..], head[3]), ElementOf(head[2])!.Value.SizeOf()) == length - 4 - (4 * head[3]);

    public static ArrayContent Open(string path, FileFormat format)
    {
        var file = FileBytes.Map(path);
        FileBytes? numbers = null;
        try
        {
            bool packed = format == FileFormat.IdxGzip;
            using Stream stream = packed ? new GZipStream(file.Stream(0, file.Length), CompressionMode.Decompress) : file.Stream(0, file.Length);
            Span<byte> start = stackalloc byte[4];
            stream.ReadExactly(start);
            Span<byte> extents = stackalloc byte[4 * start[3]];
            stream.ReadExactly(extents);
            var (element, shape, header) = (ElementOf(start[2])!.Value, Shape(extents, start[3]), start.Length + extents.Length);
            long length = TensorBytes.Length(shape, element.SizeOf()) ?? throw MalformedFile.Because(path, $"the size of shape ({string.Join(", ", shape)}) overflows");
            if (packed)
                numbers = FileBytes.Unpack(stream, length, file.Length, path);
            else if (file.Length - header is var rest && rest != length)
                throw MalformedFile.Because(path, $"{(length > rest ? "truncated" : "trailing bytes")}: shape ({string.Join(", ", shape)}) of {element.Name()} takes {length} bytes, but {rest} follow the header");
            else
                numbers = file;
            return new ArrayContent(numbers, element, shape, packed ? 0 : header, BigEndian: true);
        }
        catch (EndOfStreamException)
        {
            throw MalformedFile.Because(path, "truncated before the end of the IDX header");
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path + ": ", StringComparison.Ordinal))
        {
            throw MalformedFile.Because(path, "this is a gzipped IDX file, and damaged");
        }
        finally
        {
            if (numbers != file)
                file.Dispose();
        }
    }

    private static long[] Shape(ReadOnlySpan<byte> extents, int axes)
    {
        var shape = new long[axes];
        for (int i = 0; i < axes; i++)
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(extents[(4 * i)..]);
        return shape;
    }
}

/// <summary>The binary files of CIFAR-10 and CIFAR-100: one or two labels of a byte and 3 x 32 x 32 bytes of red, green and blue, picture after picture, with no header.</summary>
/// <remarks>Source: https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal static class CifarFile
{
    private const int Pixels = 3 * 32 * 32;

    /// <summary>Whether a file is whole pictures whose labels there are.</summary>
    public static bool Fits(string path, long length, FileFormat format)
    {
        int labels = LabelsOf(format);
        if (length == 0 || length % (labels + Pixels) != 0)
            return false;
        using var file = FileBytes.Map(path);
        for (long at = 0; at < length; at += labels + Pixels)
        {
            var found = file.Slice(at, labels);
            if (labels == 1 ? found[0] >= 10 : found[0] >= 20 || found[1] >= 100)
                return false;
        }
        return true;
    }

    public static ArrayContent Open(string path, FileFormat format)
    {
        int label = LabelsOf(format);
        var file = FileBytes.Map(path);
        var labels = new long[file.Length / (label + Pixels)];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = file.Slice(((long)i * (label + Pixels)) + label - 1, 1)[0];
        return new ArrayContent(file, Element.UInt8, [labels.Length, 3, 32, 32], label, Stride: label + Pixels, Labels: labels);
    }

    private static int LabelsOf(FileFormat format) => format == FileFormat.Cifar10 ? 1 : 2;
}
