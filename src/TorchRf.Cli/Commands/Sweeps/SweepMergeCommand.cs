using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep merge PLAN: one table of all results, and what is missing or double.</summary>
internal static class SweepMergeCommand
{
    internal static Command Create(IRunner runner)
    {
        var command = new Command("merge", "Write one table of all finished runs (merged.csv, merged.json), and name what is missing or double. Exits with 1 while runs are missing.");
        var options = new SweepOptions(command, runner);
        var from = new Option<string[]>("--from") { HelpName = "folder", Description = "More folders with results of the same plan, run elsewhere.", AllowMultipleArgumentsPerToken = true };
        var width = new WidthOption();
        command.Options.Add(from);
        command.Options.Add(width);
        command.SetAction(parsed =>
        {
            double? wide = width.Of(parsed);
            var plan = options.Plan(parsed);
            var folder = SweepFolder.Open(options.Folder(parsed, plan), plan);
            var merged = MergedSweep.Of(plan, [folder, .. (parsed.GetValue(from) ?? []).Select(path => SweepFolder.Open(path, plan))], Report.Warn);
            merged.Write(folder);
            var pictures = SweepTable.Draw(merged, folder, wide);
            foreach (var (runs, what) in new[] { (merged.Missing, "missing"), (merged.Doubles, "double, with the same result") })
                if (runs.Count > 0)
                    Report.Warn(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} of {plan.Runs.Count} runs {(runs.Count == 1 ? "is" : "are")} {what}: {string.Join(", ", runs.Take(5).Select(r => r.Id))}{(runs.Count > 5 ? ", ..." : "")}"));
            if (options.Json(parsed))
            {
                var document = merged.ToJson();
                document["double"] = new JsonArray([.. merged.Doubles.Select(r => (JsonNode)JsonValue.Create(r.Id))]);
                document["folder"] = folder.Path;
                Report.Json(document);
            }
            else
            {
                Report.Paragraph(SweepListing.Headline(plan));
                SweepTable.Print(merged);
                Report.Line("Table:   " + folder.InFolder("merged.csv") + " (and .json)");
                Pictures.Tell(pictures);
            }
            return merged.Missing.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
