using System.Numerics;

namespace TorchRf.IO;

/// <summary>
/// An array of numbers in a file, of which rows are read as they are needed: .npy and .npz of numpy, CSV and other tables of text, MATLAB's .mat of
/// version 5, IDX (MNIST), CIFAR's binary files. What the file is, is seen from what is in it.
/// </summary>
/// <remarks>
/// <para>
/// A .npy file, plain IDX, CIFAR, an uncompressed variable of a .mat file and an array stored in .npz are mapped into memory and take none of their own,
/// whatever their size; the system gives up their pages when others need them. What is packed is unpacked once, and keeps the elements it
/// has: a uint8 array takes a byte a value. Tables of text take eight. A mapped file must not be made shorter while it is open: as with numpy's, the system ends the program that reads past its end.
/// </para>
/// <para>Integers beyond 2^53 become the nearest double, as numpy converts them, exact to 16 digits: they are measurements here, not keys.</para>
/// </remarks>
/// <example>
/// <code>
/// using var data = ArrayFile.Open("digits.npy");     // (1797, 64), uint8
/// var x = new double[100 * data.Width];
/// data.Read(first: 0, count: 100, x);
/// </code>
/// </example>
public sealed unsafe class ArrayFile : IDisposable
{
    // Values that one thread reads at a time, which its cache holds, and rows at most.
    private const int Piece = 1 << 15;
    private const int MostRows = 512;

    private readonly ArrayContent content;
    private readonly long stride;
    private readonly long[]? columns;

    private ArrayFile(string file, ArrayContent content)
    {
        (File, this.content) = (file, content);
        var shape = content.Shape;
        if (shape.Count == 0)
            throw MalformedFile.Because(file, "holds a single number and no array");
        if (shape.Contains(0))
            throw MalformedFile.Because(file, $"its shape ({string.Join(", ", shape)}) holds no values");
        var width = shape.Skip(1).Aggregate(BigInteger.One, (product, extent) => product * extent);
        if (width > int.MaxValue / sizeof(double))
            throw MalformedFile.Because(file, $"a row of shape ({string.Join(", ", shape)}) is too long: {width} values");
        Width = (int)width;
        int size = content.Element.SizeOf();
        stride = content.Stride ?? (content.ColumnMajor ? size : (long)Width * size);
        if (content.ColumnMajor && Width > 1)
            columns = Columns(shape, size);
    }

    /// <summary>The file, as it was named.</summary>
    public string File { get; }

    /// <summary>The array's shape, at least one axis, none of them empty.</summary>
    public IReadOnlyList<long> Shape => content.Shape;

    /// <summary>How many rows there are: the first axis.</summary>
    public long Rows => Shape[0];

    /// <summary>How many values a row has: the product of all other axes, and 1 where there is no other.</summary>
    public int Width { get; }

    /// <summary>What the values are in the file, such as uint8; for a .mat file the class that MATLAB shows, in the same words (float64 is its double).</summary>
    public string ElementType => content.Words ?? content.Element.Name();

    /// <summary>The class of each row where the format itself carries one: CIFAR-10's label, CIFAR-100's fine one. Null for the others.</summary>
    public IReadOnlyList<long>? Labels => content.Labels;

    /// <summary>Opens a file. It is held open, or what was unpacked is held in memory, until this is disposed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="array">Which array of a .npz file, or which variable of a .mat file; may be left out where there is only one.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, holds what is no array of numbers, holds several and none was named, or none of that name; the message is the file and the reason.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ArrayFile Open(string file, string? array = null)
    {
        var format = FileFormats.Of(file);
        if (array is not null && format is not (FileFormat.Npz or FileFormat.Mat))
            throw MalformedFile.Because(file, $"the array {MalformedFile.Quote(array)} was asked for, but only .npz and .mat files have arrays with names");
        var content = format switch
        {
            FileFormat.Npy => NpyArrays.OpenNpy(file),
            FileFormat.Npz => NpyArrays.OpenNpz(file, array),
            FileFormat.Mat => MatFile.Open(file, array),
            FileFormat.Idx or FileFormat.IdxGzip => IdxFile.Open(file, format),
            FileFormat.Cifar10 or FileFormat.Cifar100 => CifarFile.Open(file, format),
            FileFormat.Text => TextTable.Open(file),
            _ => throw MalformedFile.Because(file, "this is a picture, not an array of numbers"),
        };
        try
        {
            return new ArrayFile(file, content);
        }
        catch
        {
            content.Bytes.Dispose();
            throw;
        }
    }

