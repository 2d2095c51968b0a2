using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    private const int FewSites = 10;

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("ica", "Find independent components of the data (FastICA, or trained by autograd); their rows in the space of the sites are receptive fields. "
            + "The component farthest from Gaussian comes first, and the largest weight of each is positive.");
        var options = new RunOptions(command, trains: false, catalogue, [SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed))], SettingOption.Examples, SettingOption.Machine, SettingOption.Ica(catalogue));
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, cancellation)));
        return command;
    }

    private static int Run(RunOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        using var search = IcaSearch.Of(options.Settings(parsed, IcaSettings.FromJson));
        var (settings, asked) = (search.Settings, options.Read(parsed, search.Settings.Run));
        var json = settings.ToJson();
        // On how many threads one is done does not matter.
        JsonObject Current(JsonObject written)
        {
            var current = IcaSettings.FromJson(RunSettings.Changed(written, null), settings.Run.Catalogue).ToJson();
            current["threads"] = json["threads"]?.DeepClone();
            return current;
        }
        var path = asked.Folder ?? RunOptions.DefaultFolder($"ica-{settings.Run.Data.Name}", settings.Run.Training.Seed, json);
        bool goesOn = asked.MustExist || (!asked.Anew && File.Exists(Path.Combine(path, RunFolder.RunFile)));
        using var folder = goesOn ? RunFolder.Resume(path, "ica", json, Current) : RunFolder.Create(path, "ica", json, RunEnvironment.Describe(), Current);
        var found = folder.Results(damaged => Report.Warn($"damaged, and done again: {damaged}"));
        if (found is null && goesOn)
            Report.Warn("the search was stopped; starting anew, to the same bits");
        var document = found ?? Search(search, folder, asked.Width, cancellation);
        if (Report.Text(document, "warning") is string warning)
            Report.Warn(warning);
        string[] pictures = [.. new[] { ".png", ".svg", ".pdf", ".csv" }.Select(extension => folder.InFolder("components" + extension)).Where(File.Exists)];
        return Report.Run(folder, document, pictures, asked.Json, () => Print(settings, document));
    }

    private static JsonObject Search(IcaSearch search, RunFolder folder, double? width, CancellationToken cancellation)
    {
        var settings = search.Settings;
        // In deflation components are what is counted, else steps.
        var study = TrainingBar.Show("Searching", progress => search.Run(new Counted<IcaStep>(progress, step => settings.Algorithm == IcaAlgorithm.Deflation
            ? new TrainingProgress(step.Component + 1, settings.Components!.Value) : new TrainingProgress(step.Iteration, settings.MaxIterations)), cancellation));
        folder.Write("weights.safetensors", study.Weights(), new Dictionary<string, string> { ["arrays"] = study.Arrays });
        Pictures.Draw(IcaFigure.Of(study), folder.InFolder("components"), width);
        var document = study.Json();
        folder.Write("results.json", document);
        return document;
    }

    private static void Print(IcaSettings settings, JsonObject found)
    {
        double[] ipr = found["ipr"].Deserialize<double?[]>()!.Select(v => v ?? double.NaN).ToArray();
        double threshold = (double)found["threshold"]!;
        int sites = settings.Run.Data.Sites, localized = (int)found["localized"]!;
        Report.Line();
        foreach (var (label, model) in found["classes"]!.AsArray().Index())
            if (settings.Class is not int one || one == label)
                Report.Line($"Class {label}: {(string?)model}");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"N = {sites}, {ipr.Length} components of {settings.Examples} examples, {IcaFigure.Way(settings)}, seed {settings.Run.Training.Seed}, {settings.Run.Device}"));
        foreach (var note in found["notes"]?.AsArray() ?? [])
            Report.Paragraph((string)note!);
        Report.Line();
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"{((bool)found["converged"]! ? "Converged" : "Not converged")} after {(int)found["iterations"]!} iterations: 1 - |w.w'| = {(double?)found["change"] ?? double.NaN:0.0e+0} (tolerance {settings.Tolerance:0.0e+0}), {(double)found["seconds"]!:0.0} s."));
        Report.Line();
        Report.Line("IPR of the receptive fields, farthest from Gaussian first:");
        int columns = Math.Min(IprsInARow, ipr.Length);
        Report.Table(["component", .. Enumerable.Range(0, columns).Select(i => "+" + i.ToString(CultureInfo.InvariantCulture))],
            ipr.Chunk(IprsInARow).Select((row, r) => (string[])[
                ((r * IprsInARow) + 1).ToString(CultureInfo.InvariantCulture),
                .. row.Select(v => v.ToString("0.000", CultureInfo.InvariantCulture)),
                .. Enumerable.Repeat("", columns - row.Length)]));
        // Of a few sites, white noise has any IPR up to 1.
        string noise = sites < FewSites ? "" : string.Create(CultureInfo.InvariantCulture, $" (White noise has {3.0 / sites:0.000}.)");
        string phases = found["fraction_localized_surrogate"] is JsonNode share
            ? string.Create(CultureInfo.InvariantCulture, $" By their phases {100 * (double)share:0} % are more concentrated than their spectrum makes them, modulated fields too.") : "";
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"Mean IPR {ipr.Average():0.000}; {localized} of {ipr.Length} above {threshold:0.000}: {100.0 * localized / ipr.Length:0} % localized.{noise}{phases}"));
        Report.Line();
    }
}
