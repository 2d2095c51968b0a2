using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Cli;

/// <summary>The options of a command that makes a run: its settings, where it leaves its folder, and how it reports.</summary>
internal sealed class RunOptions
{
    private readonly string command;
    private readonly Catalogue catalogue;
    private readonly SettingOption[] settings;
    private readonly Option<string?> config = new("--config") { HelpName = "run.json", Description = "Settings of an earlier run; options given beside it win." };
    private readonly Option<string?> @out = new("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/COMMAND-DATA-seedSEED-HASH]." };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on from the newest checkpoint in the run's folder." };
    private readonly WidthOption width = new();
    private readonly JsonOption json = new();

    /// <param name="command">The command that gets the options.</param>
    /// <param name="resumable">Whether it can be resumed.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="settings">The settings it takes besides those of data.</param>
    internal RunOptions(Command command, bool resumable, Catalogue catalogue, params SettingOption[][] settings)
    {
        (this.command, this.catalogue) = (command.Name, catalogue);
        this.settings = [.. SettingOption.Data(catalogue), .. settings.SelectMany(s => s)];
        foreach (var option in this.settings)
            command.Options.Add(option);
        command.Options.Add(config);
        command.Options.Add(@out);
        if (resumable)
            command.Options.Add(resume);
        command.Options.Add(width);
        command.Options.Add(json);
    }

    /// <summary>Whether standard output is to hold one JSON document.</summary>
    internal bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>The width asked for the pictures, in millimetres; null where none is.</summary>
    /// <exception cref="InvalidSettingException">It is no such length.</exception>
    internal double? Width(ParseResult parsed) => width.Of(parsed);

    /// <summary>The settings: the defaults or those of --config, with the options given put in.</summary>
    internal RunSettings Read(ParseResult parsed) => Read(parsed, RunSettings.FromJson);

    /// <summary>The same, of any kind of settings.</summary>
    internal T Read<T>(ParseResult parsed, Func<JsonObject, Catalogue, T> kind) => SettingOption.Read(settings, parsed, catalogue, parsed.GetValue(config), kind);

    /// <summary>The run's folder, made or opened, with the checkpoint to go on from when resuming.</summary>
    internal (RunFolder Folder, Checkpoint? Checkpoint) Open(ParseResult parsed, RunSettings resolved) =>
        Open(parsed, resolved, resolved.ToJson(), resolved.Identity(), Current);

    /// <summary>The folder of a search for independent components. On how many threads one is done does not matter.</summary>
    internal RunFolder Open(ParseResult parsed, IcaSettings resolved)
    {
        var json = resolved.ToJson();
        return Open(parsed, resolved.Run, json, json, written =>
        {
            var current = IcaSettings.FromJson(RunSettings.Changed(written, null), catalogue).ToJson();
            current["threads"] = json["threads"]?.DeepClone();
            return current;
        }).Folder;
    }

    private (RunFolder Folder, Checkpoint? Checkpoint) Open(ParseResult parsed, RunSettings run, JsonObject json, JsonObject identity, Func<JsonObject, JsonObject> current)
    {
        var path = parsed.GetValue(@out) ?? DefaultFolder($"{command}-{run.Data.Name}", run.Training.Seed, identity);
        InvalidSettingException.Require(path.Length > 0, "out", path, "a folder");
        if (!parsed.GetValue(resume))
            return (RunFolder.Create(path, command, json, RunEnvironment.Describe(), current), null);
        var folder = RunFolder.Resume(path, command, json, current);
        bool anyDamaged = false;
        var newest = folder.Latest(damaged =>
        {
            anyDamaged = true;
            WarnOfDamage(damaged);
        });
        if (newest is null && !File.Exists(folder.InFolder("results.json")))
            Report.Warn(anyDamaged ? "no checkpoint can be read; starting anew" : "there is no checkpoint yet; starting anew");
        return (folder, newest);
    }

    /// <summary>Says that a checkpoint was passed over.</summary>
    internal static void WarnOfDamage(string damaged) => Report.Warn($"damaged, using the one before: {damaged}");

    private JsonObject Current(JsonObject settings) => RunSettings.FromRun(settings, catalogue).ToJson();

    /// <summary>A run's folder by what it is: different settings never share one.</summary>
    internal static string DefaultFolder(string name, ulong seed, JsonObject settings)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.ToJsonString())))[..8];
        return Path.Combine("checkpoints", FormattableString.Invariant($"{name}-seed{seed}-{hash}"));
    }
}
