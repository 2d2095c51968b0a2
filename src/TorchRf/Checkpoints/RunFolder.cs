using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.Files;

namespace TorchRf.Checkpoints;

/// <summary>
/// The folder that one run leaves behind: run.json (its complete settings and environment), its newest two checkpoints,
/// and whatever results are written beside them. Every file appears whole or not at all, and one process at a time works in it:
/// from when it is opened until it is disposed of, others are refused.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The version of run.json and of the checkpoints.</summary>
    public const int Schema = 1;

    private const string RunFile = "run.json";
    private const int Kept = 2;
    private const int LongestShown = 300;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly FolderLock held;

    private RunFolder(string path)
    {
        held = FolderLock.Take(path);
        Path = path;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Starts a run in a folder of its own. A run with the same settings that is there already is done anew.</summary>
    /// <param name="path">A folder that does not exist, is empty, or holds a run with the same settings or the traces of one that was killed at its start.</param>
    /// <param name="command">What is run.</param>
    /// <param name="settings">All that determines the results.</param>
    /// <param name="environment">What else may explain them: machine, versions, device.</param>
    /// <param name="current">Brings settings that an earlier version wrote up to date before they are compared; none does not.</param>
    /// <exception cref="InvalidSettingException">The folder holds something else, is in use, or cannot be written.</exception>
    public static RunFolder Create(string path, string command, JsonObject settings, JsonObject environment, Func<JsonObject, JsonObject>? current = null)
    {
        if (File.Exists(path))
            throw new InvalidSettingException("out", path, "a folder; this is a file");
        // Before the lock, so that not even that is left in a folder that is no run's.
        if (Directory.Exists(path))
            RequireOwn(path);
        var run = new JsonObject
        {
            ["schema"] = Schema,
            ["command"] = command,
            ["settings"] = settings.DeepClone(),
            ["environment"] = environment.DeepClone(),
        };
        return Open(path, makes: true, folder =>
        {
            RequireOwn(path);
            if (File.Exists(folder.InFolder(RunFile)))
                folder.RequireSame(command, settings, current, "choose another folder, or remove this one");
            folder.RemoveCheckpoints();
            folder.Write(RunFile, run);
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
        if (!File.Exists(System.IO.Path.Combine(path, RunFile)))
            throw new InvalidSettingException("out", path, "the folder of a run to resume; this has no run.json");
        return Open(path, makes: false, folder => folder.RequireSame(command, settings, current, "resume it with the settings it was started with"));
    }

    /// <summary>Reads a run.json.</summary>
    /// <exception cref="InvalidSettingException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static (string Command, JsonObject Settings) ReadRun(string file)
    {
        InvalidSettingException.RequireFile("config", file);
        var run = JsonFile.ReadObject(file);
        if (run["schema"] is JsonValue schema && schema.TryGetValue(out int version) && run["settings"] is JsonObject settings
            && run["command"] is JsonValue command && command.TryGetValue(out string? name))
        {
            return version == Schema
                ? (name, settings)
                : throw MalformedFile.Because(file, $"schema {version} is not the schema {Schema} that this version reads");
        }
        throw MalformedFile.Because(file, "not a run.json (it needs schema, command and settings)");
    }

    /// <summary>Writes a checkpoint and removes all but the newest two.</summary>
    public void Save(Checkpoint checkpoint)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{checkpoint.Step:D10}.safetensors");
        var metadata = new Dictionary<string, string>
        {
            ["schema"] = Schema.ToString(CultureInfo.InvariantCulture),
            ["step"] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            ["optimizer"] = checkpoint.Optimizer,
            ["metrics"] = JsonSerializer.Serialize(checkpoint.Metrics),
        };
        SafeTensors.Write(InFolder(name), checkpoint.Tensors, metadata);
        foreach (var (file, _) in CheckpointFiles().Skip(Kept))
            File.Delete(file);
    }

    /// <summary>Removes the checkpoints of a run that has its results.</summary>
    public void RemoveCheckpoints()
    {
        foreach (var (file, _) in CheckpointFiles())
            File.Delete(file);
    }

    /// <summary>The newest checkpoint that can be read; null when there is none.</summary>
    /// <param name="damaged">Told, in one line each, of newer ones that cannot.</param>
    public Checkpoint? Latest(Action<string>? damaged = null)
    {
        foreach (var (file, step) in CheckpointFiles())
        {
            try
            {
                return Read(file, step);
            }
            catch (InvalidDataException e)
            {
                damaged?.Invoke(e.Message);
            }
        }
        return null;
    }

    /// <summary>Writes a JSON document beside the run.</summary>
    public void Write(string name, JsonNode document) =>
        AtomicFile.WriteText(InFolder(name), document.ToJsonString(Indented) + "\n");

    /// <summary>Writes tensors beside the run.</summary>
    public void Write(string name, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafeTensors.Write(InFolder(name), tensors, metadata);

    /// <summary>The path of a file in the folder.</summary>
    public string InFolder(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Lets other processes work in the folder.</summary>
    public void Dispose() => held.Dispose();

    private static RunFolder Open(string path, bool makes, Action<RunFolder> prepare)
    {
        RunFolder? folder = null;
        try
        {
            if (makes)
                Directory.CreateDirectory(path);
            folder = new RunFolder(path);
            AtomicFile.RemoveLeftovers(path);
            prepare(folder);
            return folder;
        }
        catch (Exception e)
        {
            folder?.Dispose();
            if (e is UnauthorizedAccessException or IOException)
                throw new InvalidSettingException("out", path, $"a folder that can be written ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})");
            throw;
        }
    }

    private static void RequireOwn(string path)
    {
        if (!File.Exists(System.IO.Path.Combine(path, RunFile)) && Directory.EnumerateFileSystemEntries(path).Any(entry => !FolderLock.IsTrace(System.IO.Path.GetFileName(entry))))
            throw new InvalidSettingException("out", path, "a new or empty folder, or one of an earlier run; this holds other files");
    }

    private static Checkpoint Read(string file, long step)
    {
        var content = SafeTensors.Read(file);
        if (!content.Metadata.TryGetValue("schema", out var schema) || schema != Schema.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{file}: not a checkpoint of schema {Schema}");
        if (!content.Metadata.TryGetValue("step", out var written) || written != step.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{file}: its step is not the one its name says");
        try
        {
            var metrics = JsonSerializer.Deserialize<SnapshotMetrics[]>(content.Metadata.GetValueOrDefault("metrics", ""));
            return new Checkpoint(step, content.Tensors, metrics ?? [], content.Metadata.GetValueOrDefault("optimizer", ""));
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{file}: its metrics are not valid JSON");
        }
    }

    private (string File, long Step)[] CheckpointFiles() =>
        [.. Directory.EnumerateFiles(Path, "checkpoint-*.safetensors")
            .Select(file => (File: file, Step: long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file).AsSpan("checkpoint-".Length),
                NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1))
            .Where(c => c.Step >= 0)
            .OrderByDescending(c => c.Step)];

    private void RequireSame(string command, JsonObject settings, Func<JsonObject, JsonObject>? current, string advice)
    {
        var (heldCommand, written) = ReadRun(InFolder(RunFile));
        var held = current?.Invoke(written) ?? written;
        if (heldCommand != command)
            throw new InvalidSettingException("out", Path, $"the folder of a {command}, and this is of a {MalformedFile.Quote(heldCommand)}; {advice}");
        foreach (var name in held.Select(p => p.Key).Union(settings.Select(p => p.Key)))
            if (!JsonNode.DeepEquals(held[name], settings[name]))
                throw new InvalidSettingException("out", Path,
                    $"a folder whose run has the same settings, and here {MalformedFile.Quote(name)} is {Shown(held[name])} instead of {Shown(settings[name])}; {advice}");
    }

    private static string Shown(JsonNode? value) => value is null ? "not set" : OneLine.Short(value.ToJsonString(), LongestShown);
}
