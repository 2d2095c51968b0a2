using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Comparing;
using TorchRf.Plots;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf compare: the main job.</summary>
internal sealed class CompareCommand(Catalogue catalogue) : RunningCommand(catalogue, trains: true, "comparison")
{
    public override string Name => "compare";

    internal Command Create() => Create("Train and predict from the same initial weights, and compare them.",
        SettingOption.Model(Catalogue), SettingOption.Start, SettingOption.Training, SettingOption.Curves, SettingOption.Theory, SettingOption.Examples, SettingOption.Machine);

    protected override Ensemble Prepare(RunSettings settings) => Ensemble.Of(settings);

    protected override (JsonObject Results, IReadOnlyDictionary<string, Tensor> Weights) Do(Ensemble ensemble, RunWork work)
    {
        var comparison = TrainingBar.Show("Training",
            progress => Comparison.Run(ensemble, work.Schedule, work.Folder, work.Checkpoint, progress, Damaged, work.Board, work.Cancellation));
        return (ComparisonReport.Json(comparison), ComparisonReport.Weights(comparison));
    }

    protected override Figure Figure(KeptRun run) => ComparisonFigure.Of(run);

    protected override void Print(RunSettings settings, JsonObject results)
    {
        var training = settings.Training;
        Report.Classes(results);
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"N = {settings.Data.Sites}, {training.Inits} initialisations, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}, {settings.Device}{(settings.Theory == EffectiveTheory.Lemma ? "" : $", theory {ComparisonReport.Word(settings.Theory)}")}"));
        static string Peaks(JsonNode snapshot, string within) => KeptRun.Number(snapshot, "agreement", within).ToString(CultureInfo.InvariantCulture).PadLeft(3);
        Report.Table(["step", "loss", "cosine", "ratio", "IPR trained", "IPR theory", "peaks =  ±1  ±2"], Report.Rows(results, s =>
        [
            Report.Number(s, "loss"), Report.Number(s, "cosine"), Report.Number(s, "norm_ratio"), Report.Number(s, "ipr", "trained", "mean"), Report.Number(s, "ipr", "theory", "mean"),
            $"{Peaks(s, "exact")} {Peaks(s, "within1")} {Peaks(s, "within2")}",
        ]));
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Ratio: |theory| / |trained|. Peaks: how many of {KeptRun.Number(results["snapshots"]![0]!, "agreement", "of")} {(settings.Model.Units == 1 ? "receptive fields" : "units")} agree exactly, within 1 and within 2 sites."));
        if ((Report.Text(results, "summary") ?? Report.Text(results, "verdict", "text")) is string summary)
            Report.Paragraph(summary);
        Report.Line();
    }
}
