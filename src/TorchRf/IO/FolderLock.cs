using System.Globalization;
using TorchRf.IO;

namespace TorchRf.IO;

/// <summary>
/// A folder that one process at a time may work in. The lock is the operating system's, on a hidden file in the folder, so that it
/// ends with the process however that ends.
/// </summary>
/// <remarks>
/// Where a file system knows no locks (some network mounts), nothing is held, and nobody is kept out. The lock file itself is never removed:
/// somebody might be opening it at that moment, and would then hold the lock of a file that others no longer find.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    private const string LockFile = ".lock";

    // Beside the lock, for nobody can read a file that is locked.
    private const string HolderFile = ".lock-holder";
    private const int LongestHolder = 300;
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly FileStream locked;
    private readonly string holder;

    private FolderLock(FileStream locked, string holder) => (this.locked, this.holder) = (locked, holder);

    /// <summary>Takes the lock, until it is disposed of.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <exception cref="FolderInUseException">Another process works in the folder, or this one does already.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static FolderLock Take(string folder)
    {
        var holder = Path.Combine(folder, HolderFile);
        FileStream locked;
        try
        {
            locked = Lock(Path.Combine(folder, LockFile));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new FolderInUseException(folder, HolderOf(holder));
        }
        try
        {
            AtomicFile.WriteText(holder, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Environment.MachineName}\n"));
        }
        catch
        {
            locked.Dispose();
            throw;
        }
        return new FolderLock(locked, holder);
    }

    /// <summary>Whether somebody works in a folder at this moment.</summary>
    /// <param name="folder">Any path.</param>
    public static bool IsTaken(string folder)
    {
        try
        {
            // Shared, so that those who only look do not see each other.
            using var looked = new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is IOException io && IsHeld(io);
        }
    }

    /// <summary>Whether a file of this name is only a trace of somebody who works or worked in the folder.</summary>
    public static bool IsTrace(string name) => name is LockFile or HolderFile || AtomicFile.IsLeftover(name);

    /// <summary>Lets others in.</summary>
    public void Dispose()
    {
        if (!locked.CanWrite)
            return;
        try
        {
            File.Delete(holder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or has become read-only; whoever holds the lock next says so in the file anew.
        }
        locked.Dispose();
    }

    // Somebody may only be looking whether it is taken, which is over at once.
    private static FileStream Lock(string file)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e) && attempt < Attempts)
            {
                Thread.Sleep(Patience / Attempts);
            }
        }
    }

    // EWOULDBLOCK on Linux and macOS, a sharing violation on Windows; anything else is about the disk.
    private static bool IsHeld(IOException e) =>
        (e.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsMacOS() ? 35 : 11);

    private static string HolderOf(string file)
    {
        const string unknown = "another process";
        try
        {
            using var reader = new StreamReader(file);
            var text = new char[LongestHolder];
            return new string(text, 0, reader.ReadBlock(text)).TrimEnd('\n').Split(' ') is [var process, var machine]
                && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && machine.Length > 0 && !machine.Any(char.IsControl)
                ? string.Create(CultureInfo.InvariantCulture, $"process {id} on {machine}") : unknown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return unknown;
        }
    }
}
