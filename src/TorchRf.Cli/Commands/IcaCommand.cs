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

    private static readonly Option<string?> Examples = Option("examples", "n", "Examples to search, shared equally by the classes [100000].");
    private static readonly Option<string?> Components = Option("components", "K", "Components to find [40, or all sites where there are fewer].");
    private static readonly Option<string?> Class = Option("class", "0|1|both", "Which class the examples are from [both].");
    private static readonly Option<string?> Method = Option("method", "fixed-point|autograd", "FastICA's fixed point, or a module trained by autograd [fixed-point].");
    private static readonly Option<string?> Algorithm = Option("algorithm", "parallel|deflation", "All components at once, or one by one [parallel].");
    private static readonly Option<string?> OfContrast = Option("contrast", string.Join('|', Contrast.All), "What measures how far from Gaussian a component is [logcosh].");
    private static readonly Option<string?> Tolerance = Option("tolerance", "x", "Converged when no component turns by more: 1 - |w.w'| [0.0001].");
    private static readonly Option<string?> MaxIterations = Option("max-iterations", "n", "The most steps, for each component in deflation [200].");

    internal static Command Create(DataModels models)
    {
        var command = new Command("ica", "Find independent components of the data (FastICA, or trained by autograd); their rows in the space of the sites are receptive fields.");
        SettingOption[] ofRun = [.. SettingOption.Data(models), SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed)), .. SettingOption.Examples, .. SettingOption.Machine];
        foreach (var option in ofRun)
            command.Options.Add(option);
        foreach (var option in new[] { Examples, Components, Class, Method, Algorithm, OfContrast, Tolerance, MaxIterations })
            command.Options.Add(option);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/ica-DATA-seedSEED-HASH]." };
        var width = new WidthOption();
        var json = new JsonOption();
        foreach (var option in new Option[] { @out, width, json })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(Read(parsed, SettingOption.Read(ofRun, parsed, models)), parsed, parsed.GetValue(@out), width.Of(parsed), parsed.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(IcaSettings asked, ParseResult parsed, string? path, double? width, bool json, CancellationToken cancellation)
    {
        var (settings, task) = IcaStudy.Prepare(asked);
        // Only the default makes do with fewer.
        InvalidSettingException.Require(parsed.GetValue(Components) is null || asked.Components <= task.Sites, nameof(asked.Components), asked.Components, $"from 1 to {task.Sites}, the sites");
        InvalidSettingException.Require(path is null or { Length: > 0 }, "out", path, "a folder");
        using var folder = RunFolder.Create(path ?? RunOptions.DefaultFolder($"ica-{settings.Run.Data.Name}", settings.Run.Training.Seed, settings.ToJson()),
            "ica", settings.ToJson(), RunEnvironment.Describe());
        // In deflation components are what is counted, else steps.
        var study = TrainingBar.Show("Searching", progress => IcaStudy.Run(settings, new Counted<IcaStep>(progress, step => settings.Options.Algorithm == IcaAlgorithm.Deflation
            ? new TrainingProgress(step.Component + 1, settings.Components) : new TrainingProgress(step.Iteration, settings.Options.MaxIterations)), cancellation));

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

    private static IcaSettings Read(ParseResult parsed, RunSettings run)
    {
        var settings = new IcaSettings { Run = run };
        T Given<T>(Option<string?> option, T standard, Func<string, string, T> read) =>
            parsed.GetValue(option) is string text ? read(option.Name[2..], text) : standard;
        return settings with
        {
            Examples = Given(Examples, settings.Examples, (name, v) => SettingOption.Whole(name, v, 2, 1_000_000_000)),
            Components = Given(Components, settings.Components, (name, v) => (int)SettingOption.Whole(name, v, 1, 1_000_000)),
            Class = Given(Class, settings.Class, (name, v) => v == "both" ? null : (int?)SettingOption.Whole(name, v, 0, 1000)),
            Method = Given(Method, settings.Method, SettingOption.Choice<IcaMethod>),
            Options = new IcaOptions
            {
                Algorithm = Given(Algorithm, settings.Options.Algorithm, SettingOption.Choice<IcaAlgorithm>),
                Contrast = Given(OfContrast, settings.Options.Contrast, (_, v) => Contrast.Named(v)),
                Tolerance = Given(Tolerance, settings.Options.Tolerance, SettingOption.Number),
                MaxIterations = Given(MaxIterations, settings.Options.MaxIterations, (name, v) => (int)SettingOption.Whole(name, v, 1, 1_000_000)),
            },
        };
    }

    private static Option<string?> Option(string name, string value, string help) => new("--" + name) { HelpName = value, Description = help };
}
