using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf train: training alone.</summary>
internal sealed class TrainCommand(Catalogue catalogue) : RunningCommand(catalogue, trains: true, "fields")
{
    public override string Name => "train";

    internal Command Create() => Create("Train the neuron, or another model, and keep its receptive fields.",
        SettingOption.Model(Catalogue), SettingOption.Start, SettingOption.Training, SettingOption.Descent, SettingOption.Curves, SettingOption.Examples, SettingOption.Machine);

    protected override Ensemble Prepare(RunSettings settings) => Ensemble.Of(settings, predicts: false);

    protected override (JsonObject Results, IReadOnlyDictionary<string, Tensor> Weights) Do(Ensemble ensemble, RunWork work)
    {
        var run = TrainingBar.Show("Training", progress => Comparison.Train(ensemble, work.Schedule, work.Folder, work.Checkpoint, progress, Damaged, work.Board, work.Cancellation));
        // What to expect is known of the single ReLU neuron and two classes that count alike.
        var verdict = ensemble.Settings is { Model.IsSingleReluNeuron: true, Training.IsPlain: true } && ensemble.Task.Classes.Count == 2 ? Verdict.On(run.Weights[-1], ensemble.Task) : null;
        var units = TrainedUnits.Of(run, ensemble.Task.Lattice);
        var results = new JsonObject
        {
            ["settings"] = null,
            ["gradient"] = run.Gradient,
            ["classes"] = ComparisonReport.Classes(ensemble.Task),
            ["snapshots"] = new JsonArray([.. run.Metrics.Select((m, i) => new JsonObject
            {
                ["step"] = m.Step, ["loss"] = m.Loss, ["accuracy"] = m.Accuracy,
                ["ipr"] = ComparisonReport.Json(Statistic.OfElements(InverseParticipationRatio.Of(run.Weights[i].to(ScalarType.Float64)))),
            })]),
            ["final"] = new JsonObject
            {
                ["loss"] = Numbers(run.Final.Losses),
                ["accuracy"] = run.Final.Accuracies is { } accuracies ? Numbers(accuracies) : null,
            },
            ["units"] = units.Json(),
            ["fraction_localized_surrogate"] = units.BySurrogates.Fraction,
            ["expectation"] = verdict?.Expectation.Word,
            ["reasons"] = verdict is null ? null : ComparisonReport.Reasons(verdict.Expectation),
            ["verdict"] = verdict is null ? null : ComparisonReport.Json(verdict),
        };
        return (results, new Dictionary<string, Tensor> { ["trained"] = run.Weights });
    }

    protected override Figure Figure(KeptRun run) => FieldsFigure.Trained(run);

    protected override void Print(RunSettings settings, JsonObject results)
    {
        Report.Classes(results);
        Report.Table(["step", "loss", "accuracy", "IPR", "± std"], Report.Rows(results, s => [Report.Number(s, "loss"), Report.Number(s, "accuracy"), Report.Number(s, "ipr", "mean"), Report.Number(s, "ipr", "std")]));
        Report.Paragraph(Report.Text(results, "verdict", "text") ?? $"Trained: {settings.Catalogue.Networks.Describe(settings.Model)}.");
        if (Report.Text(results, "units", "text") is string units)
            Report.Paragraph(units);
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
