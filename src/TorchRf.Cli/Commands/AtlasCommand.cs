using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Atlas;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf atlas: one page of what all methods come to on the same examples.</summary>
internal static class AtlasCommand
{
    private const string Name = "atlas";

    // Patches of photographs unless something else is said.
    private const int Side = 12;

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command(Name, "One page of all explanations: the same examples, whitened by one matrix, through every method, and their receptive fields under the same rulers. "
            + "Photographs are cut into patches of 12x12, a class a stride. Methods that tell two classes apart are left out, and named, where there are not two. Started again, it goes on where it was; methods and seeds may be added to those that are done.");
        var (data, methods) = (SettingOption.Data(catalogue), SettingOption.Atlas);
        SettingOption[] settings = [.. data, .. methods, SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed)), .. SettingOption.Examples, .. SettingOption.Machine];
        var quick = new QuickOption("Shorter trainings and fewer examples, for a first look: under two minutes on two cores.");
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where page, picture and finished pieces go [checkpoints/atlas-DATA-seedSEED-HASH]." };
        var (width, json) = (new WidthOption(), new JsonOption());
        foreach (var option in (Option[])[.. settings, quick, @out, width, json])
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            using var scope = torch.NewDisposeScope();
            var (wide, target) = (width.Of(parsed), parsed.GetValue(@out));
            InvalidSettingException.Require(target is not "", "out", target, "a folder");
            string? Said(string setting) => parsed.GetValue(data.Single(o => o.Setting == setting));
            // Photographs are rows only where a number of sites says so.
            bool arePatches = Said(nameof(DataSettings.Sites)) is null && (Said("Data") is string named ? named == "patches" : Said(nameof(PhotographSettings.Photos)) is not null);
            var more = arePatches ? new JsonObject { ["sites"] = Side * Side, ["dimensions"] = 2 } : [];
            more["quick"] = parsed.GetValue(quick);
            var asked = SettingOption.Read(settings, parsed, catalogue, null, AtlasSettings.FromJson, more);
            _ = asked.Chosen;
            using var examples = new AtlasExamples(asked);
            var document = examples.Settings.ToJson();
            using var folder = RunFolder.GoOn(target ?? RunOptions.DefaultFolder($"{Name}-{asked.Run.Data.Name}", asked.Run.Training.Seed, document), Name, document, RunEnvironment.Describe(), examples.Settings.Here, Report.Warn);
            Workbench bench = null!;
            bench = new Workbench(folder.InFolder("pieces"), (name, work) => TrainingBar.Show(name, work, new Whole("piece", bench.Begun, AtlasOutcome.Pieces(examples), bench.Seconds)), cancellation);
            var outcome = AtlasOutcome.Run(examples, bench);
            string[] files = [.. Pictures.Draw(AtlasFigure.Of(outcome), folder.InFolder(Name), wide)];
            var page = folder.InFolder(Name + ".md");
            AtomicFile.WriteText(page, outcome.Markdown(Name + ".png"));
            var results = outcome.Json();
            folder.Write(RunFolder.ResultsFile, results);
            if (parsed.GetValue(json))
            {
                Report.Json(results, [page, .. files]);
                return Task.FromResult(0);
            }
            Report.Classes(examples.Task);
            Report.Table([.. outcome.Columns], outcome.Table);
            foreach (var sentence in (string[])[.. outcome.Answers, outcome.Notes, outcome.Legend])
                if (sentence.Length > 0)
                    Report.Paragraph(sentence);
            Pictures.Tell(files);
            Report.Line("Page:    " + page);
            return Task.FromResult(0);
        });
        return command;
    }
}
