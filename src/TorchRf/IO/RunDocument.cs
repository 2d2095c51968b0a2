using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.IO;

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
        foreach (var name in held.Select(p => p.Key).Union(asked.Settings.Select(p => p.Key)))
            if (!JsonNode.DeepEquals(held[name], asked.Settings[name]))
                throw new InvalidSettingException("out", path,
                    $"a folder whose run has the same settings, and here {MalformedFile.Quote(name)} is {Shown(held[name])} instead of {Shown(asked.Settings[name])}; {advice}");
    }

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
