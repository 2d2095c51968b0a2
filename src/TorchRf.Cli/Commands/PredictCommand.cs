using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf predict: the theory alone.</summary>
internal sealed class PredictCommand(Catalogue catalogue) : RunningCommand(catalogue, trains: false, "fields")
{
    public override string Name => "predict";

    internal Command Create() => Create("Integrate the gradient flow from the initial weights, without training.",
        SettingOption.Model(Catalogue), SettingOption.Start, SettingOption.Theory, SettingOption.Machine);

    protected override Ensemble Prepare(RunSettings settings) => Ensemble.Of(settings);

    protected override (JsonObject Results, IReadOnlyDictionary<string, Tensor> Weights) Do(Ensemble ensemble, RunWork work)
    {
        long steps = ensemble.Settings.Training.Steps;
        var theory = TrainingBar.Show("Integrating",
            progress => Comparison.Predict(ensemble, work.Schedule, new Counted<long>(progress, step => new TrainingProgress(step, steps)), work.Cancellation));
        var results = new JsonObject
        {
            ["settings"] = null,
            ["theory"] = ComparisonReport.Word(ensemble.Settings.Theory),
            ["classes"] = ComparisonReport.Classes(ensemble.Task),
            ["snapshots"] = new JsonArray([.. work.Schedule.Select((step, i) => new JsonObject
            {
                ["step"] = step,
                ["norm"] = ComparisonReport.Json(Statistic.OfElements(torch.linalg.norm(theory[i], [-1]))),
                ["ipr"] = ComparisonReport.Json(Statistic.OfElements(InverseParticipationRatio.Of(theory[i]))),
            })]),
        };
        return (results, new Dictionary<string, Tensor> { ["theory"] = theory });
    }

    protected override Figure Figure(KeptRun run) => FieldsFigure.Predicted(run);

    protected override void Print(RunSettings settings, JsonObject results)
    {
        Report.Classes(results);
        Report.Table(["step", "norm", "± std", "IPR", "± std"],
            Report.Rows(results, s => [Report.Number(s, "norm", "mean"), Report.Number(s, "norm", "std"), Report.Number(s, "ipr", "mean"), Report.Number(s, "ipr", "std")]));
    }
}
