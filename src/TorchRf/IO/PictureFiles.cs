namespace TorchRf.IO;

/// <summary>Many pictures: from names of files, folders and patterns to pictures.</summary>
public static class PictureFiles
{
    // What looks like a picture in a folder, and is to be named where it cannot be read.
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".pgm", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".ppm", ".pnm",
    };

    /// <summary>
    /// The files that names stand for: a file for itself, whatever signs are in its name; a folder for the pictures in it, not those in folders below, in the order of their
    /// names; a name with * or ? in its last part for the files of such names, in that order too. What else lies in a folder, hidden files included, is passed over.
    /// </summary>
    /// <param name="names">The names, each taken whole.</param>
    /// <returns>At least one file a name, in the order of the names.</returns>
    /// <exception cref="InvalidDataException">A folder holds no picture, or a pattern fits no file.</exception>
    /// <exception cref="FileNotFoundException">There is nothing of a name.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return [.. names.SelectMany(Expand)];
    }

    /// <summary>Reads pictures one by one. One that cannot be read is told of and passed over, unless none is left.</summary>
    /// <param name="files">The files, as <see cref="Expand(IEnumerable{string})"/> gives them.</param>
    /// <param name="warn">Takes a line for each picture that cannot be read, and at the end one that counts them.</param>
    /// <returns>What was read, with its file, in the order given; at least one.</returns>
    /// <exception cref="InvalidDataException">No picture could be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<(string File, GreyImage Image)> Read(IReadOnlyList<string> files, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(warn);
        var read = new List<(string, GreyImage)>();
        var refused = new List<string>();
        foreach (string file in files)
        {
            try
            {
                read.Add((file, GreyImage.Read(file)));
            }
            catch (InvalidDataException e)
            {
                refused.Add(e.Message);
            }
        }
        if (read.Count == 0)
            throw new InvalidDataException(refused.Count switch
            {
                0 => "There are no pictures to read.",
                1 => refused[0],
                _ => $"None of {refused.Count} pictures can be read; the first: {refused[0]}",
            });
        refused.ForEach(warn);
        if (refused.Count > 0)
            warn($"{refused.Count} of {files.Count} pictures cannot be read and {(refused.Count == 1 ? "is" : "are")} passed over.");
        return read;
    }

    private static IReadOnlyList<string> Expand(string name)
    {
        if (File.Exists(name))
            return [name];
        if (Directory.Exists(name))
            return InFolder(name, "*") is { Count: > 0 } all && all.Where(IsPicture).ToArray() is { Length: > 0 } pictures
                ? pictures
                : throw MalformedFile.Because(name, "this folder holds no picture; PNG, JPEG, PGM, WebP, BMP and GIF are read");
        string folder = Path.GetDirectoryName(name) ?? "", pattern = Path.GetFileName(name);
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0 || folder.AsSpan().IndexOfAny('*', '?') >= 0 || !(folder.Length == 0 || Directory.Exists(folder)))
            throw new FileNotFoundException($"{OneLine.Of(name)}: there is no file or folder of that name", name);
        return InFolder(folder, pattern) is { Count: > 0 } found ? found : throw MalformedFile.Because(name, "no file is called so");
    }

    private static List<string> InFolder(string folder, string pattern)
    {
        var options = new EnumerationOptions { MatchType = MatchType.Simple, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false };
        return [.. new DirectoryInfo(folder.Length == 0 ? "." : folder).EnumerateFiles(pattern, options)
            .Where(file => !file.Name.StartsWith('.')).Select(file => file.Name).Order(StringComparer.Ordinal).Select(file => Path.Combine(folder, file))];
    }

    private static bool IsPicture(string file)
    {
        if (Extensions.Contains(Path.GetExtension(file)))
            return true;
        try
        {
            return FileKinds.Of(file) == FileKind.Picture;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
