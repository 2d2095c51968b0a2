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
            PruningExamples.RefusePreparation(settings.Run.Data, setting => options.IsGiven(parsed, setting));
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
            var found = folder.Results(Again);
            if (found is not null && Damaged(folder, found) is string file)
            {
                Again(file);
                found = null;
            }
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

    private static void Again(string damaged) => Report.Warn($"damaged, and done again: {damaged}");

    // Why one of its files cannot be used; null where all can.
    private static string? Damaged(RunFolder folder, JsonObject found)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var file in (found["files"] as JsonArray ?? []).Select(f => folder.InFolder((string)f!)).Where(f => f.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            try
            {
                using var inner = torch.NewDisposeScope();
                _ = SafeTensors.Read(file);
            }
            catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
            {
                return e.Message;
            }
        }
        return null;
    }

    private (JsonObject Found, string[] Pictures) Prune(PruningRunSettings settings, PruningExamples examples, RunFolder folder, double? width, CancellationToken cancellation)
    {
        using var run = new PruningRun(settings.Pruning, examples, settings.Run.Training.Seed, ComputeDevice.Resolve(settings.Run.Device));
        var records = TrainingBar.Show("Pruning", progress => run.Run(folder, progress, Again, cancellation));
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
            ["over_random"] = new JsonArray([.. OverRandom(records).Select(r => (JsonNode)new JsonObject
            {
                ["round"] = r.Round, ["kind"] = r.Kind == PruningKind.OneShot ? "one-shot" : "iterative", ["ratios"] = new JsonObject(r.Ratios.Select(n => KeyValuePair.Create(n.Key, (JsonNode?)n.Value))),
            })]),
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

    // At the rounds that have controls.
    private static IEnumerable<(int Round, PruningKind Kind, IReadOnlyDictionary<string, double> Ratios)> OverRandom(IReadOnlyList<PruningRecord> records) =>
        from random in records
        where random.Kind == PruningKind.Random
        from own in records
        where own.Round == random.Round && own.Kind != PruningKind.Random
        select (own.Round, own.Kind, own.Over(random));

    private static void Print(PruningRunSettings settings, KeptPruning run, JsonObject found)
    {
        if (found["classes"] is JsonArray { Count: > MostTold } classes)
            Report.Paragraph($"\nClass 0: {Report.Text(classes[0])}\n...\nClass {classes.Count - 1}: {Report.Text(classes[^1])}");
        else
            Report.Classes(found);
        Report.Line();
        Report.Table(["round", "pruned", "left", "accuracy", "IPR", "ratio", "near", "connected"], run.Records.Select(r => (string[])
        [
            r.Round.ToString(CultureInfo.InvariantCulture), How(r.Kind), Percent(r.Density[0]), Percent(r.HeldAccuracy), Measured(r, "ipr"), Measured(r, "ipr_ratio"), Measured(r, "locality"), string.Join("-", r.Connected.SkipLast(1)),
        ]));
        if (Report.Text(found, "ended") is string ended)
            Report.Paragraph($"The last round: {ended}.");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Left: of the first layer's weights. Accuracy: on held-out examples. Ratio: of the IPR to that of round 0's weights under a mask of as many by chance. Near: how often inputs that are left lie near one another, in units of a chance that keeps each unit's and each pixel's number of them; 1 is no locality. Connected: units of each hidden layer that paths lead through. Seed {settings.Run.Training.Seed}, {settings.Run.Device}."));
        PrintKurtosis(run);
        PrintOverRandom(run);
        Report.Line();
    }

    private static void PrintKurtosis(KeptPruning run)
    {
        PruningRecord[] known = [.. run.Records.Where(r => r.Measured.GetValueOrDefault("kurtosis") is not null)];
        if (known.Length == 0)
            return;
        Report.Line();
        Report.Table(["round", "kurtosis", "error", "next", "kept", "any", "p kept", "p any"], known.Select(r => (string[])
        [
            $"{r.Round.ToString(CultureInfo.InvariantCulture)} {How(r.Kind)}".TrimEnd(), Measured(r, "kurtosis"), Measured(r, "kurtosis_error"), Measured(r, "cavity_next", "0.0000"), Measured(r, "cavity_kept", "0.0000"), Measured(r, "cavity_random", "0.0000"),
            Measured(r, "cavity_kept_p", "0.0e0"), Measured(r, "cavity_random_p", "0.0e0"),
        ]));
        Report.Paragraph("Kurtosis: excess, of what units see before their ReLU, class by class, the median unit on held-out examples; its error over examples. Next, kept, any: what removing one weight adds to it, of those that the next round takes, of those that it keeps, and of as many by chance; p: Wilcoxon's, of the first against the others, paired by unit.");
    }

    private static void PrintOverRandom(KeptPruning run)
    {
        (int Round, PruningKind Kind, IReadOnlyDictionary<string, double> Ratios)[] over = [.. OverRandom(run.Records)];
        if (over.Length == 0)
            return;
        Report.Line();
        Report.Table(["round", "pruned", "accuracy", "IPR", "near", "inputs", "kurtosis"], over.Select(o => (string[])
        [
            o.Round.ToString(CultureInfo.InvariantCulture), How(o.Kind), .. ((string[])["accuracy", "ipr", "locality", "in_degree_std_ratio", "kurtosis"]).Select(name => o.Ratios.TryGetValue(name, out double ratio) ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-"),
        ]));
        Report.Paragraph("In units of the network pruned at random to as many weights in each layer. Inputs: how much units' numbers of inputs differ. results.json has every measure.");
    }

    private static string How(PruningKind kind) => kind switch { PruningKind.OneShot => "at once", PruningKind.Random => "at random", _ => "" };

    private static string Percent(double part) => part.ToString(part < 0.001 ? "0.0000 %" : "0.00 %", CultureInfo.InvariantCulture);

    private static string Measured(PruningRecord record, string name, string format = "0.000") => record.Measured.GetValueOrDefault(name) is double value ? value.ToString(format, CultureInfo.InvariantCulture) : "-";

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)JsonValue.Create(w))]);
}
