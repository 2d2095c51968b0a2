using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Checkpoints;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Figures;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf figure N: a figure of the paper, recomputed and drawn.</summary>
internal static class FigureCommand
{
    private static readonly SettingOption[] Overrides = [.. SettingOption.Start, .. SettingOption.Training, .. SettingOption.Machine];

    private static readonly SettingOption[] OfFigure2 = [SettingOption.Start.Single(o => o.Name == "--seed"), .. SettingOption.Machine];

    internal static Command Create()
    {
        var command = new Command("figure", "Recompute and draw a figure of Lufkin, Saxe & Grant (NeurIPS 2024); its own settings stand where no option is given.");
        var number = new Argument<string>("number") { Description = "2 (data models) or 3 (amplifier and receptive fields)." };
        command.Arguments.Add(number);
        foreach (var option in Overrides)
            command.Options.Add(option);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/figureN-seedSEED-HASH]." };
        var json = new JsonOption();
        command.Options.Add(@out);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) =>
        {
            string which = parsed.GetValue(number)!;
            if (which is not ("2" or "3"))
                throw new NotSupportedException($"The figure is {which}; it must be 2 or 3.");
            if (which == "2" && Overrides.Except(OfFigure2).FirstOrDefault(o => parsed.GetValue(o) is not null) is SettingOption idle)
                throw new InvalidSettingException(idle.Name[2..], parsed.GetValue(idle), "left out: figure 2 trains nothing");
            RunSettings Overridden(RunSettings row) => Overrides.Aggregate(row, (s, option) => option.Apply(s, parsed));
            RunSettings[] settings = [.. (which == "2" ? Figure2.Settings : Figure3.Settings).Select(Overridden)];
            var ensembles = which == "3" ? settings.Select(row => Ensemble.Of(row)).ToArray() : [];
            var document = new JsonObject { ["rows"] = new JsonArray([.. settings.Select(row => row.ToJson())]) };
            var folder = RunFolder.Create(parsed.GetValue(@out) ?? RunOptions.DefaultFolder("figure" + which, settings[0].Training.Seed, document),
                "figure " + which, document, RunEnvironment.Describe());

            var (figure, rows) = which == "2" ? (Figure2.Of(settings), new JsonArray()) : Three(ensembles, folder, cancellation);
            var results = new JsonObject { ["figure"] = which == "2" ? 2 : 3, ["rows"] = rows };
            folder.Write("results.json", results);
            var files = Pictures.Draw(figure, folder.InFolder("figure" + which));
            if (parsed.GetValue(json))
            {
                results["files"] = new JsonArray([.. files.Select(f => (JsonNode)JsonValue.Create(f))]);
                Report.Json(results);
            }
            else
            {
                foreach (var row in rows)
                    Report.Paragraph($"{row!["verdict"]!["text"]}");
                Pictures.Tell(files);
            }
            return Task.FromResult(files.Count > 0 ? 0 : 1);
        });
        return command;
    }

    private static (Figure, JsonArray) Three(Ensemble[] ensembles, RunFolder folder, CancellationToken cancellation)
    {
        var figure = new Figure3([.. ensembles.Select(ensemble => TrainingBar.Show(ensemble.Settings.Data.Data,
            progress => Comparison.Run(ensemble, Figure3.Schedule(ensemble.Settings), progress: progress, cancellation: cancellation)))]);
        foreach (var (row, number) in figure.Rows.Select((row, i) => (row, i + 1)))
            folder.Write(FormattableString.Invariant($"weights-row{number}.safetensors"), ComparisonReport.Weights(row), ComparisonReport.WeightsMetadata(row));
        return (figure.Draw(), figure.Json());
    }
}
