using System.CommandLine;
using System.Globalization;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf ica: independent components of the data, and how localized they are.</summary>
internal static class IcaCommand
{
    private const int IprsInARow = 8;

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("ica", "Find independent components of the data (FastICA, or trained by autograd); their rows in the space of the sites are receptive fields.");
        SettingOption[] settings =
        [
            .. SettingOption.Data(catalogue), SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed)),
            .. SettingOption.Examples, .. SettingOption.Machine, .. SettingOption.Ica(catalogue),
        ];
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/ica-DATA-seedSEED-HASH]." };
        var width = new WidthOption();
        var json = new JsonOption();
        foreach (var option in (Option[])[.. settings, @out, width, json])
            command.Options.Add(option);
        var components = settings.Single(o => o.Setting == nameof(IcaSettings.Components));
        command.SetAction((parsed, cancellation) =>
        {
            var asked = SettingOption.Read(settings, parsed, catalogue, null, IcaSettings.FromJson);
            return Task.FromResult(Run(asked, parsed.GetValue(components) is not null, parsed.GetValue(@out), width.Of(parsed), parsed.GetValue(json), cancellation));
        });
        return command;
    }

    private static int Run(IcaSettings asked, bool componentsAsked, string? path, double? width, bool json, CancellationToken cancellation)
    {
        var (settings, task) = IcaStudy.Prepare(asked);
        // Only the default makes do with fewer.
        InvalidSettingException.Require(!componentsAsked || asked.Components <= task.Sites, nameof(asked.Components), asked.Components, $"from 1 to {task.Sites}, the sites");
        InvalidSettingException.Require(path is null or { Length: > 0 }, "out", path, "a folder");
        using var folder = RunFolder.Create(path ?? RunOptions.DefaultFolder($"ica-{settings.Run.Data.Name}", settings.Run.Training.Seed, settings.ToJson()),
            "ica", settings.ToJson(), RunEnvironment.Describe());
        // In deflation components are what is counted, else steps.
        var study = TrainingBar.Show("Searching", progress => IcaStudy.Run(settings, new Counted<IcaStep>(progress, step => settings.Algorithm == IcaAlgorithm.Deflation
            ? new TrainingProgress(step.Component + 1, settings.Components) : new TrainingProgress(step.Iteration, settings.MaxIterations)), cancellation));

        var document = study.Json();
        folder.Write("results.json", document);
        folder.Write("weights.safetensors", study.Weights(), new Dictionary<string, string>());
        if (study.Solution.Warning is string warning)
            Report.Warn(warning);
        var pictures = Pictures.Draw(IcaFigure.Of(study), folder.InFolder("components"), width);
        return Report.Run(folder, document, pictures, json, () => Print(study));
    }

    private static void Print(IcaStudy study)
    {
        Report.Line();
        foreach (var (model, label) in study.Task.Classes.Select((m, i) => (m, i)))
            if (study.Settings.Class is not int one || one == label)
                Report.Line($"Class {label}: {model.Description}");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"N = {study.Task.Sites}, {study.Ipr.Count} components of {study.Settings.Examples} examples, {IcaFigure.Way(study.Settings)}, seed {study.Settings.Run.Training.Seed}, {study.Settings.Run.Device}"));
        Report.Line();
        Report.Paragraph(study.ToString());
        Report.Line();
        Report.Line("IPR of the receptive fields:");
        Report.Table(["component", .. Enumerable.Range(1, Math.Min(IprsInARow, study.Ipr.Count)).Select(i => "+" + (i - 1).ToString(CultureInfo.InvariantCulture))],
            study.Ipr.Chunk(IprsInARow).Select((row, r) => (string[])[
                ((r * IprsInARow) + 1).ToString(CultureInfo.InvariantCulture),
                .. row.Select(v => v.ToString("0.000", CultureInfo.InvariantCulture)),
                .. Enumerable.Repeat("", Math.Min(IprsInARow, study.Ipr.Count) - row.Length)]));
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Mean IPR {study.Ipr.Average():0.000}; {study.Localized.Count} of {study.Localized.Total} above {study.Localized.Threshold:0.000}: {100.0 * study.Localized.Count / study.Localized.Total:0} % localized. (White noise has {3.0 / study.Task.Sites:0.000}.)"));
        Report.Line();
    }
}
