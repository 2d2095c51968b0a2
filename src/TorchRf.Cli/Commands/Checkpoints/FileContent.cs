using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>What a safetensors file holds, as far as a person wants to know: a checkpoint's step, metrics and run, any file's tensors.</summary>
/// <param name="File">The file.</param>
/// <param name="Summary">What it says of itself.</param>
/// <param name="Checkpoint">What it says as a checkpoint; null where it is none. The run is null in one of schema 1.</param>
internal sealed record FileContent(
    string File, SafeTensorsSummary Summary, (long Step, string Optimizer, IReadOnlyList<SnapshotMetrics> Metrics, RunDocument? Run)? Checkpoint)
{
    // Whether a file is meant to be a checkpoint.
    private static bool IsCheckpoint(string file, IReadOnlyDictionary<string, string> metadata) =>
        Path.GetFileName(file).StartsWith("checkpoint-", StringComparison.Ordinal) || (metadata.ContainsKey("optimizer") && metadata.ContainsKey("step"));

    /// <summary>Reads a file's header and counts its checksum.</summary>
    /// <exception cref="InvalidDataException">The header is not true of the file, or not that of a checkpoint where the file is one.</exception>
    internal static FileContent Of(string file) => Of(file, SafeTensors.Examine(file));

    /// <summary>Takes a checkpoint's metadata out of what a file says of itself.</summary>
    /// <exception cref="InvalidDataException">They are not those of a checkpoint where the file is one.</exception>
    internal static FileContent Of(string file, SafeTensorsSummary summary) =>
        new(file, summary, IsCheckpoint(file, summary.Metadata) ? CheckpointFile.Parse(file, summary.Metadata, summary.Stated is not null) : null);

    /// <summary>How a dtype is called in Python.</summary>
    internal static string Dtype(ScalarType dtype) => dtype switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.ComplexFloat32 => "complex64",
        _ => dtype.ToString().ToLowerInvariant(),
    };

    /// <summary>All of it but the tensors' elements.</summary>
    internal JsonObject Json()
    {
        var document = new JsonObject
        {
            ["file"] = File,
            ["bytes"] = Summary.Bytes,
            ["sha256"] = Summary.Stated,
            ["checksum_holds"] = Summary.ChecksumHolds,
        };
        if (Checkpoint is var (step, optimizer, metrics, run))
        {
            document["step"] = step;
            document["optimizer"] = optimizer;
            document["metrics"] = new JsonArray([.. metrics.Select(m => new JsonObject { ["step"] = m.Step, ["loss"] = m.Loss, ["accuracy"] = m.Accuracy })]);
            document["command"] = run?.Command;
            document["settings"] = run?.Settings.DeepClone();
            document["environment"] = run?.Environment.DeepClone();
        }
        else
        {
            document["metadata"] = new JsonObject(Summary.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)JsonValue.Create(m.Value))));
        }
        document["tensors"] = new JsonArray([.. Summary.Tensors.Select(t => new JsonObject
        {
            ["name"] = t.Name, ["dtype"] = Dtype(t.Dtype), ["shape"] = new JsonArray([.. t.Shape.Select(n => (JsonNode)JsonValue.Create(n))]), ["bytes"] = t.End - t.Begin,
        })]);
        return document;
    }
}
