using System.Globalization;
using TorchRf.IO;

namespace TorchRf.IO;

/// <summary>The checkpoints of one run, of which the newest two are kept.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="isOwn">Whether a run that a checkpoint says it is of is this one; all are taken for this one's without.</param>
public sealed class KeptCheckpoints(string folder, Func<RunDocument, bool>? isOwn = null)
{
    private const string Name = "checkpoint-";
    private const string Extension = ".safetensors";
    private const int Kept = 2;

    /// <summary>The files and the steps that their names say, whole or not, the newest first.</summary>
    public IReadOnlyList<(string File, long Step)> Files() =>
        [.. Directory.EnumerateFiles(folder, Name + "*" + Extension)
            .Select(file => (File: file, Step: long.TryParse(Path.GetFileNameWithoutExtension(file).AsSpan(Name.Length),
                NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1))
            .Where(c => c.Step >= 0)
            .OrderByDescending(c => c.Step)];

    /// <summary>The path of the checkpoint of a step.</summary>
    public string FileOf(long step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Name}{step:D10}{Extension}"));

    /// <summary>The newest checkpoint that can be read; null when there is none.</summary>
    /// <param name="damaged">Told, in one line each, of newer ones that cannot.</param>
    /// <param name="before">Only earlier steps than this.</param>
    public Checkpoint? Latest(Action<string>? damaged = null, long before = long.MaxValue)
    {
        foreach (var (file, step) in Files().Where(c => c.Step < before))
        {
            try
            {
                var checkpoint = CheckpointFile.Read(file);
                RequireOwn(file, step, checkpoint.Step, checkpoint.Run);
                return checkpoint;
            }
            catch (InvalidDataException e)
            {
                damaged?.Invoke(e.Message);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                damaged?.Invoke($"{file}: {e.Message.ReplaceLineEndings(" ")}");
            }
        }
        return null;
    }

    /// <summary>
    /// Writes a checkpoint, reads it back, and removes all but the newest two; where neither of these is whole, the newest that is stays too.
    /// </summary>
    /// <param name="checkpoint">What to write.</param>
    /// <param name="run">The run that it is of.</param>
    /// <exception cref="IOException">The disk refused it, or gives back something else; earlier checkpoints stay.</exception>
    public void Save(Checkpoint checkpoint, RunDocument run)
    {
        var written = FileOf(checkpoint.Step);
        CheckpointFile.Write(written, checkpoint, run);
        try
        {
            CheckpointFile.Verify(written);
        }
        catch (InvalidDataException e)
        {
            throw new IOException($"the disk does not give back what was written: {e.Message}");
        }
        // What was just written need not be among the newest: a run that goes on from before damaged ones comes to their steps later.
        var files = Files();
        bool found = false;
        for (int i = 0; i < files.Count; i++)
        {
            bool keeps = i < Kept || !found || files[i].File == written;
            found = found || files[i].File == written || IsGood(files[i].File, files[i].Step);
            if (!keeps)
                File.Delete(files[i].File);
        }
    }

    /// <summary>Removes all of them.</summary>
    public void Remove()
    {
        foreach (var (file, _) in Files())
            File.Delete(file);
    }

    private void RequireOwn(string file, long named, long step, RunDocument? run)
    {
        if (step != named)
            throw MalformedFile.Because(file, "its step is not the one its name says");
        if (run is not null && isOwn is not null && !isOwn(run))
            throw MalformedFile.Because(file, "it is of a run with other settings");
    }

    // As Latest judges it, so that what is kept for the worst case can then be used.
    private bool IsGood(string file, long named)
    {
        try
        {
            var (step, run) = CheckpointFile.Verify(file);
            RequireOwn(file, named, step, run);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
