namespace TorchRf.Sweeps;

/// <summary>
/// What a sweep leaves behind: sweep.json, a folder for each run under runs/, and the merged table. Any number of processes may work in it at once. Runs that a changed plan no longer
/// has stay there untouched.
/// </summary>
public sealed class SweepFolder(string path)
{
    private const int Schema = 1;
    private const string SweepFile = "sweep.json";

    /// <summary>What the plan is called in it, as it was when runs were last begun; its files are named as seen from where it lay.</summary>
    public const string PlanFile = "plan.json";

    private const string ResultFile = "result.json";
    private const string FailureFile = "failure.json";

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Makes the folder for a plan, or opens the one that is there.</summary>
    /// <exception cref="InvalidSettingException">It holds something else, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">It is another sweep's, or its sweep.json is damaged.</exception>
    public static SweepFolder Make(string path, SweepPlan plan)
    {
        InvalidSettingException.Require(path.Length > 0 && !File.Exists(path), "out", path, "a folder");
        var folder = new SweepFolder(path);
        var file = folder.InFolder(SweepFile);
        if (File.Exists(file))
            folder.RequireSame(plan);
        else if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(e => !System.IO.Path.GetFileName(e).StartsWith('.')))
            throw new InvalidSettingException("out", path, "a new or empty folder, or that of an earlier sweep; this holds other files");
        return FolderLock.Writing(path, () =>
        {
            // Before anything else, so that a folder is a sweep's to those who look in the meantime, and after a kill.
            Directory.CreateDirectory(path);
            if (!File.Exists(file))
                folder.Write(SweepFile, new JsonObject { ["schema"] = Schema, ["name"] = plan.Name });
            Directory.CreateDirectory(folder.InFolder("runs"));
            folder.Write(PlanFile, JsonFile.ReadObject(plan.File));
            return folder;
        });
    }

    /// <summary>Opens the folder of a sweep that was started.</summary>
    /// <exception cref="InvalidSettingException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is another sweep's, or its sweep.json is damaged.</exception>
    public static SweepFolder Open(string path, SweepPlan plan)
    {
        var folder = new SweepFolder(path);
        InvalidSettingException.Require(File.Exists(folder.InFolder(SweepFile)), "out", path, $"the folder of a sweep that was started; this has no {SweepFile}");
        folder.RequireSame(plan);
        return folder;
    }

    /// <summary>A path in the folder.</summary>
    /// <param name="name">The name of a file in it.</param>
    public string InFolder(string name) => System.IO.Path.Combine(path, name);

    /// <summary>A run's folder.</summary>
    public string Of(SweepRun run) => System.IO.Path.Combine(path, "runs", run.Id);

    /// <summary>Writes a document into the folder, whole or not at all.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="document">The document.</param>
    public void Write(string name, JsonObject document) => JsonFile.Write(InFolder(name), document);

    /// <summary>How far a run is.</summary>
    /// <param name="run">The run.</param>
    public RunState State(SweepRun run) =>
        FolderLock.IsTaken(Of(run)) ? RunState.Running
        : Result(run) is not null ? RunState.Finished
        : Failure(run) is not null ? RunState.Failed
        : File.Exists(System.IO.Path.Combine(Of(run), "run.json")) ? RunState.Interrupted
        : RunState.Waiting;

    /// <summary>A run's result; null where there is none that can be read.</summary>
    /// <param name="run">The run.</param>
    /// <param name="damaged">Told, in one line, of one that cannot.</param>
    public SweepResult? Result(SweepRun run, Action<string>? damaged = null)
    {
        var file = System.IO.Path.Combine(Of(run), ResultFile);
        try
        {
            if (!File.Exists(file))
                return null;
            var result = SweepResult.Read(file);
            return result.Run == run.Id ? result : throw new InvalidDataException($"{file}: the result of run {result.Run}");
        }
        catch (InvalidDataException e)
        {
            damaged?.Invoke(e.Message);
            return null;
        }
    }

    /// <summary>Writes a run's result: it is finished.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">What it found.</param>
    public void Finish(SweepRun run, SweepResult result) => AtomicFile.WriteText(System.IO.Path.Combine(Of(run), ResultFile), result.ToJson());

    /// <summary>Why a run failed; null where it did not.</summary>
    public string? Failure(SweepRun run)
    {
        const string unknown = "it does not say why";
        var file = System.IO.Path.Combine(Of(run), FailureFile);
        try
        {
            return !File.Exists(file) ? null : JsonFile.ReadObject(file)["message"] is JsonValue message && message.TryGetValue(out string? reason) ? reason : unknown;
        }
        catch (InvalidDataException)
        {
            return unknown;
        }
        catch (FileNotFoundException)
        {
            // Another process has it done again.
            return null;
        }
    }

    /// <summary>Writes down why a run failed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="message">Why, in one line.</param>
    public void Fail(SweepRun run, string message)
    {
        Directory.CreateDirectory(Of(run));
        JsonFile.Write(System.IO.Path.Combine(Of(run), FailureFile), new JsonObject { ["message"] = message });
    }

    /// <summary>Forgets that a run failed; it goes on from its newest checkpoint.</summary>
    public void Retry(SweepRun run) => File.Delete(System.IO.Path.Combine(Of(run), FailureFile));

    private void RequireSame(SweepPlan plan)
    {
        var file = InFolder(SweepFile);
        var held = JsonFile.ReadObject(file);
        if (held["schema"] is not JsonValue schema || !schema.TryGetValue(out int version) || version != Schema || held["name"] is not JsonValue name || !name.TryGetValue(out string? called))
            throw MalformedFile.Because(file, $"not the file of a sweep of schema {Schema}");
        if (called != plan.Name)
            throw MalformedFile.Because(file, $"this is the folder of the sweep {MalformedFile.Quote(called)}, not of '{plan.Name}'; choose another with --out");
    }
}

/// <summary>How far a run of a sweep is. An interrupted one goes on from its newest checkpoint; one that failed is left alone until it is retried.</summary>
public enum RunState
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Begun, and nobody works on it.</summary>
    Interrupted,

    /// <summary>Somebody works on it.</summary>
    Running,

    /// <summary>It failed, and its folder says why.</summary>
    Failed,

    /// <summary>Its result is there.</summary>
    Finished,
}
