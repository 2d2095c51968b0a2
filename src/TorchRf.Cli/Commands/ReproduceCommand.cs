using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Experiments.Reporting;
using TorchRf.Experiments.Reproduction;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf reproduce: every figure and study, and a report that holds the paper's numbers against the measured ones.</summary>
internal static class ReproduceCommand
{
    internal static Command Create()
    {
        var command = new Command("reproduce", "Run all figures and studies and write a report. It holds the paper's numbers beside the measured ones. Started again, it goes on where it was.");
        var quick = new QuickOption();
        var only = new Option<string?>("--only") { HelpName = "1,5,...", Description = $"Only these, of {string.Join(", ", RecipeBook.Names)}." };
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where report, figures and finished pieces go [checkpoints/reproduce, or reproduce-quick]." };
        var json = new JsonOption();
        command.Options.Add(quick);
        command.Options.Add(only);
        SettingOption[] overrides = [.. SettingOption.Examples, .. SettingOption.Machine];
        foreach (var option in overrides)
            command.Options.Add(option);
        var width = new WidthOption();
        foreach (var option in new Option[] { @out, width, json })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            double? wide = width.Of(parsed);
            bool hurry = parsed.GetValue(quick);
            var given = SettingOption.Given(overrides, parsed);
            var recipes = parsed.GetValue(only) is string names ? [.. names.Split(',').Select(n => RecipeBook.Find(n.Trim()))] : RecipeBook.Recipes;
            var folder = parsed.GetValue(@out) ?? Path.Combine("checkpoints", hurry ? "reproduce-quick" : "reproduce");
            using var held = FolderLock.Make(folder);
            Directory.CreateDirectory(Path.Combine(folder, "pictures"));

            if (hurry)
                Report.Warn($"--quick is a smoke test: runs are shorter and smaller than the paper's, and their numbers are not the paper's. The full run found {ReproductionReport.FullRun()} (experiments/REPRODUCTION.md).");

            // A part of the whole does not take the whole's place.
            string page = parsed.GetValue(only) is null ? "REPRODUCTION" : "REPRODUCTION-" + string.Join("-", recipes.Select(r => r.Name));
            var report = new ReproductionReport([], [], []);
            var document = new JsonObject();
            var done = new List<ReproducedRecipe>();
            var files = new List<string>();
            int pieces = recipes.Sum(r => r.Pieces(RecipeSettings.Of(r.Name, hurry))), before = 0;
            double seconds = 0;
            foreach (var recipe in recipes)
            {
                var own = RecipeSettings.Of(recipe.Name, hurry);
                var settings = own.With(row => RunSettings.Layered([row.ToJson(), given]));
                Workbench bench = null!;
                bench = new Workbench(Path.Combine(folder, "pieces"),
                    (name, work) => TrainingBar.Show(name, work, new Whole("piece", before + bench.Begun, pieces, seconds + bench.Seconds)), cancellation);
                try
                {
                    var outcome = recipe.Run(settings, bench);
                    done.Add(new ReproducedRecipe(recipe, settings, outcome, bench.Seconds));
                    foreach (var (name, figure) in outcome.Pictures)
                        files.AddRange(Pictures.Draw(figure, Path.Combine(folder, "pictures", name), wide));
                }
                catch (Exception e) when (e is DivergenceException or ArithmeticException)
                {
                    // One that fails does not take the others with it.
                    Report.Warn($"{recipe.Name}: {e.Message}");
                    done.Add(ReproducedRecipe.Failed(recipe, settings, bench.Seconds, e.Message));
                }
                before += recipe.Pieces(settings);
                seconds += bench.Seconds;
                // After each, so that what is done can be read while the rest runs.
                report = new ReproductionReport([.. done], PaperNumber.All(), RunEnvironment.Describe());
                AtomicFile.WriteText(Path.Combine(folder, page + ".md"), report.Markdown());
                document = report.Json();
                AtomicFile.WriteText(Path.Combine(folder, page + ".json"), document.ToJsonString() + "\n");
            }
            var html = Path.Combine(folder, page + ".html");
            try
            {
                AtomicFile.WriteText(html, KeptFolder.Report([Path.Combine(folder, page + ".json")], Catalogue.Own, _ => null).Html());
                files.Add(html);
            }
            catch (InvalidDataException e)
            {
                // All else is there.
                Report.Warn($"no {Path.GetFileName(html)}: {e.Message}");
            }
            if (parsed.GetValue(json))
                Report.Json(document, files);
            else
            {
                if (report.Judgements.Any())
                    Report.Table(["number", "measured", "verdict"], report.Judgements.Select(j => new[]
                    {
                        j.Measured.Id, j.Measured.Value.Mean.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture), ReproductionReport.Word(j.Paper, j.Judgement),
                    }));
                Report.Line("Report: " + Path.Combine(folder, page + ".md"));
                if (files.Contains(html))
                    Report.Line("        " + html);
            }
            return Task.FromResult(done.Any(r => r.Failure is not null) ? 1 : 0);
        });
        return command;
    }
}
