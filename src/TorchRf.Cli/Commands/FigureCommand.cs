using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf figure NAME: a figure of the paper or a study, recomputed and drawn.</summary>
internal static class FigureCommand
{
    private static readonly SettingOption[] Overrides = [.. SettingOption.Start, .. SettingOption.Training, .. SettingOption.Examples, .. SettingOption.Machine];

    private static readonly SettingOption[] Untrained = [SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed)), .. SettingOption.Examples, .. SettingOption.Machine];

    internal static Command Create()
    {
        var command = new Command("figure", "Recompute and draw a figure of the paper, or a study. The paper is Lufkin, Saxe & Grant (NeurIPS 2024). Its own settings stand where no option is given, whatever the defaults in brackets.");
        var number = new Argument<string>("NAME")
        {
            Description = string.Join('\n', RecipeBook.Names.Zip(RecipeBook.Recipes, (name, recipe) => $"{name}: {recipe.Title}")),
        };
        command.Arguments.Add(number);
        var quick = new QuickOption();
        command.Options.Add(quick);
        foreach (var option in Overrides)
            command.Options.Add(option);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/figureN-seedSEED-HASH]." };
        var width = new WidthOption();
        var json = new JsonOption();
        foreach (var option in new Option[] { @out, width, json })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            double? wide = width.Of(parsed);
            var recipe = RecipeBook.Find(parsed.GetValue(number)!);
            if (!recipe.Trains && Overrides.Except(Untrained).FirstOrDefault(o => parsed.GetValue(o) is not null) is SettingOption idle)
                throw new InvalidSettingException(idle.Setting, parsed.GetValue(idle), $"left out: figure {parsed.GetValue(number)} trains nothing");
            var own = RecipeSettings.Of(recipe.Name, parsed.GetValue(quick));
            var given = SettingOption.Given(Overrides, parsed);
            var settings = own.With(row => RunSettings.Layered([row.ToJson(), given]));
            var document = new JsonObject { ["rows"] = new JsonArray([.. settings.Rows.Select(row => row.ToJson())]), ["seeds"] = settings.Seeds };
            using var folder = RunFolder.Create(parsed.GetValue(@out) ?? RunOptions.DefaultFolder(recipe.Name, settings.Rows[0].Training.Seed, document),
                recipe.Name, document, RunEnvironment.Describe());

            Workbench bench = null!;
            bench = new Workbench(folder.InFolder("pieces"), (name, work) => TrainingBar.Show(name, work, new Whole("piece", bench.Begun, recipe.Pieces(settings), bench.Seconds)), cancellation);
            var outcome = recipe.Run(settings, bench);
            var results = RecipeReport.Json(recipe, outcome);
            folder.Write("results.json", results);
            string[] files = [.. outcome.Pictures.SelectMany(p => Pictures.Draw(p.Figure, folder.InFolder(p.Name), wide))];
            if (parsed.GetValue(json))
                Report.Json(results, files);
            else
            {
                RecipeReport.Print(outcome);
                Pictures.Tell(files);
            }
            return Task.FromResult(files.Length > 0 ? 0 : 1);
        });
        return command;
    }
}