    /// <summary>Reads rows in any order, which may repeat. The same rows give the same numbers, however many threads read.</summary>
    /// <param name="rows">Their numbers, 0 to <see cref="Rows"/> - 1.</param>
    /// <param name="into">Takes them row after row, <see cref="Width"/> values each, the last axis fastest; of exactly that length.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException"><paramref name="into"/> has another length.</exception>
    public void Read(ReadOnlySpan<long> rows, Span<double> into)
    {
        foreach (long row in rows)
            if ((ulong)row >= (ulong)Rows)
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"{File} has the rows 0 to {Rows - 1}.");
        Read(0, rows.Length, rows, into);
    }

    /// <summary>Reads rows that follow each other.</summary>
    /// <param name="first">The first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="into">As above.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    /// <exception cref="ArgumentException"><paramref name="into"/> has another length.</exception>
    public void Read(long first, int count, Span<double> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (first < 0 || first > Rows - count)
            throw new ArgumentOutOfRangeException(nameof(first), first, $"{File} has the rows 0 to {Rows - 1}, not {count} from there.");
        Read(first, count, [], into);
    }

    /// <summary>Closes the file, or gives the memory back. Nothing can be read any more.</summary>
    public void Dispose() => content.Bytes.Dispose();

    private void Read(long first, int count, ReadOnlySpan<long> rows, Span<double> into)
    {
        if (into.Length != (long)count * Width)
            throw new ArgumentException($"{count} rows of {Width} values take {(long)count * Width} places, not {into.Length}.", nameof(into));
        int piece = Math.Clamp(Piece / Width, 1, MostRows), pieces = ((count - 1) / piece) + 1;
        byte* start = content.Bytes.Start + content.Start;
        fixed (long* chosen = rows)
        fixed (double* target = into)
        {
            var (chosenAt, targetAt) = ((nint)chosen, (nint)target);
            void Take(int number)
            {
                int from = number * piece, height = Math.Min(piece, count - from);
                Span<nint> places = stackalloc nint[height];
                for (int i = 0; i < height; i++)
                    places[i] = (nint)(start + ((chosenAt == 0 ? first + from + i : ((long*)chosenAt)[from + i]) * stride));
                Elements.Read(content.Element, content.BigEndian == BitConverter.IsLittleEndian, places, columns, Width, new Span<double>((double*)targetAt + ((long)from * Width), height * Width));
            }

            if (pieces < 4)
                for (int i = 0; i < pieces; i++)
                    Take(i);
            else
                Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, Take);
        }
        GC.KeepAlive(content.Bytes);
    }

    // Where the values of a row are when the first axis is the fastest: in bytes, the last axis counted fastest.
    private static long[] Columns(IReadOnlyList<long> shape, int size)
    {
        var places = new List<long> { 0 };
        long step = size;
        for (int axis = 1; axis < shape.Count; axis++)
        {
            step *= shape[axis - 1];
            var before = places;
            places = new List<long>(checked((int)(before.Count * shape[axis])));
            foreach (long place in before)
                for (long i = 0; i < shape[axis]; i++)
                    places.Add(place + (i * step));
        }
        return [.. places];
    }
}

/// <summary>Where the numbers of an array are.</summary>
/// <param name="Bytes">What they lie in.</param>
/// <param name="Element">What they are.</param>
/// <param name="Shape">The array's shape; that all of it lies in the bytes was checked.</param>
/// <param name="Start">The first number's place.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="ColumnMajor">Whether the first axis is the fastest, as in Fortran and MATLAB, and not the last.</param>
/// <param name="Stride">Bytes from row to row where something lies between them.</param>
/// <param name="Labels">The rows' classes.</param>
/// <param name="Words">What the numbers are called, if not after <paramref name="Element"/>.</param>
internal sealed record ArrayContent(FileBytes Bytes, Element Element, IReadOnlyList<long> Shape, long Start = 0, bool BigEndian = false, bool ColumnMajor = false,
    long? Stride = null, IReadOnlyList<long>? Labels = null, string? Words = null);
