using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TorchRf.IO;

/// <summary>What a file of data is.</summary>
public enum FileKind
{
    /// <summary>Numbers, which <see cref="ArrayFile"/> reads: .npy, .npz, CSV and the like, MATLAB .mat v5, IDX, CIFAR.</summary>
    Array,

    /// <summary>A picture, which <see cref="GreyImage"/> reads: PGM, PNG, JPEG, WebP, BMP, GIF.</summary>
    Picture,
}

/// <summary>Tells what a file is by what is in it; its name says nothing.</summary>
public static class FileKinds
{
    /// <summary>What a file is.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">It is neither; the message says, in one line, what it is and how to convert it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileKind Of(string file) => FileFormats.Of(file) >= FileFormat.Pgm ? FileKind.Picture : FileKind.Array;
}

/// <summary>The formats that are read; pictures from <see cref="Pgm"/> on.</summary>
internal enum FileFormat
{
    Npy, Npz, Mat, Idx, IdxGzip, Cifar10, Cifar100, Text, Pgm, Png, OtherPicture,
}

/// <summary>Recognises formats by the first bytes of a file, and those that have no mark by their size.</summary>
internal static class FileFormats
{
    internal const string AreRead = "read are .npy, .npz, CSV, MATLAB .mat (v5), IDX and CIFAR's binary files, and the pictures PNG, JPEG, PGM, WebP, BMP and GIF";

    private const int Head = 4096;

    private const string ByPillow = "convert it to PNG, as in Python's Image.open('a').save('a.png') of PIL";
    private const string ByPandas = "convert it to CSV or .npy, as in Python's np.save('a.npy', df.to_numpy()) of pandas";
    private const string Unpack = "unpack it first";
    private const string Hdf5 = "file of HDF5, which MATLAB's -v7.3 also writes; convert it, as in Python's np.save('a.npy', h5py.File('a')['name'][()]), or save it with MATLAB's '-v7'";

    // What starts so, at a place, cannot be read.
    private static readonly (int At, byte[] Start, string What)[] Others =
    [
        (0, [0x89, .. "HDF\r\n\u001a\n"u8], Hdf5), (512, [0x89, .. "HDF\r\n\u001a\n"u8], Hdf5),
        (0, [.. "MATLAB 7.3"u8], Hdf5),
        (0, [.. "II*\0"u8], $"TIFF picture; {ByPillow}"), (0, [.. "MM\0*"u8], $"TIFF picture; {ByPillow}"),
        (0, [.. "II+\0"u8], $"TIFF picture; {ByPillow}"), (0, [.. "MM\0+"u8], $"TIFF picture; {ByPillow}"),
        (4, [.. "ftyp"u8], "HEIC or AVIF picture, or a film; convert it to PNG or JPEG"),
        (0, [.. "\0\0\0\u000cjP  "u8], $"JPEG 2000 picture; {ByPillow}"),
        (0, [.. "P6"u8], $"PPM picture; {ByPillow}"), (0, [.. "P3"u8], $"PPM picture; {ByPillow}"),
        (0, [.. "P4"u8], $"PBM picture; {ByPillow}"), (0, [.. "P1"u8], $"PBM picture; {ByPillow}"), (0, [.. "P7\n"u8], $"PAM picture; {ByPillow}"),
        (128, [.. "DICM"u8], "DICOM file; convert it, as in Python's np.save('a.npy', pydicom.dcmread('a').pixel_array)"),
        (344, [.. "n+1\0"u8], "NIfTI file; convert it, as in Python's np.save('a.npy', nibabel.load('a.nii').get_fdata())"),
        (0, [.. "SIMPLE  ="u8], "FITS file; convert it, as in Python's np.save('a.npy', astropy.io.fits.getdata('a'))"),
        (0, [.. "PAR1"u8], $"Parquet file; {ByPandas}"), (0, [.. "ARROW1"u8], $"feather (Arrow) file; {ByPandas}"), (0, [.. "FEA1"u8], $"feather file; {ByPandas}"),
        (0, [0xD0, 0xCF, 0x11, 0xE0], $"document of an older Office, such as .xls; {ByPandas}"),
        (0, [.. "SQLite format 3"u8], $"SQLite database; {ByPandas}"),
        (0, [.. "%PDF"u8], "PDF document; save its pictures as PNG or its tables as CSV"),
        (0, [.. "%!PS"u8], "PostScript document; save its pictures as PNG"),
        (0, [.. "version https://git-lfs"u8], "git-LFS pointer in place of the file; fetch the file itself with 'git lfs pull'"),
        (257, [.. "ustar"u8], $"tar archive; {Unpack} (tar -xf)"),
        (0, [.. "BZh"u8], $"bzip2 file; {Unpack}"), (0, [0xFD, .. "7zXZ\0"u8], $"file packed by xz; {Unpack}"), (0, [0x28, 0xB5, 0x2F, 0xFD], $"zstd file; {Unpack}"),
        (0, [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], $"7z archive; {Unpack}"), (0, [.. "Rar!"u8], $"file packed by RAR; {Unpack}"),
    ];

    // What text starts with that is no table.
    private static readonly (string Start, string What)[] OtherTexts =
    [
        ("<!doctype html", "web page (HTML), not the file that it may link to; download that one"),
        ("<html", "web page (HTML), not the file that it may link to; download that one"),
        ("<svg", "drawing (SVG); convert it to PNG"),
        ("<", "file of XML; convert its numbers to CSV or .npy"),
        ("{", "JSON file; convert it to CSV or .npy, as in Python's np.save('a.npy', json.load(open('a'))['name'])"),
        ("[", "JSON file or a printed array; convert it to CSV or .npy, as in Python's np.save('a.npy', json.load(open('a')))"),
    ];

