using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Runs;

namespace TorchRf.Cli;

/// <summary>A run that is asked for, by its settings or by its folder.</summary>
/// <param name="Settings">What it is to be.</param>
internal sealed record RunRequest(RunSettings Settings)
{
    /// <summary>Its folder; null for the one that its settings name.</summary>
    internal string? Folder { get; init; }

    /// <summary>Whether the threads were asked for; where not, those of a run that is gone on with are no others than its own.</summary>
    internal bool ThreadsSaid { get; init; }

    /// <summary>Whether it is begun anew, whatever is there.</summary>
    internal bool Anew { get; init; }

    /// <summary>Whether there must be a run in the folder.</summary>
    internal bool MustExist { get; init; }

    /// <summary>The folder of a run of fewer steps to go on from; where it is null, one is looked for among those that settings name.</summary>
    internal string? Origin { get; init; }

    /// <summary>The settings as they are for this session: threads and the steps between checkpoints change no bit that they could not, and may be others than those the run was begun with.</summary>
    internal Func<RunSettings, RunSettings> Session { get; init; } = settings => settings;

    /// <summary>The width of the pictures in millimetres; null where none is asked for.</summary>
    internal double? Width { get; init; }

    /// <summary>Whether TensorBoard is to show its curves.</summary>
    internal bool Board { get; init; }

    /// <summary>Whether standard output is to hold one JSON document.</summary>
    internal bool Json { get; init; }
}

/// <summary>The options of a command that makes a run: its settings, where it leaves its folder, and how it reports.</summary>
internal sealed class RunOptions
{
    private readonly Catalogue catalogue;
    private readonly SettingOption[] settings;
    private readonly Option<string?> config = new("--config") { HelpName = "run.json", Description = "Settings of an earlier run; options given beside it win." };
    private readonly IReadOnlyList<string> presets;
    private readonly Option<string?> preset = new("--preset") { Description = "Model and training as a paper has them; options given beside it win [none]." };
    private readonly Option<string?> @out = new("--out") { HelpName = "folder", Description = "The run's folder [checkpoints/COMMAND-DATA-seedSEED-HASH]." };
    private readonly Option<bool> restart = new("--restart") { Description = "Begin anew, whatever is in the folder." };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on, as is done anyway; refused where there is no run." };
    private readonly BoardOption board = new();
    private readonly WidthOption width = new();
    private readonly JsonOption json = new();

    /// <param name="command">The command that gets the options.</param>
    /// <param name="trains">Whether it trains.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="settings">The settings it takes besides those of data.</param>
    internal RunOptions(Command command, bool trains, Catalogue catalogue, params SettingOption[][] settings)
    {
        this.catalogue = catalogue;
        presets = settings.Contains(SettingOption.Descent) ? Presets.Names : settings.Contains(SettingOption.Pruning) ? Presets.OfPruning : [];
        preset.HelpName = string.Join('|', presets);
        this.settings = [.. SettingOption.Data(catalogue), .. settings.SelectMany(s => s)];
        foreach (var option in (Option[])[.. this.settings, config, .. presets.Count > 0 ? (Option[])[preset] : [], @out, restart, resume, .. trains ? (Option[])[board] : [], width, json])
            command.Options.Add(option);
    }

    /// <summary>What is asked for: the defaults or the settings of --config, with the options given put in.</summary>
    /// <exception cref="InvalidSettingException">Something is not allowed.</exception>
    internal RunRequest Read(ParseResult parsed) => Read(parsed, Settings(parsed, RunSettings.FromJson));

    /// <summary>The settings, of any kind.</summary>
    internal T Settings<T>(ParseResult parsed, Func<JsonObject, Catalogue, T> kind)
    {
        var paper = parsed.GetValue(preset);
        if (paper is not null && !presets.Contains(paper))
            throw new InvalidSettingException("Preset", paper, InvalidSettingException.OneOf(presets));
        return SettingOption.Read(settings, parsed, catalogue, parsed.GetValue(config), kind, preset: paper);
    }

    /// <summary>Whether an option stands in the command line itself.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="setting">The setting it is of.</param>
    internal bool IsGiven(ParseResult parsed, string setting) => settings.Any(o => o.Setting == setting && parsed.GetValue(o) is not null);

    /// <summary>What is asked for besides the settings.</summary>
    internal RunRequest Read(ParseResult parsed, RunSettings asked)
    {
        double? wide = width.Of(parsed);
        bool anew = parsed.GetValue(restart), goesOn = parsed.GetValue(resume);
        InvalidSettingException.Require(!(anew && goesOn), "restart", "given", "left out beside --resume, for the one begins anew and the other goes on");
        var folder = parsed.GetValue(@out);
        InvalidSettingException.Require(folder is null or { Length: > 0 }, "out", folder, "a folder");
        return new RunRequest(asked)
        {
            ThreadsSaid = IsGiven(parsed, nameof(RunSettings.Threads)) || parsed.GetValue(config) is not null,
            Folder = folder, Anew = anew, MustExist = goesOn, Width = wide, Board = parsed.GetValue(board), Json = parsed.GetValue(json),
        };
    }

    /// <summary>A run's folder by what it is: different settings never share one.</summary>
    internal static string DefaultFolder(string name, ulong seed, JsonObject settings)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.ToJsonString())))[..8];
        return Path.Combine(Checkpoints, FormattableString.Invariant($"{name}-seed{seed}-{hash}"));
    }

    /// <summary>Where runs are kept that no other place was named for.</summary>
    internal const string Checkpoints = "checkpoints";
}

/// <summary>--tensorboard: the curves for those who live there.</summary>
internal sealed class BoardOption : Option<bool>
{
    internal BoardOption() : base("--tensorboard") => Description = "Curves and receptive fields for TensorBoard too.";
}
