using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.IO;

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
