using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TorchRf.IO;

/// <summary>Everything a training needs to go on: its step, its tensors, and its metrics so far.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tensors">"model.NAME" for each parameter and buffer, "generator" (its state, bytes) and "snapshots" (snapshots, inits, units, N).</param>
/// <param name="Metrics">Loss and accuracy at the snapshots.</param>
/// <param name="Optimizer">The optimiser and what it goes by ("sgd, lr 0.05"); its tensors, if it has any, are among the others.</param>
public sealed record Checkpoint(
    long Step, IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyList<SnapshotMetrics> Metrics, string Optimizer)
{
    /// <summary>The run that a file says it is of; null for one that was not read, or of schema 1.</summary>
    public RunDocument? Run { get; init; }

    /// <summary>The same state with the snapshots of some steps alone, for a run that keeps others.</summary>
    /// <param name="steps">The steps.</param>
    /// <exception cref="InvalidDataException">It has no snapshots, or not one for each of its metrics.</exception>
    public Checkpoint WithSnapshotsAt(IReadOnlyCollection<long> steps)
    {
        if (!Tensors.TryGetValue("snapshots", out var snapshots) || snapshots.dim() == 0 || snapshots.shape[0] != Metrics.Count)
            throw new InvalidDataException($"The checkpoint has not the {Metrics.Count} snapshots that its metrics are of.");
        long[] kept = [.. Enumerable.Range(0, Metrics.Count).Where(i => steps.Contains(Metrics[i].Step)).Select(i => (long)i)];
        return this with
        {
            Tensors = new Dictionary<string, Tensor>(Tensors) { ["snapshots"] = snapshots.index_select(0, torch.tensor(kept, ScalarType.Int64)) },
            Metrics = [.. kept.Select(i => Metrics[(int)i])],
        };
    }

    /// <summary>One of the tensors, checked.</summary>
    /// <exception cref="InvalidDataException">It is missing, or of another dtype or shape than expected.</exception>
    public Tensor Tensor(string name, ScalarType dtype, long[] shape)
    {
        if (!Tensors.TryGetValue(name, out var tensor))
            throw new InvalidDataException($"The checkpoint has no tensor '{name}'.");
        return tensor.dtype == dtype && tensor.shape.SequenceEqual(shape)
            ? tensor
            : throw new InvalidDataException(
                $"The checkpoint's tensor '{name}' is {tensor.dtype} ({string.Join(", ", tensor.shape)}); this run needs {dtype} ({string.Join(", ", shape)}).");
    }
}

/// <summary>How well the model does at one step, on balanced examples that it is not trained on; means over the initialisations.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">What is minimised; mean (f - y)^2 unless said otherwise.</param>
/// <param name="Accuracy">How often the answer says the class; null where a model learns without labels.</param>
public sealed record SnapshotMetrics(long Step, double Loss, double? Accuracy);

/// <summary>
/// One checkpoint as a safetensors file. Its metadata hold the schema, the step, the optimiser, the metrics so far and a checksum, and what run.json says, so
/// that the file explains itself alone. Files of schema 1, which have no checksum and do not repeat run.json, are read too.
/// </summary>
public static class CheckpointFile
{
    private const int FirstWithChecksum = 2;

    private static readonly JsonSerializerOptions Complete = new() { RespectRequiredConstructorParameters = true };

    /// <summary>Writes a checkpoint in one step, of the current schema.</summary>
    /// <param name="file">The file to write; its folder must exist.</param>
    /// <param name="checkpoint">What to write.</param>
    /// <param name="run">The run that it is of.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string file, Checkpoint checkpoint, RunDocument run)
    {
        var metadata = new Dictionary<string, string>
        {
            ["schema"] = RunFolder.Schema.ToString(CultureInfo.InvariantCulture),
            ["step"] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            ["optimizer"] = checkpoint.Optimizer,
            ["metrics"] = JsonSerializer.Serialize(checkpoint.Metrics),
            ["command"] = run.Command,
            ["settings"] = run.Settings.ToJsonString(),
            ["environment"] = run.Environment.ToJsonString(),
        };
        SafeTensors.Write(file, checkpoint.Tensors, metadata, checksum: true);
    }

