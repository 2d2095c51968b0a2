using System.Runtime.ExceptionServices;
using System.Text;

namespace TorchRf.IO;

/// <summary>
/// Writes a file so that whoever opens its path sees either what was there before or the whole new content, never a part of it:
/// the content goes to a temporary name in the same folder, is flushed to the disk, and is renamed onto the path.
/// </summary>
public static class AtomicFile
{
    private const string Prefix = ".torchrf-";
    private const string Suffix = ".tmp";

    /// <summary>Writes the file at <paramref name="path"/> in one step, replacing a file that is there.</summary>
    /// <param name="path">The file to write. Its folder must exist.</param>
    /// <param name="write">
    /// Writes the content to the stream it is given. When it throws, the path is left as it was and nothing else stays in the folder.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    /// <exception cref="IOException">The disk refused the writing or the renaming.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to, or the path is a folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        // The same folder, because only there is a rename sure to stay on one file system. The name says whose it is, for the
        // one case in which it can stay behind: the process is killed while writing.
        var temporary = Path.Combine(Path.GetDirectoryName(target) ?? target, $"{Prefix}{Guid.NewGuid():N}{Suffix}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                // A rename can reach the disk before the data does; after a power cut the path would then name an empty file.
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception fault)
        {
            // What a file stream throws where the system allows no file of that length (ulimit -f); and what other code throws that is given a wrong value.
            bool tooLarge = fault is ArgumentOutOfRangeException { ParamName: "value" } && MayNotGrow(temporary);
            RemoveIfPossible(temporary);
            // Users know the file by the name that it should have got.
            string Of(string message) => message.Replace(temporary, target, StringComparison.Ordinal);
            throw fault switch
            {
                UnauthorizedAccessException => new UnauthorizedAccessException(Of(fault.Message), fault),
                DirectoryNotFoundException => new DirectoryNotFoundException(Of(fault.Message), fault),
                IOException => new IOException(Of(fault.Message), fault) { HResult = fault.HResult },
                ArgumentOutOfRangeException when tooLarge => new IOException($"File too large : '{target}'", fault),
                _ => Unchanged(fault),
            };
        }
    }

    /// <summary>Whether a file of this name holds what somebody writes, or wrote when the process was killed.</summary>
    public static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Removes what killed processes left in a folder. The caller knows that nobody writes there now.</summary>
    /// <param name="folder">A folder that exists; those within it are not looked into.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix))
            File.Delete(file);
    }

    /// <summary>Writes <paramref name="text"/> as UTF-8, without a byte order mark, in one step.</summary>
    /// <param name="path">The file to write. Its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    /// <exception cref="IOException">The disk refused the writing or the renaming.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to, or the path is a folder.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    // A disk that refused the writing may refuse this too, and the first refusal is the one to be told.
    private static void RemoveIfPossible(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays is removed as a leftover when the folder is used next.
        }
    }

    private static bool MayNotGrow(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            stream.WriteByte(0);
            return false;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IOException or UnauthorizedAccessException)
        {
            return e is ArgumentOutOfRangeException;
        }
    }

    private static Exception Unchanged(Exception fault)
    {
        ExceptionDispatchInfo.Throw(fault);
        return fault;
    }
}
