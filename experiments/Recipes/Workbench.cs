using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TorchRf.IO;

namespace TorchRf.Experiments.Recipes;

/// <summary>
/// Where a recipe does its pieces of work, one after the other. A finished piece is kept in a file and not done again as long as
/// its settings are the same; a training that was interrupted goes on from its last checkpoint.
/// </summary>
/// <param name="show">Shows a piece's progress, under its name, while it is done.</param>
public sealed class Workbench(string folder, Func<string, Func<IProgress<TrainingProgress>, Piece>, Piece> show, CancellationToken cancellation)
{
    // Of the pieces' files; raised when a change to the program makes the results of earlier pieces wrong.
    // The keys of settings that say where examples lie.
    private static readonly string[] Files = [.. ((DataSettings[])[new FileSettings(), new PhotoSettings()]).SelectMany(Setting.Of).Where(s => s.IsFile).Select(s => s.Key)];

    private const string Schema = "1";

    public CancellationToken Cancellation => cancellation;

    /// <summary>Seconds that the pieces took when they were done, in this run or an earlier one.</summary>
    public double Seconds { get; private set; }

    /// <summary>How many pieces have been asked for; the last of them is under way while its progress is shown.</summary>
    public int Begun { get; private set; }

    /// <summary>Does a piece of work, or takes it from the folder.</summary>
    /// <param name="name">Its name, which is also its file's.</param>
    /// <param name="settings">All that determines its result.</param>
    public Piece Do(string name, JsonObject settings, Func<IProgress<TrainingProgress>, Piece> work)
    {
        Begun++;
        var file = Path.Combine(folder, name + ".safetensors");
        if (File.Exists(file) && Kept(file, settings) is Piece kept)
            return kept;
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        AtomicFile.RemoveLeftovers(folder);
        // What an interrupted attempt took counts too.
        var earlier = Path.Combine(folder, name + "-seconds.txt");
        double before = File.Exists(earlier) && double.TryParse(File.ReadAllText(earlier), NumberStyles.Float, CultureInfo.InvariantCulture, out double s) ? s : 0;
        var watch = Stopwatch.StartNew();
        Piece piece;
        try
        {
            piece = show(name, work);
        }
        catch
        {
            AtomicFile.WriteText(earlier, (before + watch.Elapsed.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            throw;
        }
        double seconds = before + watch.Elapsed.TotalSeconds;
        Seconds += seconds;
        SafeTensors.Write(file, piece.Tensors, new Dictionary<string, string>
        {
            ["schema"] = Schema,
            ["settings"] = settings.ToJsonString(),
            ["numbers"] = piece.Numbers.ToJsonString(),
            ["seconds"] = seconds.ToString(CultureInfo.InvariantCulture),
        }, checksum: true);
        File.Delete(earlier);
        return piece;
    }

    /// <summary>Does a piece of work that keeps what there is of it in a folder of its own, which goes when it is finished.</summary>
    /// <inheritdoc cref="Do" path="/param"/>
    public Piece DoIn(string name, JsonObject settings, Func<RunFolder, IProgress<TrainingProgress>, Piece> work)
    {
        var unfinished = Path.Combine(folder, name + "-unfinished");
        var piece = Do(name, settings, progress =>
        {
            using var run = Unfinished(unfinished, name, settings);
            return work(run, progress);
        });
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        return piece;
    }

    /// <summary>Integrates the theory from where the ensemble starts, or takes it from the folder; Float64, shape (snapshots, inits, units, N).</summary>
    /// <param name="name">The training's piece; this one's is named after it.</param>
    public Tensor Predict(string name, Ensemble ensemble, IReadOnlyList<long> schedule)
    {
        var settings = new JsonObject { ["run"] = ensemble.Settings.ToJson(), ["snapshots"] = JsonSerializer.SerializeToNode(schedule) };
        var piece = Do(name + "-theory", settings, progress => new Piece([], new Dictionary<string, Tensor>
        {
            ["weights"] = Comparison.Predict(ensemble, schedule, new Counted<long>(progress, step => new TrainingProgress(step, schedule[^1])), cancellation),
        }));
        return piece.Tensors["weights"].to(ensemble.Initial.device).DetachFromDisposeScope();
    }

    /// <summary>Follows the theory from where the ensemble starts until nothing moves, or takes it from the folder.</summary>
    /// <param name="tolerance">|dw/dt| / |w| of every receptive field at rest.</param>
    /// <param name="longest">The time after which to give up, in the units of the flow.</param>
    /// <returns>Receptive fields of neurons, Float64, shape (inits, N), and whether they came to rest.</returns>
    public (Tensor Weights, bool AtRest) Rest(string name, Ensemble ensemble, double tolerance, double longest)
    {
        var settings = new JsonObject { ["run"] = ensemble.Settings.ToJson(), ["tolerance"] = tolerance, ["longest"] = longest };
        var piece = Do(name + "-rest", settings, _ =>
        {
            var rest = SteadyState.Of(ensemble.Flow!, ensemble.Initial, tolerance, longest, cancellation);
            return new Piece(new JsonObject { ["converged"] = rest.Ending == Ending.AtRest }, new Dictionary<string, Tensor> { ["weights"] = rest.Weights[0].squeeze(1).cpu().DetachFromDisposeScope() });
        });
        return (piece.Tensors["weights"], (bool)piece.Numbers["converged"]!);
    }

    /// <summary>Trains what the settings say, or takes it from the folder.</summary>
    /// <param name="examples">What is said of the examples where they are not simply those of the settings' data.</param>
    public TrainingRun Train(string name, Ensemble ensemble, IReadOnlyList<long> schedule, string? examples = null)
    {
        var settings = new JsonObject { ["run"] = ensemble.Settings.ToJson(), ["snapshots"] = JsonSerializer.SerializeToNode(schedule) };
        if (examples is not null)
            settings["examples"] = examples;
        var piece = DoIn(name, settings, (run, progress) =>
        {
            var trained = GoOn(ensemble, schedule, run, run.Latest(), progress);
            return new Piece(
                new JsonObject
                {
                    ["steps"] = JsonSerializer.SerializeToNode(trained.Steps),
                    ["metrics"] = JsonSerializer.SerializeToNode(trained.Metrics),
                    ["final"] = JsonSerializer.SerializeToNode(trained.Final),
                    ["by_class"] = JsonSerializer.SerializeToNode(trained.ByClass),
                },
                new Dictionary<string, Tensor> { ["weights"] = trained.Weights });
        });
        return new TrainingRun(piece.Numbers["steps"].Deserialize<long[]>()!, piece.Tensors["weights"].to(ensemble.Initial.device).DetachFromDisposeScope(),
            piece.Numbers["metrics"].Deserialize<SnapshotMetrics[]>()!, piece.Numbers["final"].Deserialize<Evaluation>()!, piece.Numbers["by_class"].Deserialize<Evaluation[]>()!);
    }

    private TrainingRun GoOn(Ensemble ensemble, IReadOnlyList<long> schedule, RunFolder run, Checkpoint? from, IProgress<TrainingProgress> progress)
    {
        try
        {
            return Comparison.Train(ensemble, schedule, run, from, progress, cancellation: cancellation);
        }
        catch (InvalidDataException) when (from is not null)
        {
            // Not checkpoints of this model: it is trained anew.
            run.RemoveCheckpoints();
            return Comparison.Train(ensemble, schedule, run, null, progress, cancellation: cancellation);
        }
    }

    private static RunFolder Unfinished(string path, string name, JsonObject settings)
    {
        try
        {
            return RunFolder.GoOn(path, name, settings, [], Current);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidSettingException { InnerException: null } and not FolderInUseException)
        {
            // Of other settings, or a later version's: the piece is done anew.
            Directory.Delete(path, recursive: true);
            return RunFolder.Create(path, name, settings, []);
        }
    }

    private Piece? Kept(string file, JsonObject settings)
    {
        try
        {
            var content = SafeTensors.Read(file);
            if (content.Metadata.GetValueOrDefault("schema") != Schema || !Same(JsonNode.Parse(content.Metadata["settings"])!.AsObject(), settings))
                return null;
            Seconds += double.Parse(content.Metadata["seconds"], CultureInfo.InvariantCulture);
            foreach (var tensor in content.Tensors.Values)
                tensor.DetachFromDisposeScope();
            return new Piece(JsonNode.Parse(content.Metadata["numbers"])!.AsObject(), content.Tensors);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // Not a piece that can be used: it is done again.
            return null;
        }
    }

    private static bool Same(JsonObject held, JsonObject wanted) => JsonNode.DeepEquals(Essence(Current(held)), Essence(wanted));

    // How many threads added up changes the rounding alone, and where files lie nothing while their digests are the same: a report that is gone on with on another machine keeps its pieces.
    private static JsonObject Essence(JsonObject settings)
    {
        var rest = settings.DeepClone().AsObject();
        foreach (var of in (JsonObject?[])[rest, rest["run"] as JsonObject, rest["pruning"] as JsonObject])
        {
            of?.Remove("threads");
            if (of?["sha256"] is JsonArray { Count: > 0 })
                foreach (var file in Files)
                    of.Remove(file);
        }
        return rest;
    }

    // Settings that an earlier version did not have yet.
    private static JsonObject Current(JsonObject held)
    {
        var known = held.DeepClone().AsObject();
        if (known["run"] is JsonObject run)
            known["run"] = RunSettings.FromRun(run).ToJson();
        if (known["pruning"] is JsonObject pruning)
            known["pruning"] = PruningRunSettings.FromRun(pruning).ToJson();
        return known;
    }
}

/// <summary>A finished piece of a recipe's work.</summary>
/// <param name="Tensors">What it keeps beside; no scope owns them.</param>
public sealed record Piece(JsonObject Numbers, IReadOnlyDictionary<string, Tensor> Tensors);

/// <summary>The progress of work that counts otherwise, shown as that of a training.</summary>
/// <param name="shown">Shows it, at once and on the caller's thread.</param>
public sealed class Counted<T>(IProgress<TrainingProgress> shown, Func<T, TrainingProgress> at) : IProgress<T>
{
    public void Report(T value) => shown.Report(at(value));
}
