using System.CommandLine;
using System.Globalization;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf compare: the main job.</summary>
internal static class CompareCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("compare", "Train the neuron, predict it from the same initial weights, and compare the two.");
        var options = new RunOptions(command, resumable: true, catalogue,
            SettingOption.Model(catalogue), SettingOption.Start, SettingOption.Training, SettingOption.Theory, SettingOption.Examples, SettingOption.Machine);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, cancellation)));
        return command;
    }

    private static int Run(RunOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        double? width = options.Width(parsed);
        var ensemble = Ensemble.Of(options.Read(parsed));
        var (opened, checkpoint) = options.Open(parsed, ensemble.Settings);
        using var folder = opened;
        var schedule = SnapshotSchedule.OneTwoFive(ensemble.Settings.Training.Steps);
        var comparison = TrainingBar.Show("Training",
            progress => Comparison.Run(ensemble, schedule, folder, checkpoint, progress, RunOptions.WarnOfDamage, cancellation));

        var document = ComparisonReport.Json(comparison);
        document["notes"] = Report.Notes(comparison.Task);
        folder.Write("results.json", document);
        folder.Write("weights.safetensors", ComparisonReport.Weights(comparison), ComparisonReport.WeightsMetadata(comparison));
        var pictures = Pictures.Draw(ComparisonFigure.Of(comparison), folder.InFolder("comparison"), width);
        return Report.Run(folder, document, pictures, options.Json(parsed), () => Print(comparison));
    }

    private static void Print(Comparison comparison)
    {
        var training = comparison.Settings.Training;
        Report.Line();
        Report.Classes(comparison.Task);
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"N = {comparison.Task.Sites}, {training.Inits} initialisations, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}, {comparison.Settings.Device}"));
        static string F(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        Report.Table(["step", "loss", "cosine", "ratio", "IPR trained", "IPR theory", "peaks =  ±1  ±2"],
            comparison.Snapshots.Select(s => new[]
            {
                s.Step.ToString(CultureInfo.InvariantCulture), F(s.Loss), F(s.Cosine.Mean), F(s.NormRatio.Mean),
                F(s.SimulatedIpr.Mean), F(s.PredictedIpr.Mean),
                string.Create(CultureInfo.InvariantCulture, $"{s.Agreement.Exact,3} {s.Agreement.Within1,3} {s.Agreement.Within2,3}"),
            }));
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Ratio: |theory| / |trained|. Peaks: how many of {comparison.Snapshots[0].Agreement.Total} {(comparison.Settings.Model.Units == 1 ? "receptive fields" : "units")} agree exactly, within 1 and within 2 sites."));
        Report.Paragraph(comparison.Verdict?.ToString() ?? $"{LocalizedFraction.Among(comparison.Simulated[-1])} localized.");
        Report.Line();
    }
}
