using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf train: training alone.</summary>
internal static class TrainCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("train", "Train the neuron, or another model, and keep its receptive fields.");
        var options = new RunOptions(command, resumable: true, catalogue, SettingOption.Model(catalogue), SettingOption.Start, SettingOption.Training, SettingOption.Examples, SettingOption.Machine);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, cancellation)));
        return command;
    }

    private static int Run(RunOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        double? width = options.Width(parsed);
        var ensemble = Ensemble.Of(options.Read(parsed), predicts: false);
        var (opened, checkpoint) = options.Open(parsed, ensemble.Settings);
        using var folder = opened;
        var schedule = SnapshotSchedule.OneTwoFive(ensemble.Settings.Training.Steps);
        var run = TrainingBar.Show("Training", progress => Comparison.Train(ensemble, schedule, folder, checkpoint, progress, RunOptions.WarnOfDamage, cancellation));

        var ipr = run.Steps.Select((_, i) => Statistic.OfElements(InverseParticipationRatio.Of(run.Weights[i].to(ScalarType.Float64)))).ToArray();
        // What to expect is known of the single ReLU neuron, two classes, and data that the lemma covers.
        var verdict = ensemble.Settings.Model.IsSingleReluNeuron && ensemble.Task.Classes is [_, { OutsideTheLemma: null }] ? Verdict.On(run.Weights[-1], ensemble.Task) : null;
        var units = TrainedUnits.Of(run, ensemble.Task.Lattice);
        var document = new JsonObject
        {
            ["settings"] = ensemble.Settings.ToJson(),
            ["gradient"] = run.Gradient,
            ["snapshots"] = new JsonArray([.. run.Metrics.Select((m, i) => new JsonObject
            {
                ["step"] = m.Step, ["loss"] = m.Loss, ["accuracy"] = m.Accuracy, ["ipr"] = ComparisonReport.Json(ipr[i]),
            })]),
            ["final"] = new JsonObject
            {
                ["loss"] = Numbers(run.Final.Losses),
                ["accuracy"] = run.Final.Accuracies is { } accuracies ? Numbers(accuracies) : null,
            },
            ["units"] = units.Json(),
            ["notes"] = Report.Notes(ensemble.Task),
            ["verdict"] = verdict is null ? null : ComparisonReport.Json(verdict),
        };
        folder.Write("results.json", document);
        folder.Write("weights.safetensors", new Dictionary<string, Tensor> { ["simulated"] = run.Weights },
            new Dictionary<string, string> { ["steps"] = string.Join(",", run.Steps) });
        var pictures = Pictures.Draw(FieldsFigure.Of(ensemble, run), folder.InFolder("fields"), width);
        return Report.Run(folder, document, pictures, options.Json(parsed), () =>
        {
            static string F(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
            Report.Classes(ensemble.Task);
            Report.Table(["step", "loss", "accuracy", "IPR", "± std"], run.Metrics.Select((m, i) => new[]
            {
                m.Step.ToString(CultureInfo.InvariantCulture), F(m.Loss), m.Accuracy is double a ? F(a) : "-", F(ipr[i].Mean), F(ipr[i].Spread),
            }));
            Report.Paragraph(verdict?.ToString() ?? $"Trained: {ensemble.Settings.Catalogue.Networks.Describe(ensemble.Settings.Model)}.");
            Report.Paragraph(units.ToString());
        });
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