    /// <summary>The format of a file.</summary>
    /// <exception cref="InvalidDataException">It is none of those that are read.</exception>
    internal static FileFormat Of(string path)
    {
        if (Directory.Exists(path))
            throw MalformedFile.Because(path, "this is a folder");
        using var file = File.OpenRead(path);
        if (!file.CanSeek)
            throw MalformedFile.Because(path, "this is a pipe or a device; save it as a file first");
        var buffer = new byte[Head];
        ReadOnlySpan<byte> head = buffer.AsSpan(0, file.ReadAtLeast(buffer, Head, throwOnEndOfStream: false));
        if (head.IsEmpty)
            throw MalformedFile.Because(path, "the file is empty");
        if (head.StartsWith(NpyHeader.Magic))
            return FileFormat.Npy;
        if (head.StartsWith("P5"u8) || head.StartsWith("P2"u8))
            return FileFormat.Pgm;
        if (head.StartsWith(PngFile.Signature))
            return FileFormat.Png;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || head.StartsWith("GIF8"u8) || IsBmp(head) || (head.StartsWith("RIFF"u8) && head.Length > 12 && head[8..].StartsWith("WEBP"u8)))
            return FileFormat.OtherPicture;
        if (head.StartsWith("MATLAB 5.0"u8))
            return FileFormat.Mat;
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
            return Zip(file, path);
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return Gzip(file, path);
        foreach (var (at, start, what) in Others)
            if (head.Length >= at + start.Length && head[at..].StartsWith(start))
                throw This(path, what);
        if (head[0] == 0x80 && head.Length > 1 && head[1] is >= 2 and <= 5)
            throw This(path, "Python pickle, and to read it would be to run code from it; where you trust it, in Python: np.save('a.npy', pickle.load(open('a', 'rb'), encoding='bytes')[b'data'])");
        return OfSize(head, file.Length, path) ?? OfText(head, path);
    }

    private static InvalidDataException This(string path, string what) => MalformedFile.Because(path, "this is a " + what);

    private static bool IsBmp(ReadOnlySpan<byte> head) =>
        head.Length > 18 && head.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124;

    private static FileFormat Zip(FileStream file, string path)
    {
        file.Position = 0;
        var names = new List<string>();
        NpyArrays.Unzip(path, () =>
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            names.AddRange(archive.Entries.Select(entry => entry.FullName));
        });
        if (names.Exists(name => name.EndsWith(".npy", StringComparison.Ordinal)))
            return FileFormat.Npz;
        throw This(path,
            names.Exists(name => name.EndsWith("data.pkl", StringComparison.Ordinal)) ? "PyTorch file; in Python: np.save('a.npy', torch.load('a')['name'].numpy())"
            : names.Exists(name => name.StartsWith("xl/", StringComparison.Ordinal)) ? "workbook of Excel; save its sheet as CSV"
            : $"zip archive that holds no .npy array; {Unpack}");
    }

    private static FileFormat Gzip(FileStream file, string path)
    {
        file.Position = 0;
        Span<byte> start = stackalloc byte[4];
        try
        {
            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            if (unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && IsIdx(start))
                return FileFormat.IdxGzip;
        }
        catch (InvalidDataException)
        {
            throw MalformedFile.Because(path, "this is a gzipped file, and damaged");
        }
        throw This(path, "gzipped file that holds no IDX array; unpack it first (gunzip, or tar -xzf)");
    }

    private static bool IsIdx(ReadOnlySpan<byte> head) => head.Length >= 4 && head[0] == 0 && head[1] == 0 && IdxFile.ElementOf(head[2]) is not null && head[3] is >= 1 and <= 16;

    // CIFAR's files have no mark; an IDX file's own is short enough to be met in them.
    private static FileFormat? OfSize(ReadOnlySpan<byte> head, long length, string path)
    {
        if (IsIdx(head) && IdxFile.Fits(head, length))
            return FileFormat.Idx;
        foreach (var format in new[] { FileFormat.Cifar10, FileFormat.Cifar100 })
            if (CifarFile.Fits(path, length, format))
                return format;
        if (IsIdx(head))
            return FileFormat.Idx;
        // MATLAB's version 4 starts with its type (a number MOPT of four digits), rows, columns, whether complex, and how long a name follows.
        foreach (bool big in new[] { false, true })
        {
            if (head.Length < 21)
                break;
            var words = new uint[5];
            for (int i = 0; i < words.Length; i++)
                words[i] = big ? BinaryPrimitives.ReadUInt32BigEndian(head[(4 * i)..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[(4 * i)..]);
            if (words[0] / 1000 == (big ? 1 : 0) && words[0] / 100 % 10 == 0 && words[0] / 10 % 10 <= 5 && words[0] % 10 <= 2 && words[1] > 0 && words[2] > 0 && words[3] <= 1
                && words[4] is >= 2 and <= 64 && head.Length > 20 + words[4] && head[(int)(19 + words[4])] == 0 && char.IsAsciiLetter((char)head[20]))
                throw This(path, "MATLAB file of version 4; load it in MATLAB or Octave and save it with '-v7', or in Python: np.save('a.npy', scipy.io.loadmat('a')['name'])");
        }
        return null;
    }

    private static FileFormat OfText(ReadOnlySpan<byte> head, string path)
    {
        bool wide = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (!wide && head.IndexOfAnyInRange((byte)0, (byte)8) >= 0)
            throw MalformedFile.Because(path, $"what this file holds is not known; {AreRead}");
        string text = (wide ? head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode : Encoding.UTF8).GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        foreach (var (start, what) in OtherTexts)
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                throw This(path, what);
        return FileFormat.Text;
    }
}
