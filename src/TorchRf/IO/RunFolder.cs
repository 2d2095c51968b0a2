using System.Text.Json.Nodes;

namespace TorchRf.IO;

/// <summary>
/// The folder that one run leaves behind: run.json (its complete settings and environment), its newest two checkpoints,
/// and whatever results are written beside them. Every file appears whole or not at all, and one process at a time works in it:
/// from when it is opened until it is disposed of, others are refused.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The version of run.json and of the checkpoints.</summary>
    public const int Schema = 2;

    /// <summary>What a run is asked to do, and where it was done.</summary>
    public const string RunFile = "run.json";

    /// <summary>What a run found, written last: who finds it has the rest.</summary>
    public const string ResultsFile = "results.json";

    /// <summary>The receptive fields that a run came to.</summary>
    public const string WeightsFile = "weights.safetensors";

    /// <summary>How a training went, row by row.</summary>
    public const string CurvesFile = "curves.csv";

    /// <summary>The folder of what TensorBoard reads.</summary>
    public const string BoardFolder = "tensorboard";

    private readonly FolderLock held;
    private readonly KeptCheckpoints kept;
    private readonly RunDocument run;

    private RunFolder(string path, RunDocument run, Func<JsonObject, JsonObject>? current)
    {
        held = FolderLock.Take(path);
        kept = new KeptCheckpoints(path, of => of.IsSame(run, current));
        (Path, this.run) = (path, run);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Starts a run in a folder of its own. A run with the same settings that is there already is done anew, and what it left goes first: checkpoints, results, weights and pictures. Folders within it and other files stay.</summary>
    /// <param name="path">A folder that does not exist, is empty, or holds a run with the same settings or the traces of one that was killed at its start.</param>
    /// <param name="command">What is run.</param>
    /// <param name="settings">All that determines the results.</param>
    /// <param name="environment">What else may explain them: machine, versions, device.</param>
    /// <param name="current">Brings settings that an earlier version wrote up to date before they are compared; none does not.</param>
    /// <exception cref="InvalidSettingException">The folder holds something else, is in use, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The run.json that is there cannot be read.</exception>
    public static RunFolder Create(string path, string command, JsonObject settings, JsonObject environment, Func<JsonObject, JsonObject>? current = null)
    {
        if (File.Exists(path))
            throw new InvalidSettingException("out", path, "a folder; this is a file");
        // Before the lock, so that not even that is left in a folder that is no run's.
        if (Directory.Exists(path))
            RequireOwn(path);
        var run = new RunDocument(command, settings, environment.DeepClone().AsObject());
        return Open(path, run, current, makes: true, folder =>
        {
            RequireOwn(path);
            if (File.Exists(folder.InFolder(RunFile)))
                folder.RequireSame(current, "choose another folder, or remove this one");
            folder.RemoveCheckpoints();
            folder.RemoveResults();
            folder.Write(RunFile, run.ToJson());
        });
    }

    /// <summary>Goes on with the run in a folder, or starts it where there is none yet. Where its run.json is damaged it is started anew, and what is in the folder removed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="command">What is run.</param>
    /// <param name="settings">All that determines the results.</param>
    /// <param name="environment">What else may explain them: machine, versions, device.</param>
    /// <param name="current">Brings settings that an earlier version wrote up to date before they are compared; none does not.</param>
    /// <param name="damaged">Told, in one line, that it was started anew.</param>
    /// <exception cref="InvalidSettingException">The folder is of a run with other settings, holds something else, is in use, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The run.json is not damaged, but of a newer schema: nothing is removed.</exception>
    public static RunFolder GoOn(
        string path, string command, JsonObject settings, JsonObject environment, Func<JsonObject, JsonObject>? current = null, Action<string>? damaged = null)
    {
        if (!File.Exists(System.IO.Path.Combine(path, RunFile)))
            return Create(path, command, settings, environment, current);
        try
        {
            return Resume(path, command, settings, current);
        }
        catch (InvalidDataException e)
        {
            // What it should hold is known: only what was done of it is lost.
            var renewed = Renew(path, command, settings, environment, current);
            damaged?.Invoke($"started anew: {e.Message}");
            return renewed;
        }
    }

    // Where the run.json can be read after all, the run is gone on with.
    internal static RunFolder Renew(string path, string command, JsonObject settings, JsonObject environment, Func<JsonObject, JsonObject>? current = null)
    {
        var run = new RunDocument(command, settings, environment.DeepClone().AsObject());
        return Open(path, run, current, makes: true, folder =>
        {
            // Another process may have renewed it before this one had the lock.
            try
            {
                folder.RequireSame(current, "remove this one");
            }
            catch (InvalidDataException) when (!RunDocument.IsNewer(folder.InFolder(RunFile)))
            {
                foreach (var file in Directory.EnumerateFiles(path).Where(file => !FolderLock.IsTrace(System.IO.Path.GetFileName(file))))
                    File.Delete(file);
                folder.Write(RunFile, run.ToJson());
            }
        });
    }

    /// <summary>Opens the folder of a run to go on with it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="command">What is run.</param>
    /// <param name="settings">All that determines the results.</param>
    /// <param name="current">Brings settings that an earlier version wrote up to date before they are compared; none does not.</param>
    /// <exception cref="InvalidSettingException">It holds no run, or one with other settings, is in use, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">Its run.json cannot be read.</exception>
    public static RunFolder Resume(string path, string command, JsonObject settings, Func<JsonObject, JsonObject>? current = null)
    {
        var file = System.IO.Path.Combine(path, RunFile);
        if (!File.Exists(file))
            throw new InvalidSettingException("out", path, "the folder of a run to resume; this has no run.json");
        var run = new RunDocument(command, settings, RunDocument.Read(file).Environment);
        return Open(path, run, current, makes: false, folder => folder.RequireSame(current, "resume it with the settings it was started with"));
    }

    /// <summary>
    /// Writes a checkpoint, reads it back, and removes all but the newest two; where neither of these is whole, the newest that is stays too.
    /// </summary>
    /// <exception cref="IOException">The disk refused it, or gives back something else; earlier checkpoints stay.</exception>
    public void Save(Checkpoint checkpoint) => kept.Save(checkpoint, run);

    /// <summary>Removes the checkpoints of a run that has its results.</summary>
    public void RemoveCheckpoints() => kept.Remove();

    /// <summary>The newest checkpoint that can be read; null when there is none.</summary>
    /// <param name="damaged">Told, in one line each, of newer ones that cannot.</param>
    /// <param name="before">Only earlier steps than this.</param>
    public Checkpoint? Latest(Action<string>? damaged = null, long before = long.MaxValue) => kept.Latest(damaged, before);

    /// <summary>The path of the checkpoint of a step.</summary>
    public string FileOf(long step) => kept.FileOf(step);

    /// <summary>What the run found; null where it is not finished.</summary>
    /// <param name="damaged">Told, in one line, of results that cannot be read, which the run then comes to again.</param>
    public JsonObject? Results(Action<string>? damaged = null)
    {
        try
        {
            return File.Exists(InFolder(ResultsFile)) && File.Exists(InFolder(WeightsFile)) ? JsonFile.ReadObject(InFolder(ResultsFile)) : null;
        }
        catch (InvalidDataException e)
        {
            damaged?.Invoke(e.Message);
            return null;
        }
    }

    /// <summary>Writes a JSON document beside the run.</summary>
    public void Write(string name, JsonNode document) => JsonFile.Write(InFolder(name), document);

    /// <summary>Adds to the environment in run.json what is known only now. It is no setting: a run that differs in it is the same.</summary>
    /// <exception cref="IOException">The disk refused it.</exception>
    /// <exception cref="InvalidDataException">The run.json is damaged.</exception>
    public void Note(params (string Name, string What)[] facts)
    {
        // The settings stay as an earlier version wrote them, so that it can still read them.
        var document = JsonFile.ReadObject(InFolder(RunFile));
        foreach (var (name, what) in facts)
            run.Environment[name] = what;
        if (JsonNode.DeepEquals(document["environment"], run.Environment))
            return;
        document["environment"] = run.Environment.DeepClone();
        Write(RunFile, document);
    }

    /// <summary>Writes tensors beside the run, with a checksum.</summary>
    public void Write(string name, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafeTensors.Write(InFolder(name), tensors, metadata, checksum: true);

    /// <summary>The path of a file in the folder.</summary>
    public string InFolder(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Lets other processes work in the folder.</summary>
    public void Dispose() => held.Dispose();

    private static RunFolder Open(string path, RunDocument run, Func<JsonObject, JsonObject>? current, bool makes, Action<RunFolder> prepare) => FolderLock.Writing(path, () =>
    {
        if (makes)
            Directory.CreateDirectory(path);
        var folder = new RunFolder(path, run, current);
        try
        {
            AtomicFile.RemoveLeftovers(path);
            prepare(folder);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    });

    // Beside a new run.json they would pass for its results until it has its own.
    private void RemoveResults()
    {
        File.Delete(InFolder(ResultsFile));
        File.Delete(InFolder(CurvesFile));
        if (Directory.Exists(InFolder(BoardFolder)))
            foreach (var events in Directory.EnumerateFiles(InFolder(BoardFolder), "events.out.*").ToArray())
                File.Delete(events);
        foreach (var file in Directory.EnumerateFiles(Path, "*.safetensors").ToArray())
            File.Delete(file);
        foreach (var file in Directory.EnumerateFiles(Path, "*.png").ToArray())
        {
            // A picture comes in all four; a file that somebody put there does not.
            string[] picture = [.. new[] { ".png", ".svg", ".pdf", ".csv" }.Select(extension => System.IO.Path.ChangeExtension(file, extension))];
            if (picture.All(File.Exists))
                picture.ToList().ForEach(File.Delete);
        }
    }

    private static void RequireOwn(string path)
    {
        if (!File.Exists(System.IO.Path.Combine(path, RunFile)) && Directory.EnumerateFileSystemEntries(path).Any(entry => !FolderLock.IsTrace(System.IO.Path.GetFileName(entry))))
            throw new InvalidSettingException("out", path, "a new or empty folder, or one of an earlier run; this holds other files");
    }

    private void RequireSame(Func<JsonObject, JsonObject>? current, string advice)
    {
        var file = InFolder(RunFile);
        try
        {
            RunDocument.Read(file).RequireSame(Path, run, current, advice);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(file, StringComparison.Ordinal))
        {
            throw MalformedFile.Because(file, e.Message);
        }
    }
}

/// <summary>What a run.json says.</summary>
/// <param name="Command">What is run.</param>
/// <param name="Settings">All that determines the results.</param>
/// <param name="Environment">What else may explain them: machine, versions, device.</param>
public sealed record RunDocument(string Command, JsonObject Settings, JsonObject Environment)
{
    private const int LongestShown = 300;

    /// <summary>The document as it is written.</summary>
    public JsonObject ToJson() => new()
    {
        ["schema"] = RunFolder.Schema,
        ["command"] = Command,
        ["settings"] = Settings.DeepClone(),
        ["environment"] = Environment.DeepClone(),
    };

    /// <summary>Reads a run.json, of this schema or an earlier one.</summary>
    /// <exception cref="InvalidSettingException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not one, or of a newer schema.</exception>
    public static RunDocument Read(string file)
    {
        InvalidSettingException.RequireFile("config", file);
        var run = JsonFile.ReadObject(file);
        if (run["schema"] is not JsonValue stated || !stated.TryGetValue(out int schema) || schema < 1
            || run["command"] is not JsonValue named || !named.TryGetValue(out string? command) || run["settings"] is not JsonObject settings
            || run["environment"] is not (null or JsonObject))
            throw MalformedFile.Because(file, "not a run.json (it needs schema, command and settings)");
        return schema <= RunFolder.Schema
            ? new RunDocument(command, settings, run["environment"] as JsonObject ?? [])
            : throw TooNew(file, schema);
    }

    /// <summary>Whether a later version of the program wrote a run.json.</summary>
    internal static bool IsNewer(string file)
    {
        try
        {
            return JsonFile.ReadObject(file)["schema"] is JsonValue stated && stated.TryGetValue(out int schema) && schema > RunFolder.Schema;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>That a later version of the program wrote a file.</summary>
    internal static InvalidDataException TooNew(string file, long schema) =>
        MalformedFile.Because(file, $"its schema {schema} is newer than {RunFolder.Schema}, the newest that this version reads");

    /// <summary>Throws unless this run, of the folder at <paramref name="path"/>, is the one that is asked for.</summary>
    internal void RequireSame(string path, RunDocument asked, Func<JsonObject, JsonObject>? current, string advice)
    {
        var held = current?.Invoke(Settings) ?? Settings;
        if (Command != asked.Command)
            throw new InvalidSettingException("out", path, $"the folder of a {asked.Command}, and this is of a {MalformedFile.Quote(Command)}; {advice}");
        if (Difference("", held, asked.Settings) is var (where, here, wanted))
            throw new InvalidSettingException("out", path, $"a folder whose run has the same settings, and here {MalformedFile.Quote(where)} is {Shown(here)} instead of {Shown(wanted)}; {advice}");
    }

    // The first setting that differs, of a recipe one of its rows'.
    private static (string Where, JsonNode? Here, JsonNode? Wanted)? Difference(string where, JsonNode? here, JsonNode? wanted) => (here, wanted) switch
    {
        _ when JsonNode.DeepEquals(here, wanted) => null,
        (JsonObject held, JsonObject asked) => held.Select(p => p.Key).Union(asked.Select(p => p.Key))
            .Select(name => Difference(where.Length > 0 ? $"{where}.{name}" : name, held[name], asked[name])).First(d => d is not null),
        (JsonArray held, JsonArray asked) when held.Count == asked.Count && held.All(e => e is JsonObject) =>
            held.Zip(asked).Select((pair, i) => Difference(FormattableString.Invariant($"{where}[{i}]"), pair.First, pair.Second)).First(d => d is not null),
        _ => (where, here, wanted),
    };

    /// <summary>Whether this run, of a checkpoint, is the one that is asked for.</summary>
    internal bool IsSame(RunDocument asked, Func<JsonObject, JsonObject>? current)
    {
        try
        {
            return Command == asked.Command && JsonNode.DeepEquals(current?.Invoke(Settings) ?? Settings, asked.Settings);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static string Shown(JsonNode? value) => value is null ? "not set" : OneLine.Short(value.ToJsonString(), LongestShown);
}
