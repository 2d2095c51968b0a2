using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>What one command leaves, for plot, which knows it by its folder.</summary>
internal interface IDrawnKind
{
    /// <summary>What run.json calls the command.</summary>
    string Name { get; }

    /// <summary>A finished run's pictures, from what lies in its folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="results">What its results.json holds.</param>
    /// <exception cref="InvalidDataException">What lies there is damaged.</exception>
    IEnumerable<(string Name, Figure Figure)> Draw(string folder, JsonObject results);
}

/// <summary>The runs of one command, for resume too.</summary>
internal interface IRunKind : IDrawnKind
{
    /// <summary>Goes on with a run, or shows it where it is finished.</summary>
    /// <param name="run">What its run.json says.</param>
    /// <param name="asked">How, with its folder.</param>
    /// <param name="cancellation">Ends it in order.</param>
    /// <returns>The exit code.</returns>
    int GoOn(RunDocument run, ResumeRequest asked, CancellationToken cancellation);
}

/// <summary>
/// A command that makes a run. Repeated, it goes on with the run that was stopped, or shows the one that is finished; with more steps it goes on from where a run of fewer came to, in a folder
/// of its own. In all these ways it comes to the same bits.
/// </summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="trains">Whether it trains.</param>
/// <param name="picture">What its picture is called.</param>
internal abstract class RunningCommand(Catalogue catalogue, bool trains, string picture) : IRunKind
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>What runs and their settings are looked up in.</summary>
    protected Catalogue Catalogue => catalogue;

    /// <summary>The command with its options.</summary>
    /// <param name="description">What it does.</param>
    /// <param name="settings">The settings it takes besides those of data.</param>
    internal Command Create(string description, params SettingOption[][] settings)
    {
        var command = new Command(Name, description);
        var options = new RunOptions(command, trains, catalogue, settings);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options.Read(parsed), cancellation)));
        return command;
    }

    /// <inheritdoc/>
    public int GoOn(RunDocument run, ResumeRequest asked, CancellationToken cancellation)
    {
        var settings = RunSettings.FromRun(run.Settings, catalogue, asked.Files);
        var training = settings.Training;
        long steps = asked.Steps ?? training.Steps;
        InvalidSettingException.Require(steps >= training.Steps, nameof(training.Steps), steps, FormattableString.Invariant($"left out, or more than the {training.Steps} of the run"));
        bool longer = steps > training.Steps;
        InvalidSettingException.Require(longer || asked.Out is null, "out", asked.Out, "left out unless the run is to have more steps, and so another folder");
        return Run(new RunRequest(settings with { Training = training with { Steps = steps } })
        {
            Folder = longer ? asked.Out : asked.Folder,
            MustExist = !longer,
            Origin = asked.Folder,
            Session = session => session with
            {
                Threads = asked.Threads ?? session.Threads,
                Training = session.Training with { CheckpointEvery = asked.CheckpointEvery ?? session.Training.CheckpointEvery },
            },
            Width = asked.Width,
            Board = asked.Board,
            Json = asked.Json,
        }, cancellation);
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Figure Figure)> Draw(string folder, JsonObject results)
    {
        using var scope = torch.NewDisposeScope();
        return [(picture, Figure(KeptRun.Read(folder, results, catalogue)))];
    }

    /// <summary>Prepares what the run starts from.</summary>
    protected abstract Ensemble Prepare(RunSettings settings);

    /// <summary>Does the run.</summary>
    /// <param name="ensemble">Where it starts.</param>
    /// <param name="work">Its folder and where it goes on from.</param>
    /// <returns>What it found and the tensors that it leaves.</returns>
    protected abstract (JsonObject Results, IReadOnlyDictionary<string, Tensor> Weights) Do(Ensemble ensemble, RunWork work);

    /// <summary>Its picture.</summary>
    protected abstract Figure Figure(KeptRun run);

    /// <summary>Tells people what it found.</summary>
    protected abstract void Print(RunSettings settings, JsonObject results);

    private int Run(RunRequest asked, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        if (asked is { Anew: false, Origin: null, Folder: string held } && Held(held) is RunDocument before)
        {
            // As many threads as this machine has are not those that somebody asked for.
            if (!asked.ThreadsSaid && (int)KeptRun.Number(before.Settings, "threads") is var threads and > 0 && threads != asked.Settings.Threads)
                asked = asked with { Settings = asked.Settings with { Threads = threads }, Origin = held, Session = settings => settings with { Threads = System.Environment.ProcessorCount } };
            // More steps make a folder of their own.
            if (asked.MustExist && trains && KeptRun.Number(before.Settings, "steps") < asked.Settings.Training.Steps)
                asked = asked with { Folder = null, MustExist = false, Origin = held };
        }
        var session = Prepare(asked.Session(asked.Settings));
        // What the run is known by: this session's threads and checkpoints are not it.
        var settings = session.Settings with
        {
            Threads = asked.Settings.Threads,
            Training = session.Settings.Training with { CheckpointEvery = asked.Settings.Training.CheckpointEvery },
        };
        var path = asked.Folder ?? RunOptions.DefaultFolder($"{Name}-{settings.Data.Name}", settings.Training.Seed, settings.Identity());
        bool exists = File.Exists(Path.Combine(path, RunFolder.RunFile));
        var origin = asked.Anew || exists || !trains ? null : Origin(asked, settings, path);
        using var folder = asked.MustExist || (exists && !asked.Anew)
            ? RunFolder.Resume(path, Name, settings.ToJson(), settings.Here) : RunFolder.Create(path, Name, settings.ToJson(), Environment(origin), settings.Here);
        if (folder.Results(damaged => Report.Warn($"damaged, and done again: {damaged}")) is JsonObject results)
            return ShowAgain(folder, settings, KeptRun.Current(results), asked);

        if (asked.Origin is not null && !exists && trains && origin is null)
            Report.Warn($"{asked.Origin} has no checkpoint to go on from; starting anew");
        var checkpoint = origin?.Checkpoint;
        if (checkpoint is not null)
            Begin(folder, settings, origin!);
        else if (exists && trains)
            checkpoint = Newest(folder);
        TellOfThreads(session.Settings.Threads, settings, asked, folder, checkpoint);
        var watch = Stopwatch.StartNew();
        try
        {
            var (found, weights) = Do(session, new RunWork(folder, checkpoint, SnapshotSchedule.OneTwoFive(settings.Training.Steps), asked.Board, cancellation));
            found["settings"] = settings.ToJson();
            found["notes"] = Report.Notes(session.Task);
            folder.Write(RunFolder.WeightsFile, weights, new Dictionary<string, string> { ["steps"] = string.Join(",", SnapshotSchedule.OneTwoFive(settings.Training.Steps)) });
            var kept = new KeptRun(settings, JsonNode.Parse(found.ToJsonString())!.AsObject(), weights);
            var pictures = Pictures.Draw(Figure(kept), folder.InFolder(picture), asked.Width);
            kept.Results["pictures"] = Names(pictures.Select(Path.GetFileName));
            kept.Results["files"] = Names(trains ? [RunFolder.WeightsFile, RunFolder.CurvesFile] : [RunFolder.WeightsFile]);
            // Last, for whoever finds them takes the run for finished.
            folder.Write(RunFolder.ResultsFile, kept.Results);
            return Report.Run(folder, kept.Results, pictures, asked.Json, () => Print(settings, kept.Results));
        }
        finally
        {
            Clock(folder, watch.Elapsed);
        }
    }

    private int ShowAgain(RunFolder folder, RunSettings settings, JsonObject results, RunRequest asked)
    {
        Report.Warn("this run is finished: here is what it found; --restart does it anew");
        string[] pictures = [.. new[] { ".png", ".svg", ".pdf", ".csv" }.Select(extension => folder.InFolder(picture + extension)).Where(File.Exists)];
        if (asked.Width is not null)
            pictures = [.. Draw(folder.Path, results).SelectMany(p => Pictures.Draw(p.Figure, folder.InFolder(p.Name), asked.Width))];
        if (asked.Board)
        {
            var kept = KeptRun.Read(folder.Path, results, catalogue);
            Curves.ForTensorBoard(folder.Path, kept.Lattice, kept.Steps, kept.Weights["trained"]);
        }
        return Report.Run(folder, results, pictures, asked.Json, () => Print(settings, results));
    }

    // What the run in a folder says of itself; null where there is none that can be read, of which is told when it is opened.
    private static RunDocument? Held(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, RunFolder.RunFile)) ? RunDocument.Read(Path.Combine(folder, RunFolder.RunFile)) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // The newest checkpoint of a run of the same settings and no more steps.
    private EarlierRun? Origin(RunRequest asked, RunSettings settings, string path)
    {
        string[] candidates = asked.Origin is string named ? [named]
            : !Directory.Exists(RunOptions.Checkpoints) ? []
            : Directory.GetDirectories(RunOptions.Checkpoints, FormattableString.Invariant($"{Name}-{settings.Data.Name}-seed{settings.Training.Seed}-*"));
        return candidates.Where(c => Path.GetFullPath(c) != Path.GetFullPath(path)).Select(candidate => EarlierRun.Of(candidate, Name, settings, Damaged))
            .OfType<EarlierRun>().MaxBy(earlier => earlier.Checkpoint.Step);
    }

    private static JsonObject Environment(EarlierRun? origin)
    {
        var environment = RunEnvironment.Describe();
        if (origin is not null)
            environment["continued_from"] = FormattableString.Invariant($"{origin.Folder} at step {origin.Checkpoint.Step}");
        return environment;
    }

    // From here on the folder has all that it needs.
    private static void Begin(RunFolder folder, RunSettings settings, EarlierRun origin)
    {
        var curves = Path.Combine(origin.Folder, RunFolder.CurvesFile);
        if (File.Exists(curves))
            AtomicFile.WriteText(folder.InFolder(RunFolder.CurvesFile), File.ReadAllText(curves));
        folder.Save(origin.Checkpoint);
        Report.Warn(FormattableString.Invariant($"goes on from step {origin.Checkpoint.Step} of {origin.Folder}, to the same bits as {settings.Training.Steps} steps from the start"));
    }

    private static Checkpoint? Newest(RunFolder folder)
    {
        bool anyDamaged = false;
        var newest = folder.Latest(damaged =>
        {
            anyDamaged = true;
            Damaged(damaged);
        });
        if (newest is null)
            Report.Warn(anyDamaged ? "no checkpoint can be read; starting anew" : "there is no checkpoint yet; starting anew");
        return newest;
    }

    // Vector code adds in one order whatever the threads; torch divides its sums among them, on four otherwise than on one.
    private static void TellOfThreads(int threads, RunSettings settings, RunRequest asked, RunFolder folder, Checkpoint? from)
    {
        if (threads == settings.Threads)
            return;
        folder.Note(("threads", FormattableString.Invariant($"{threads} from step {from?.Step ?? 0} on")));
        if (Report.Text(RunDocument.Read(Path.Combine(asked.Origin!, RunFolder.RunFile)).Environment, "gradient") != "vector code")
            Report.Warn(FormattableString.Invariant($"torch may add in another order with {threads} threads than with {settings.Threads}: the last bits can differ from those of a run without a stop"));
    }

    /// <summary>Says that a checkpoint was passed over.</summary>
    protected static void Damaged(string damaged) => Report.Warn($"damaged, using the one before: {damaged}");

    private static JsonArray Names(IEnumerable<string?> names) => new([.. names.Select(n => (JsonNode?)JsonValue.Create(n))]);

    // Seconds of all sessions that ended in order.
    private static void Clock(RunFolder folder, TimeSpan session)
    {
        try
        {
            var before = RunDocument.Read(folder.InFolder(RunFolder.RunFile)).Environment["seconds"] is JsonValue said && said.TryGetValue(out string? text)
                && double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) ? seconds : 0;
            folder.Note(("seconds", (before + session.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or InvalidSettingException)
        {
            // A run that ends because its disk is full has a better reason to tell of.
        }
    }
}

/// <summary>What a run is done with.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Checkpoint">Where it goes on from; from the start without.</param>
/// <param name="Schedule">The steps of its snapshots.</param>
/// <param name="Board">Whether TensorBoard is to show its curves.</param>
/// <param name="Cancellation">Ends it in order.</param>
internal sealed record RunWork(RunFolder Folder, Checkpoint? Checkpoint, IReadOnlyList<long> Schedule, bool Board, CancellationToken Cancellation);

/// <summary>A run that another of more steps goes on from.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Checkpoint">Its newest checkpoint, with the snapshots that the other keeps.</param>
internal sealed record EarlierRun(string Folder, Checkpoint Checkpoint)
{
    /// <summary>The run in a folder; null where it is none that can be gone on from.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What is run.</param>
    /// <param name="settings">Those of the other run.</param>
    /// <param name="damaged">Told, in one line each, of checkpoints that are passed over.</param>
    internal static EarlierRun? Of(string folder, string command, RunSettings settings, Action<string> damaged)
    {
        var file = Path.Combine(folder, RunFolder.RunFile);
        try
        {
            if (!File.Exists(file) || RunDocument.Read(file) is var run && (run.Command != command || !IsSame(run.Settings)))
                return null;
            var newest = new KeptCheckpoints(folder, of => of.Command == command && IsSame(of.Settings)).Latest(damaged);
            return newest is null || newest.Step > settings.Training.Steps ? null : new EarlierRun(folder, newest.WithSnapshotsAt([.. SnapshotSchedule.OneTwoFive(settings.Training.Steps)]));
        }
        catch (InvalidDataException)
        {
            return null;
        }

        bool IsSame(JsonObject written)
        {
            var (held, asked) = (settings.Here(written), settings.ToJson());
            bool fewer = KeptRun.Number(JsonNode.Parse(held.ToJsonString()), "steps") <= settings.Training.Steps;
            foreach (var json in (JsonObject[])[held, asked])
            {
                json.Remove("steps");
                json.Remove("checkpoint_every");
            }
            return fewer && JsonNode.DeepEquals(held, asked);
        }
    }
}
