using System.IO.Compression;

namespace TorchRf.IO;

/// <summary>Finds the arrays in .npy and .npz files.</summary>
internal static class NpyArrays
{
    // Arrays that a message lists.
    private const int MostListed = 12;

    public static ArrayContent OpenNpy(string path) => In(FileBytes.Map(path), 0, null, path);

    public static ArrayContent OpenNpz(string path, string? array) =>
        Unzip(path, () =>
        {
            using var file = File.OpenRead(path);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var entry = Chosen(archive, path, array);
            // A stored array is mapped where it lies: the file stands behind its first byte when that was asked for. What was packed would not begin as an array does.
            if (entry.CompressedLength == entry.Length)
            {
                using (var stored = entry.Open())
                    _ = stored.ReadByte();
                long at = file.Position - 1;
                if (at >= 0 && entry.Length <= file.Length - at)
                {
                    var map = FileBytes.Map(path);
                    if (entry.Length >= NpyHeader.Magic.Length && map.Slice(at, NpyHeader.Magic.Length).SequenceEqual(NpyHeader.Magic))
                        return In(map, at, entry.Length, path);
                    map.Dispose();
                }
            }
            using var packed = entry.Open();
            var bytes = FileBytes.Unpack(packed, entry.Length, entry.CompressedLength, path);
            if (Checksum(bytes) == entry.Crc32)
                return In(bytes, 0, null, path);
            bytes.Dispose();
            throw MalformedFile.Because(path, $"the array {MalformedFile.Quote(NameOf(entry))} is damaged: its checksum is wrong");
        });

    /// <summary>Does something with a zip archive, and says what is wrong with it in this library's one way.</summary>
    public static void Unzip(string path, Action action) => Unzip(path, () =>
    {
        action();
        return true;
    });

    private static T Unzip<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException or IOException { InnerException: not null }
            && !e.Message.StartsWith(path + ": ", StringComparison.Ordinal))
        {
            throw MalformedFile.Because(path, $"a damaged zip archive: {e.Message}");
        }
    }

    private static ArrayContent In(FileBytes bytes, long at, long? length, string path)
    {
        try
        {
            long all = length ?? bytes.Length;
            using var stream = bytes.Stream(at, all);
            var (header, start) = NpyHeader.Read(stream, all, path);
            header.Check(all - start, path);
            return new ArrayContent(bytes, header.Element, header.Shape, at + start, header.BigEndian, header.FortranOrder);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private static string NameOf(ZipArchiveEntry entry) => entry.FullName[..^".npy".Length];

    private static ZipArchiveEntry Chosen(ZipArchive archive, string path, string? array)
    {
        var entries = archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray();
        if (array is null && entries.Length == 1)
            return entries[0];
        if (array is not null && Array.Find(entries, entry => NameOf(entry) == array) is { } found)
            return found;
        throw NotNamed(path, array, [.. entries.Select(NameOf)], i => Shape(entries[i], path));
    }

    private static string Shape(ZipArchiveEntry entry, string path)
    {
        try
        {
            using var stream = entry.Open();
            return " " + NpyHeader.Read(stream, entry.Length, path).Header.ShapeText;
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }

    private static uint Checksum(FileBytes bytes)
    {
        uint crc = 0;
        for (long at = 0; at < bytes.Length; at += 1 << 20)
            crc = Crc32.Of(bytes.Slice(at, (int)Math.Min(bytes.Length - at, 1 << 20)), crc);
        return crc;
    }

    /// <summary>What is said where a file holds several arrays and none was named, or not the one that was.</summary>
    public static InvalidDataException NotNamed(string path, string? array, IReadOnlyList<string> names, Func<int, string> shape)
    {
        var listed = Enumerable.Range(0, Math.Min(names.Count, MostListed)).Select(i => MalformedFile.Quote(names[i]) + shape(i));
        string all = string.Join(", ", listed) + (names.Count > MostListed ? $" and {names.Count - MostListed} more" : "");
        return MalformedFile.Because(path, names.Count == 0 ? "holds no array of numbers"
            : array is null ? $"holds {names.Count} arrays, and one must be named: {all}"
            : $"holds no array {MalformedFile.Quote(array)}; it holds {all}");
    }
}