    /// <summary>Reads a checkpoint. Nothing in the file is believed before it has been checked.</summary>
    /// <param name="file">The file to read.</param>
    /// <returns>The checkpoint; its tensors belong to the dispose scope of whoever reads it.</returns>
    /// <exception cref="InvalidDataException">It is damaged, no checkpoint, or of a newer schema; the message is the path and the reason.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Checkpoint Read(string file)
    {
        using var scope = torch.NewDisposeScope();
        var content = SafeTensors.Read(file);
        var (step, optimizer, metrics, run) = Parse(file, content.Metadata, content.Checksum is not null);
        foreach (var tensor in content.Tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return new Checkpoint(step, content.Tensors, metrics, optimizer) { Run = run };
    }

    /// <summary>Throws unless the file is a checkpoint and every byte of it (as far as its schema can say) is as it was written. Its tensors are not read into memory.</summary>
    /// <returns>Its step, and the run that it says it is of; null in one of schema 1.</returns>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static (long Step, RunDocument? Run) Verify(string file)
    {
        var summary = SafeTensors.Examine(file);
        SafeTensors.RequireChecksum(file, summary);
        var (step, _, _, run) = Parse(file, summary.Metadata, summary.Stated is not null);
        return (step, run);
    }

    /// <summary>What a checkpoint's metadata say.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="hasChecksum">Whether the file states a checksum.</param>
    /// <returns>The run is null in a file of schema 1.</returns>
    /// <exception cref="InvalidDataException">They are not those of a checkpoint.</exception>
    public static (long Step, string Optimizer, IReadOnlyList<SnapshotMetrics> Metrics, RunDocument? Run) Parse(
        string file, IReadOnlyDictionary<string, string> metadata, bool hasChecksum)
    {
        long schema = Whole(file, metadata, "schema"), step = Whole(file, metadata, "step");
        if (schema > RunFolder.Schema)
            throw RunDocument.TooNew(file, schema);
        if (schema >= FirstWithChecksum && !hasChecksum)
            throw MalformedFile.Because(file, "it has lost its checksum");
        return (step, metadata.GetValueOrDefault("optimizer", ""), Metrics(file, metadata, step), schema < FirstWithChecksum ? null : new RunDocument(
            metadata.GetValueOrDefault("command", ""), Object(file, metadata, "settings"), Object(file, metadata, "environment")));
    }

    private static long Whole(string file, IReadOnlyDictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw MalformedFile.Because(file, $"not a checkpoint (its {name} is {(text is null ? "missing" : MalformedFile.Quote(text))})");

    private static JsonObject Object(string file, IReadOnlyDictionary<string, string> metadata, string name) =>
        JsonFile.Parse(metadata.GetValueOrDefault(name, ""), file, name) as JsonObject
            ?? throw MalformedFile.Because(file, $"its {name} are not a JSON object");

    private static SnapshotMetrics[] Metrics(string file, IReadOnlyDictionary<string, string> metadata, long step)
    {
        try
        {
            var read = JsonFile.Parse(metadata.GetValueOrDefault("metrics", ""), file, "metrics").Deserialize<SnapshotMetrics?[]>(Complete) ?? [];
            long before = -1;
            foreach (var at in read)
            {
                if (at is null || at.Step <= before || at.Step > step)
                    throw MalformedFile.Because(file, $"its metrics are not of increasing steps up to {step}");
                before = at.Step;
            }
            return read!;
        }
        catch (JsonException e)
        {
            throw MalformedFile.Because(file, $"its metrics are not a list of step, loss and accuracy ({e.Message})");
        }
    }
}

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
