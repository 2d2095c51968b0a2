using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Comparing;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf runs: the runs that there are, and how they differ.</summary>
internal static class RunsCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("runs", "List the runs in a folder: what each is, how far it is and what it found; or the settings in which they differ.");
        var folder = new Argument<string>("FOLDER") { Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => RunOptions.Checkpoints, Description = "Where the runs' folders are." };
        var data = new Option<string?>("--data") { HelpName = "name", Description = "Those of these data alone." };
        var of = new Option<string?>("--command") { HelpName = "name", Description = "Those of this command alone." };
        var state = new Option<string?>("--state") { HelpName = string.Join('|', ListedRun.States), Description = "Those in this state alone." };
        var where = new Option<string[]>("--where") { HelpName = "key=value", Description = "Those alone that have this setting, as run.json calls it (lr=0.05, couplings=0.3,0.7); several must all hold." };
        var compare = new Option<bool>("--compare") { Description = "Show the settings in which the runs differ, beside what they found." };
        var json = new JsonOption();
        command.Arguments.Add(folder);
        foreach (var option in (Option[])[data, of, state, where, compare, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            InvalidSettingException.Require(Directory.Exists(path) || path == RunOptions.Checkpoints, "folder", path, "a folder");
            InvalidSettingException.Require(parsed.GetValue(state) is not string asked || ListedRun.States.Contains(asked), "state", parsed.GetValue(state), InvalidSettingException.OneOf(ListedRun.States));
            var all = ListedRun.Below(path, catalogue);
            bool Fits(string? asked, string? said) => asked is null || string.Equals(asked, said, StringComparison.OrdinalIgnoreCase);
            var runs = all.Where(r => Fits(parsed.GetValue(data), r.Data) && Fits(parsed.GetValue(of), r.Command) && Fits(parsed.GetValue(state), r.State)).ToList();
            foreach (var condition in parsed.GetValue(where) ?? [])
            {
                InvalidSettingException.Require(condition.Split('=', 2) is [{ Length: > 0 }, _], "where", condition, "a setting and its value, key=value");
                var (key, value) = (condition.Split('=', 2)[0].Replace('-', '_'), condition.Split('=', 2)[1]);
                InvalidSettingException.Require(all.Count == 0 || all.Any(r => r.Settings.ContainsKey(key)), "where", condition, "a setting that these runs have, as run.json calls it");
                runs.RemoveAll(r => !r.Has(key, value));
            }
            string[] differing = parsed.GetValue(compare) ? ListedRun.Differing(runs) : [];
            if (parsed.GetValue(json))
            {
                var document = new JsonObject { ["runs"] = new JsonArray([.. runs.Select(r => (JsonNode)r.Json())]) };
                if (parsed.GetValue(compare))
                    document["differing"] = new JsonArray([.. differing.Select(d => (JsonNode)JsonValue.Create(d))]);
                Report.Json(document);
                return;
            }
            if (runs.Count == 0)
            {
                Report.Line(all.Count == 0 ? $"There are no runs in {path}." : $"None of the {all.Count} runs in {path} is like that.");
                return;
            }
            string Ipr(ListedRun r) => Report.Number(r.Ipr);
            string Loss(ListedRun r) => Report.Number(r.Loss);
            // Names that the program gave say command and data themselves.
            bool told = runs.All(r => r.Command is null || Path.GetFileName(r.Folder).StartsWith($"{r.Command}-{r.Data}-", StringComparison.Ordinal));
            if (parsed.GetValue(compare))
            {
                HashSet<string> named = [.. catalogue.Data.Settings.SelectMany(Setting.Of).Where(s => s.IsFile).Select(s => s.Key)];
                var shared = ListedRun.SharedFolder(runs.SelectMany(r => differing.Where(named.Contains).SelectMany(r.Values)).Except(SamplePhotographs.Files));
                Report.Table(["run", .. differing, "state", "IPR", "loss"],
                    runs.Select(r => (string[])[r.Name, .. differing.Select(key => named.Contains(key) ? r.Files(key, shared) : r.Value(key)), r.How, Ipr(r), Loss(r)]));
                if (shared.Length > 0)
                    Report.Line($"Files are in {shared}.");
            }
            else
            {
                // What the names or all runs say needs no column.
                (string Title, Func<ListedRun, string> Of)[] columns =
                [
                    ("run", r => r.Name), ("command", r => r.Command ?? ""), ("data", r => r.Data ?? ""), ("model", r => r.Model ?? ""),
                    ("state", r => r.How), ("IPR", Ipr), ("loss", Loss), ("started", r => r.Started),
                ];
                bool alike = runs.All(r => r.Model is null or "neuron");
                columns = [.. columns.Where(c => !(told && c.Title is ("command" or "data")) && !(alike && c.Title == "model"))];
                Report.Table([.. columns.Select(c => c.Title)], runs.Select(r => (string[])[.. columns.Select(c => c.Of(r))]));
            }
            foreach (var run in runs.Where(r => r.Damage is not null))
                Report.Line($"{run.Name} is damaged: {run.Damage}");
        });
        return command;
    }
}
