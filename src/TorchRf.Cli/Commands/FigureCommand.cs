using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Figures;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf figure N: a figure of the paper, recomputed and drawn.</summary>
internal static class FigureCommand
{
    private static readonly SettingOption[] Overrides = [.. SettingOption.Start, .. SettingOption.Training, .. SettingOption.Machine];

    internal static Command Create()
    {
        var command = new Command("figure", "Recompute and draw a figure of Lufkin, Saxe & Grant (NeurIPS 2024); its own settings stand where no option is given.");
        var number = new Argument<string>("number") { Description = "2 (data models) or 3 (amplifier and receptive fields)." };
        command.Arguments.Add(number);
        foreach (var option in Overrides)
            command.Options.Add(option);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where the pictures go [checkpoints/figureN]." };
        var json = new JsonOption();
        command.Options.Add(@out);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) =>
        {
            string which = parsed.GetValue(number)!;
            if (which is not ("2" or "3"))
                throw new NotSupportedException($"There is no figure {which} yet; there are 2 and 3.");
            RunSettings Overridden(RunSettings row) => Overrides.Aggregate(row, (s, option) => option.Apply(s, parsed));
            var (figure, rows) = which == "2"
                ? (Figure2.Of([.. Figure2.Settings.Select(Overridden)]), new JsonArray())
                : Three([.. Figure3.Settings.Select(Overridden)], cancellation);
            var folder = parsed.GetValue(@out) ?? Path.Combine("checkpoints", "figure" + which);
            Directory.CreateDirectory(folder);
            var files = Pictures.Draw(figure, Path.Combine(folder, "figure" + which));
            if (parsed.GetValue(json))
                Report.Json(new JsonObject
                {
                    ["figure"] = int.Parse(which, System.Globalization.CultureInfo.InvariantCulture),
                    ["rows"] = rows,
                    ["files"] = new JsonArray([.. files.Select(f => (JsonNode)JsonValue.Create(f))]),
                });
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

    private static (Figure, JsonArray) Three(IReadOnlyList<RunSettings> settings, CancellationToken cancellation)
    {
        var ensembles = settings.Select(row => Ensemble.Of(row)).ToArray();
        var figure = new Figure3([.. ensembles.Select(ensemble => TrainingBar.Show(ensemble.Settings.Data.Data,
            progress => Comparison.Run(ensemble, Figure3.Schedule(ensemble.Settings), progress: progress, cancellation: cancellation)))]);
        return (figure.Draw(), figure.Json());
    }
}
