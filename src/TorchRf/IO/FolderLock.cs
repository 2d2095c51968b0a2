using System.Globalization;

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

    /// <summary>Makes a folder where there is none, takes its lock, and removes what killed processes were writing in it.</summary>
    /// <param name="folder">The folder that a user named.</param>
    /// <exception cref="InvalidSettingException">It is a file, another process works in it, or it cannot be written.</exception>
    public static FolderLock Make(string folder)
    {
        InvalidSettingException.Require(folder.Length > 0 && !File.Exists(folder), "out", folder, "a folder");
        return Writing(folder, () =>
        {
            Directory.CreateDirectory(folder);
            var taken = Take(folder);
            AtomicFile.RemoveLeftovers(folder);
            return taken;
        });
    }

    /// <summary>Writes into a folder; where the disk does not let it, the folder is one that the user should not have named.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="work">What writes.</param>
    /// <exception cref="InvalidSettingException">It cannot be written; the cause is what the disk said.</exception>
    public static T Writing<T>(string folder, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException("out", folder, $"a folder that can be written ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", e);
        }
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

/// <summary>Another process works in a folder. The message says which, where that is known.</summary>
/// <param name="folder">The folder.</param>
/// <param name="holder">Who works in it, in words.</param>
public sealed class FolderInUseException(string folder, string holder)
    : InvalidSettingException("out", folder, $"a folder that is not in use, and {holder} works in this one");
