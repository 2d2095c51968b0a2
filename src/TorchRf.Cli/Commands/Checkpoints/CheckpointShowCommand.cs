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
        var command = new Command("show", "Show what a checkpoint holds: step, settings, versions, metrics, tensors, and whether its checksum holds.");
        var path = new CheckpointPath("its newest checkpoint");
        var json = new JsonOption();
        command.Arguments.Add(path);
        command.Options.Add(json);
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
