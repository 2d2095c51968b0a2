using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>torchrf checkpoint show PATH: what a file holds.</summary>
internal static class CheckpointShowCommand
{
    private const int LongestText = 60;
    private const int LongestName = 32;

    internal static Command Create()
    {
        var path = new CheckpointPath("its newest checkpoint");
        var json = new JsonOption();
        var command = new Command("show", "Show what a checkpoint holds: step, settings, versions, metrics, tensors, and whether its checksum holds.") { path, json };
        command.SetAction(parsed =>
        {
            var content = path.First(parsed, FileContent.Of);
            if (parsed.GetValue(json))
                Report.Json(content.Json());
            else
                Print(content);
        });
        return command;
    }

    private static void Print(FileContent content)
    {
        Report.Line("File       " + content.File);
        Report.Line("Checksum   " + content.Summary.ChecksumHolds switch { true => "holds", false => "does not hold: the file is damaged", null => "none" });
        if (content.Checkpoint is var (step, optimizer, metrics, run))
        {
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"Step       {step}{(run?.Settings["steps"] is JsonValue steps ? $" of {steps}" : "")}"));
            Report.Line("Optimiser  " + Plain(optimizer, LongestText));
            if (run is not null)
            {
                Report.Line("Command    " + Plain(run.Command, LongestText));
                Report.Paragraph("Versions   " + string.Join(", ", run.Environment.Select(e => $"{Plain(e.Key, LongestName)} {Value(e.Value)}")));
                Report.Paragraph("Settings   " + Settings(run.Settings));
            }
            Report.Table(["step", "loss", "accuracy"], metrics.Select(m => new[]
            {
                m.Step.ToString(CultureInfo.InvariantCulture), m.Loss.ToString("0.0000", CultureInfo.InvariantCulture),
                m.Accuracy is double a ? a.ToString("0.000", CultureInfo.InvariantCulture) : "-",
            }));
        }
        else
        {
            foreach (var (key, value) in content.Summary.Metadata)
                Report.Paragraph($"{Plain(key, LongestName)}: {Plain(value, 10 * LongestText)}");
        }
        Report.Table(["tensor", "dtype", "shape", "bytes"], content.Summary.Tensors.Select(t => new[]
        {
            Plain(t.Name, LongestName), FileContent.Dtype(t.Dtype), $"({string.Join(", ", t.Shape)})", (t.End - t.Begin).ToString(CultureInfo.InvariantCulture),
        }));
    }

    // Only those that do not stand at their defaults; the complete ones are in --json.
    private static string Settings(JsonObject settings)
    {
        var standard = new RunSettings().ToJson();
        var own = settings.Where(s => !(standard.ContainsKey(s.Key) && JsonNode.DeepEquals(s.Value, standard[s.Key]))).ToArray();
        return (own.Length == 0 ? "" : string.Join(", ", own.Select(s => $"{Plain(s.Key, LongestName)} {Value(s.Value)}")) + "; ") + "the others at their defaults (--json has them all)";
    }

    private static string Value(JsonNode? value) => Plain(value switch
    {
        JsonArray list => string.Join(",", list.Select(Value)),
        null => "none",
        _ => value.ToString(),
    }, LongestText);

    // What comes from a file could else move the terminal's cursor.
    private static string Plain(string text, int longest) =>
        string.Concat((text.Length <= longest ? text : text[..longest] + "...").Select(c => char.IsControl(c) ? ' ' : c));
}

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
