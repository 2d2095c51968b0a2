using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf predict: the theory alone.</summary>
internal static class PredictCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("predict", "Integrate the gradient flow from the initial weights, without training.");
        var options = new RunOptions(command, resumable: false, catalogue, SettingOption.Model(catalogue), SettingOption.Start, SettingOption.Theory, SettingOption.Machine);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, cancellation)));
        return command;
    }

    private static int Run(RunOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        double? width = options.Width(parsed);
        var ensemble = Ensemble.Of(options.Read(parsed));
        using var folder = options.Open(parsed, ensemble.Settings).Folder;
        var schedule = SnapshotSchedule.OneTwoFive(ensemble.Settings.Training.Steps);
        long steps = ensemble.Settings.Training.Steps;
        var predicted = TrainingBar.Show("Integrating",
            progress => Comparison.Predict(ensemble, schedule, new Counted<long>(progress, step => new TrainingProgress(step, steps)), cancellation));

        var ipr = schedule.Select((_, i) => Statistic.OfElements(InverseParticipationRatio.Of(predicted[i]))).ToArray();
        var norm = schedule.Select((_, i) => Statistic.OfElements(torch.linalg.norm(predicted[i], [-1]))).ToArray();
        var document = new JsonObject
        {
            ["settings"] = ensemble.Settings.ToJson(),
            ["notes"] = Report.Notes(ensemble.Task),
            ["snapshots"] = new JsonArray([.. schedule.Select((step, i) => new JsonObject
            {
                ["step"] = step, ["norm"] = ComparisonReport.Json(norm[i]), ["ipr"] = ComparisonReport.Json(ipr[i]),
            })]),
        };
        folder.Write("results.json", document);
        folder.Write("weights.safetensors", new Dictionary<string, Tensor> { ["predicted"] = predicted },
            new Dictionary<string, string> { ["steps"] = string.Join(",", schedule) });
        var pictures = Pictures.Draw(FieldsFigure.Of(ensemble, schedule, predicted), folder.InFolder("fields"), width);
        static string F(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        return Report.Run(folder, document, pictures, options.Json(parsed), () =>
        {
            Report.Classes(ensemble.Task);
            Report.Table(["step", "norm", "± std", "IPR", "± std"], schedule.Select((step, i) => new[]
            {
                step.ToString(CultureInfo.InvariantCulture), F(norm[i].Mean), F(norm[i].Spread), F(ipr[i].Mean), F(ipr[i].Spread),
            }));
        });
    }
}
