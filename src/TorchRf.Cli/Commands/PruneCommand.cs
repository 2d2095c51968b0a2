using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Pruning;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf prune: train, take the smallest weights away, go back to an early step, again.</summary>
/// <param name="catalogue">What can be named.</param>
internal sealed class PruneCommand(Catalogue catalogue) : IRunKind
{
    private const string Picture = "pruning";

    // Classes that are all told; of labelled files there can be a thousand.
    private const int MostTold = 4;

    /// <inheritdoc/>
    public string Name => "prune";

    internal Command Create()
    {
        var command = new Command(Name, "Prune a fully connected ReLU network by magnitude, round after round: train it, take the smallest weights away, go back to an early step, again. Networks pruned at once and at random, with as many weights in each layer, can be trained beside. "
            + "Every round's weights and masks are kept.");
        var options = new RunOptions(command, trains: false, catalogue, [SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed))], SettingOption.Pruning, SettingOption.Examples, SettingOption.Machine);
        command.SetAction((parsed, cancellation) =>
        {
            var settings = options.Settings(parsed, PruningRunSettings.FromJson);
            return Task.FromResult(Run(settings, options.Read(parsed, settings.Run), cancellation));
        });
        return command;
    }

    /// <inheritdoc/>
    public int GoOn(RunDocument run, ResumeRequest asked, CancellationToken cancellation)
    {
        const string left = "left out: a run of pruning goes on as it was begun";
        InvalidSettingException.Require(asked.Steps is null, nameof(PruningSettings.Steps), asked.Steps, left);
        InvalidSettingException.Require(asked.CheckpointEvery is null, nameof(PruningSettings.CheckpointEvery), asked.CheckpointEvery, left);
        InvalidSettingException.Require(asked.Threads is null, nameof(RunSettings.Threads), asked.Threads, left);
        InvalidSettingException.Require(asked.Out is null, "out", asked.Out, left);
        InvalidSettingException.Require(!asked.Board, "tensorboard", "given", left);
        var settings = PruningRunSettings.FromRun(run.Settings, catalogue, asked.Files);
        return Run(settings, new RunRequest(settings.Run) { Folder = asked.Folder, MustExist = true, Width = asked.Width, Json = asked.Json }, cancellation);
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Figure Figure)> Draw(string folder, JsonObject results) => [(Picture, PruningFigure.Of(KeptPruning.Read(folder, results, catalogue), folder))];

    private int Run(PruningRunSettings asked, RunRequest request, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var (settings, examples) = (asked with { Run = asked.Run with { Data = SamplePhotographs.Where(asked.Run.Data) } }).Prepare();
        using (examples)
        {
            var json = settings.ToJson();
            var path = request.Folder ?? RunOptions.DefaultFolder($"{Name}-{settings.Run.Data.Name}", settings.Run.Training.Seed, json);
            bool goesOn = request.MustExist || (!request.Anew && File.Exists(Path.Combine(path, RunFolder.RunFile)));
            using var folder = goesOn ? RunFolder.Resume(path, Name, json, settings.Here) : RunFolder.Create(path, Name, json, RunEnvironment.Describe(), settings.Here);
            var found = folder.Results(damaged => Report.Warn($"damaged, and done again: {damaged}"));
            if (goesOn && found is not null)
                Report.Warn("this run is finished: here is what it found; --restart does it anew");
            string[] pictures = [.. new[] { ".png", ".svg", ".pdf", ".csv" }.Select(extension => folder.InFolder(Picture + extension)).Where(File.Exists)];
            if (found is null)
                (found, pictures) = Prune(settings, examples, folder, request.Width, cancellation);
            else if (request.Width is not null)
                pictures = [.. Draw(folder.Path, found).SelectMany(p => Pictures.Draw(p.Figure, folder.InFolder(p.Name), request.Width))];
            return Report.Run(folder, found, pictures, request.Json, () => Print(settings, KeptPruning.Read(folder.Path, found, catalogue), found));
        }
    }

    private (JsonObject Found, string[] Pictures) Prune(PruningRunSettings settings, PruningExamples examples, RunFolder folder, double? width, CancellationToken cancellation)
    {
        using var run = new PruningRun(settings.Pruning, examples, settings.Run.Training.Seed, ComputeDevice.Resolve(settings.Run.Device));
        var records = TrainingBar.Show("Pruning", progress => run.Run(folder, progress, damaged => Report.Warn($"damaged, and done again: {damaged}"), cancellation));
        int last = records.Last(r => r.Kind == PruningKind.Iterative).Round;
        var (mask, weights) = PruningRun.FirstLayer(folder.Path, last, PruningKind.Iterative);
        folder.Write(RunFolder.WeightsFile, new Dictionary<string, Tensor> { ["trained"] = weights, ["mask"] = mask });
        var found = new JsonObject
        {
            ["settings"] = settings.ToJson(),
            ["classes"] = Words(examples.Descriptions),
            ["notes"] = Words(examples.Notes),
            ["picture"] = examples.Grid is { Height: > 1 } grid ? new JsonObject { ["channels"] = grid.Channels, ["side"] = grid.Width } : null,
            ["ended"] = run.Ended,
            ["rounds"] = new JsonArray([.. records.Select(r => (JsonNode)r.ToJson())]),
            // Of the last round's rows; one without weights has none.
            ["ipr"] = new JsonArray([.. InverseParticipationRatio.Each(weights).Where(double.IsFinite).Select(v => (JsonNode)JsonValue.Create(v))]),
        };
        // As it is read again, so that its picture is the same.
        found = JsonNode.Parse(found.ToJsonString())!.AsObject();
        string[] pictures = [.. Pictures.Draw(PruningFigure.Of(KeptPruning.Read(folder.Path, found, catalogue), folder.Path), folder.InFolder(Picture), width)];
        found["pictures"] = Words(pictures.Select(p => Path.GetFileName(p)!));
        found["files"] = Words([RunFolder.WeightsFile, .. records.SelectMany(r => new[] { ".safetensors", ".npz" }.Select(extension => PruningRun.NameOf(r.Round, r.Kind) + extension))]);
        folder.Write(RunFolder.ResultsFile, found);
        folder.RemoveCheckpoints();
        return (found, pictures);
    }

    private static void Print(PruningRunSettings settings, KeptPruning run, JsonObject found)
    {
        if (found["classes"] is JsonArray { Count: > MostTold } classes)
            Report.Paragraph($"\nClass 0: {Report.Text(classes[0])}\n...\nClass {classes.Count - 1}: {Report.Text(classes[^1])}");
        else
            Report.Classes(found);
        Report.Line();
        string Percent(double part) => part.ToString(part < 0.001 ? "0.0000 %" : "0.00 %", CultureInfo.InvariantCulture);
        string Measured(PruningRecord record, string name) => record.Measured.GetValueOrDefault(name) is double value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-";
        Report.Table(["round", "pruned", "left", "accuracy", "IPR", "ratio", "near", "connected"], run.Records.Select(r => (string[])
        [
            r.Round.ToString(CultureInfo.InvariantCulture), r.Kind switch { PruningKind.OneShot => "at once", PruningKind.Random => "at random", _ => "" }, Percent(r.Density[0]),
            Percent(r.HeldAccuracy), Measured(r, "ipr"), Measured(r, "ipr_ratio"), Measured(r, "locality"), string.Join("-", r.Connected.SkipLast(1)),
        ]));
        if (Report.Text(found, "ended") is string ended)
            Report.Paragraph($"The last round: {ended}.");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Left: of the first layer's weights. Accuracy: on held-out examples. Ratio: of the IPR to that of round 0's weights under a mask of as many by chance. Near: how often inputs that are left lie near one another, in units of a chance that keeps each unit's and each pixel's number of them; 1 is no locality. Connected: units of each hidden layer that paths lead through. Seed {settings.Run.Training.Seed}, {settings.Run.Device}."));
        Report.Line();
    }

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)JsonValue.Create(w))]);
}
