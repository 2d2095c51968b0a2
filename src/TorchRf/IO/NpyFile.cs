using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TorchRf.IO;

/// <summary>
/// Reads and writes single arrays in numpy's .npy format: a magic string, a version, a header that describes the array, and its
/// elements. Versions 1.0, 2.0 and 3.0 are read, 1.0 is written.
/// </summary>
/// <remarks>
/// Source: the published format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Arrays of Python objects
/// are refused, because they are pickles, and to read a pickle is to run code from the file.
/// </remarks>
/// <example>
/// <code>
/// NpyFile.Write("w.npy", torch.zeros(3, 40));   // numpy.load("w.npy")
/// var w = NpyFile.Read("w.npy");
/// </code>
/// </example>
public static class NpyFile
{
    private const int Alignment = 64;

    /// <summary>Whether tensors of a dtype can be written.</summary>
    public static bool Holds(ScalarType dtype) => NpyHeader.Knows(dtype);

    /// <summary>Reads the array of a file.</summary>
    /// <param name="path">The file to read.</param>
    /// <returns>
    /// A contiguous CPU tensor of the file's shape and dtype: bool, uint8, int8, int16, int32, int64, float16, float32 or float64.
    /// Big-endian files and files in Fortran order give the same tensor as others.
    /// </returns>
    /// <exception cref="InvalidDataException">
    /// The file is not a .npy file, is damaged, or holds what no tensor can; the message is the path and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    public static Tensor Read(string path)
    {
        using var file = File.OpenRead(path);
        var (header, _) = NpyHeader.Read(file, file.Length, path);
        var dtype = header.Dtype ?? throw MalformedFile.Because(path, $"the array has dtype {MalformedFile.Quote(header.Descr)}, which no tensor has");
        var shape = header.Shape;
        header.Check(file.Length - file.Position, path);
        if (!header.FortranOrder)
            return TensorBytes.Read(file, path, shape, dtype, header.BigEndian);
        // Fortran order is C order of the transposed array.
        using var scope = torch.NewDisposeScope();
        var transposed = TensorBytes.Read(file, path, [.. shape.Reverse()], dtype, header.BigEndian);
        var axes = Enumerable.Range(1, shape.Length).Select(axis => (long)(shape.Length - axis)).ToArray();
        return transposed.permute(axes).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Writes a tensor to a file in one step: on failure the path stays as it was.</summary>
    /// <param name="path">The file to write; its folder must exist. A file that is there is replaced.</param>
    /// <param name="tensor">Any shape, any device, any strides; one of the dtypes that <see cref="Read"/> returns.</param>
    /// <exception cref="ArgumentException">A dtype that numpy does not have, such as bfloat16.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        AtomicFile.Write(path, stream => Write(stream, tensor));
    }

    /// <summary>Writes a whole .npy file into a stream, from where it stands.</summary>
    internal static void Write(Stream stream, Tensor tensor)
    {
        var text = NpyHeader.Format(tensor.dtype, tensor.shape);

        // The elements start at a multiple of 64, so that a reader may map them into memory; the last byte before is a line end.
        var start = NpyHeader.Magic.Length + 4;
        var length = ((start + text.Length + Alignment) / Alignment * Alignment) - start;
        var header = Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n");
        Span<byte> versionAndLength = [1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(versionAndLength[2..], (ushort)length);
        stream.Write(NpyHeader.Magic);
        stream.Write(versionAndLength);
        stream.Write(header);
        TensorBytes.Write(stream, tensor);
    }
}

/// <summary>
/// Writes several arrays to one file in numpy's .npz format: a zip archive with a .npy file for each array, here stored without compression, as
/// <c>numpy.savez</c> does.
/// </summary>
/// <remarks>
/// Source: the published format, https://numpy.org/doc/stable/reference/generated/numpy.savez.html. The same content gives the same bytes: the
/// arrays lie in the order of their names, and the archive's times are all the first that zip knows.
/// </remarks>
/// <example>
/// <code>
/// NpzFile.Write("w.npz", new Dictionary&lt;string, Tensor&gt; { ["w"] = torch.zeros(3, 40) });   // numpy.load("w.npz")["w"]
/// </code>
/// </example>
public static class NpzFile
{
    private const int LongestName = 1000;

    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes tensors to a file in one step: on failure the path stays as it was. No tensor is copied as a whole but to the CPU.</summary>
    /// <param name="path">The file to write; its folder must exist. A file that is there is replaced.</param>
    /// <param name="tensors">The tensors by the arrays' names; any shape, any device, any strides; the dtypes of <see cref="NpyFile"/>.</param>
    /// <exception cref="ArgumentException">A dtype that numpy does not have, or a name that is empty, over 1000 characters long, or has a control character or a separator of folders in it.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var name in tensors.Keys)
            if (name.Length is 0 or > LongestName || name.Any(c => c is '/' or '\\' || char.IsControl(c)))
                throw new ArgumentException($"An array in a .npz file cannot be called {MalformedFile.Quote(name)}.", nameof(tensors));
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
                entry.LastWriteTime = FirstTime;
                using var target = entry.Open();
                NpyFile.Write(target, tensor);
            }
        });
    }
}
