using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf ica: independent components of the data, and how localized they are.</summary>
/// <param name="catalogue">What can be named.</param>
internal sealed class IcaCommand(Catalogue catalogue) : IRunKind
{
    private const string Picture = "components";
    private const int IprsInARow = 8;

    /// <inheritdoc/>
    public string Name => "ica";

    internal Command Create()
    {
        var command = new Command(Name, "Find independent components of the data, by FastICA, autograd or infomax. Their rows in the space of the sites are receptive fields. "
            + "The component farthest from Gaussian comes first, and the largest weight of each is positive.");
        var options = new RunOptions(command, trains: false, catalogue, [SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed))], SettingOption.Examples, SettingOption.Machine, SettingOption.Ica(catalogue));
        command.SetAction((parsed, cancellation) =>
        {
            var settings = options.Settings(parsed, IcaSettings.FromJson);
            return Task.FromResult(Run(settings, options.Read(parsed, settings.Run), cancellation));
        });
        return command;
    }

    /// <inheritdoc/>
    public int GoOn(RunDocument run, ResumeRequest asked, CancellationToken cancellation)
    {
        const string left = "left out: a search for independent components has no steps to add, no checkpoints and no curves";
        InvalidSettingException.Require(asked.Steps is null, nameof(TrainingSettings.Steps), asked.Steps, left);
        InvalidSettingException.Require(asked.CheckpointEvery is null, nameof(TrainingSettings.CheckpointEvery), asked.CheckpointEvery, left);
        InvalidSettingException.Require(asked.Out is null, "out", asked.Out, left);
        InvalidSettingException.Require(!asked.Board, "tensorboard", "given", left);
        var settings = IcaSettings.FromRun(run.Settings, catalogue, asked.Files);
        settings = settings with { Run = settings.Run with { Threads = asked.Threads ?? settings.Run.Threads } };
        return Run(settings, new RunRequest(settings.Run) { Folder = asked.Folder, MustExist = true, Width = asked.Width, Json = asked.Json }, cancellation);
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Figure Figure)> Draw(string folder, JsonObject results)
    {
        using var scope = torch.NewDisposeScope();
        return [(Picture, IcaFigure.Of(KeptSearch.Read(folder, results, catalogue)))];
    }

    private int Run(IcaSettings wanted, RunRequest asked, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        using var search = IcaSearch.Of(wanted);
        var (settings, json) = (search.Settings, search.Settings.ToJson());
        var path = asked.Folder ?? RunOptions.DefaultFolder($"{Name}-{settings.Run.Data.Name}", settings.Run.Training.Seed, json);
        bool goesOn = asked.MustExist || (!asked.Anew && File.Exists(Path.Combine(path, RunFolder.RunFile)));
        using var folder = goesOn ? RunFolder.Resume(path, Name, json, settings.Here) : RunFolder.Create(path, Name, json, RunEnvironment.Describe(), settings.Here);
        var found = folder.Results(damaged => Report.Warn($"damaged, and done again: {damaged}"));
        if (goesOn)
            Report.Warn(found is null ? "the search was stopped, and keeps no checkpoints; starting anew, to the same bits" : "this run is finished: here is what it found; --restart does it anew");
        string[] pictures = [.. new[] { ".png", ".svg", ".pdf", ".csv" }.Select(extension => folder.InFolder(Picture + extension)).Where(File.Exists)];
        if (found is null)
            (found, pictures) = Search(search, folder, asked.Width, cancellation);
        else if (asked.Width is not null)
            pictures = [.. Draw(folder.Path, found).SelectMany(p => Pictures.Draw(p.Figure, folder.InFolder(p.Name), asked.Width))];
        if (Report.Text(found, "warning") is string warning)
            Report.Warn(warning);
        return Report.Run(folder, found, pictures, asked.Json, () => Print(settings, found));
    }

    private static (JsonObject Found, string[] Pictures) Search(IcaSearch search, RunFolder folder, double? width, CancellationToken cancellation)
    {
        var settings = search.Settings;
        // In deflation components are what is counted, else steps.
        var study = TrainingBar.Show("Searching", progress => search.Run(new Counted<IcaStep>(progress, step => settings.Algorithm == IcaAlgorithm.Deflation
            ? new TrainingProgress(step.Component + 1, settings.Components!.Value) : new TrainingProgress(step.Iteration, settings.MaxIterations)), cancellation));
        folder.Write(RunFolder.WeightsFile, study.Weights(), new Dictionary<string, string> { ["arrays"] = study.Arrays });
        var kept = KeptSearch.Of(study);
        string[] pictures = [.. Pictures.Draw(IcaFigure.Of(kept), folder.InFolder(Picture), width)];
        kept.Results["pictures"] = new JsonArray([.. pictures.Select(p => (JsonNode)Path.GetFileName(p))]);
        kept.Results["files"] = new JsonArray(RunFolder.WeightsFile);
        folder.Write(RunFolder.ResultsFile, kept.Results);
        return (kept.Results, pictures);
    }

    private static void Print(IcaSettings settings, JsonObject found)
    {
        double[] ipr = found["ipr"].Deserialize<double?[]>()!.Select(v => v ?? double.NaN).ToArray();
        int sites = settings.Run.Data.Sites;
        var localized = LocalizedFraction.Among(ipr, sites);
        Report.Line();
        foreach (var (label, model) in found["classes"]!.AsArray().Index())
            if (settings.Class is not int one || one == label)
                Report.Line($"Class {label}: {(string?)model}");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"N = {sites}, {ipr.Length} components of {settings.Examples} examples, {IcaFigure.Way(settings)}, seed {settings.Run.Training.Seed}, {settings.Run.Device}"));
        foreach (var note in found["notes"]?.AsArray() ?? [])
            Report.Paragraph($"Note: {Report.Text(note)}");
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
        string phases = found["fraction_localized_surrogate"] is JsonNode share
            ? string.Create(CultureInfo.InvariantCulture, $" By their phases {100 * (double)share:0} % are more concentrated than their spectrum makes them, modulated fields too.") : "";
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Mean IPR {ipr.Average():0.000}; {localized}: {100 * localized.Fraction:0} % localized.{phases}"));
        Report.Line();
    }
}
