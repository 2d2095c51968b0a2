using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Atlas;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Pruning;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli;

/// <summary>An option that sets one of a run's settings, as its <see cref="SettingAttribute"/> declares it; what it takes is text until it is read, so that every mistake gets one clear line.</summary>
internal sealed class SettingOption : Option<string?>
{
    private readonly Func<string, JsonObject> read;

    private SettingOption(string setting, string key, string name, string symbol, string help, Func<string, JsonObject> read, params IEnumerable<string> aliases) : base("--" + name, [.. aliases.Select(alias => "--" + alias)])
    {
        (Setting, Key, Description, HelpName) = (setting, key, help, symbol);
        this.read = read;
    }

    // A shell writes a pattern out as many names.
    private SettingOption(Setting setting, string? symbol = null) : this(setting.Name, setting.Key, setting.Option, symbol ?? setting.Symbol, setting.Help,
        text => setting.Name == nameof(DataSettings.Sites) ? Sites(text)
            // Digests are of the files before.
            : setting.IsFile ? new() { [setting.Key] = setting.Parse(text), ["sha256"] = new JsonArray() }
            : new() { [setting.Key] = setting.Parse(text) }, setting.Aliases)
    {
        (isFile, IsFlag) = (setting.IsFile, setting.IsFlag);
        values = [.. setting.Choices, "true", "false"];
        if (IsFlag)
            (Arity, CustomParser) = (ArgumentArity.ZeroOrOne, result => result.Tokens.Count == 0 ? "true" : result.Tokens[0].Value);
        if (!setting.IsFile || !setting.IsList)
            return;
        (Arity, AllowMultipleArgumentsPerToken) = (ArgumentArity.OneOrMore, true);
        CustomParser = result => string.Join('\n', result.Tokens.Select(t => t.Value));
    }

    /// <summary>The options of all data, in the order of the models, with those that all share last.</summary>
    internal static SettingOption[] Data(Catalogue catalogue) => Data(catalogue.Data.Settings, $"What the examples are [{new RunSettings().Data.Name}].");

    /// <summary>Those of data that a user brings, as they are.</summary>
    internal static SettingOption[] OwnData(Catalogue catalogue) =>
        [.. Data(catalogue.Data.Settings.OfType<OwnDataSettings>(), "What the examples are [as the files say].").Where(o => o.Setting != nameof(DataSettings.GaussianClone))];

    private static SettingOption[] Data(IEnumerable<DataSettings> models, string help) =>
    [
        new("Data", "data", "data", string.Join('|', models.Select(d => d.Name)), help, text => new() { ["data"] = text.ToLowerInvariant(), ["sha256"] = new JsonArray() }),
        .. models.SelectMany(TorchRf.Setting.Of).DistinctBy(s => s.Option).Where(s => s.Name != nameof(DataSettings.Sampler))
            .OrderBy(s => s.Name is nameof(DataSettings.Sites) or nameof(DataSettings.GaussianClone)).Select(s => new SettingOption(s)),
    ];

    internal static SettingOption[] Model(Catalogue catalogue) =>
        [.. TorchRf.Setting.Of(new ModelSettings()).Select(s => new SettingOption(s, s.Name == nameof(ModelSettings.Model) ? string.Join('|', catalogue.Networks.Names) : null))];

    internal static SettingOption[] Ica(Catalogue catalogue) =>
        [.. TorchRf.Setting.Of(new IcaSettings()).Select(s => new SettingOption(s, s.Name == nameof(IcaSettings.Contrast) ? string.Join('|', catalogue.Contrasts) : null))];

    internal static readonly SettingOption[] Pruning = [.. TorchRf.Setting.Of(new PruningSettings()).Select(s => new SettingOption(s))];
    internal static readonly SettingOption[] Atlas = [.. TorchRf.Setting.Of(new AtlasSettings()).Select(s => new SettingOption(s, s.Name == nameof(AtlasSettings.Methods) ? string.Join('|', AtlasMethods.All.Select(m => m.Name)) : null))];

    internal static readonly SettingOption[] Start = Of(new TrainingSettings(),
        nameof(TrainingSettings.Inits), nameof(TrainingSettings.Steps), nameof(TrainingSettings.Lr), nameof(TrainingSettings.InitScale), nameof(TrainingSettings.InitStd), nameof(TrainingSettings.Proportions), nameof(TrainingSettings.Targets), nameof(TrainingSettings.Seed));

    internal static readonly SettingOption[] Training = Of(new TrainingSettings(), nameof(TrainingSettings.Batch), nameof(TrainingSettings.Streams), nameof(TrainingSettings.CheckpointEvery));

    internal static readonly SettingOption[] Descent = Of(new TrainingSettings(), nameof(TrainingSettings.Rates), nameof(TrainingSettings.L2), nameof(TrainingSettings.L1), nameof(TrainingSettings.RandomClasses));

    internal static readonly SettingOption[] Curves = Of(new TrainingSettings(), nameof(TrainingSettings.LogEvery));

    internal static readonly SettingOption[] Theory = Of(new RunSettings(), nameof(RunSettings.Theory));

    internal static readonly SettingOption[] Examples = Of(new RunSettings().Data, nameof(DataSettings.Sampler));

    internal static readonly SettingOption[] Machine = Of(new RunSettings(), nameof(RunSettings.Device), nameof(RunSettings.Threads));

    private readonly bool isFile;
    private readonly string[] values = [];

    /// <summary>Whether it may stay bare.</summary>
    internal bool IsFlag { get; }

    /// <summary>Whether a word after a flag is its value, and not the command's own.</summary>
    internal bool Takes(string? word) => values.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>The property that it sets.</summary>
    internal string Setting { get; }

    /// <summary>What run.json calls it.</summary>
    internal string Key { get; }

    /// <summary>What a text asks for, as run.json has it.</summary>
    /// <exception cref="InvalidSettingException">It is not allowed.</exception>
    internal JsonObject Parsed(string text) => read(text);

    /// <summary>What the user asks for with these options, as run.json has it.</summary>
    /// <exception cref="InvalidSettingException">A value is not allowed.</exception>
    internal static JsonObject Given(IEnumerable<SettingOption> options, ParseResult parsed)
    {
        var given = new JsonObject();
        foreach (var option in options)
            if (parsed.GetValue(option) is string text)
                foreach (var (name, value) in option.read(text))
                    given[name] = value?.DeepClone();
        return given;
    }

    /// <summary>The settings: the defaults or those of an earlier run, with what the user asks for put over them.</summary>
    /// <param name="options">The options there are.</param>
    /// <param name="parsed">What was given for them.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="config">An earlier run's run.json.</param>
    /// <param name="settings">The settings from JSON.</param>
    /// <param name="more">What the user asks for otherwise than with these options.</param>
    /// <param name="preset">The name of the paper whose settings stand below those given; null for none.</param>
    /// <exception cref="InvalidSettingException">A value is not allowed, or of a setting that the data do not go by.</exception>
    /// <exception cref="InvalidDataException">The earlier run's settings cannot be read, or do not go with the data.</exception>
    internal static T Read<T>(IReadOnlyList<SettingOption> options, ParseResult parsed, Catalogue catalogue, string? config, Func<JsonObject, Catalogue, T> settings, JsonObject? more = null, string? preset = null)
    {
        var given = Given(options, parsed);
        foreach (var (name, value) in more ?? [])
            given[name] = value?.DeepClone();
        var earlier = config is null ? null : RunDocument.Read(config).Settings;
        bool Has(DataSettings of, SettingOption option) => TorchRf.Setting.Of(of).Any(s => s.Key == option.Key);
        DataSettings Named(JsonNode? found) => found is JsonValue said && said.TryGetValue(out string? name) ? catalogue.Data[name] : new RunSettings().Data;
        var data = Named(given["data"] ?? earlier?["data"]);
        // Files and photographs say themselves which data they are.
        if (!given.ContainsKey("data") && options.FirstOrDefault(o => o.isFile && given.ContainsKey(o.Key) && !Has(data, o)) is SettingOption file)
        {
            bool ofPatches = (int?)given["dimensions"] == 2 || given.ContainsKey("whiten");
            data = catalogue.Data[file.Setting == nameof(PhotographSettings.Photos) ? ofPatches ? "patches" : "photo" : "file"];
            given["data"] = data.Name;
        }
        if (earlier is not null && Named(earlier["data"]) is var before && before.Name != data.Name)
            earlier = ForOtherData(earlier, before, data, catalogue, config!);
        foreach (var option in options)
        {
            if (parsed.GetValue(option) is not string value || !catalogue.Data.Settings.Any(d => Has(d, option)))
                continue;
            if (!Has(data, option))
                throw new InvalidSettingException(option.Setting, value.ReplaceLineEndings(","), $"left out: --data {data.Name} does not use it");
            // Whether rows of a file are images, a user may say; how many sites they have, the file does.
            if (option.Setting == nameof(data.Sites) && !data.HasSitesByChoice && (int?)given["dimensions"] != 2)
                throw new InvalidSettingException(option.Setting, value, $"left out: --data {data.Name} does not use it, but for LxL where rows are images");
        }
        if (preset is not null)
        {
            // A file's examples say how many sites they have only when they are read.
            var chosen = given["sites"] ?? earlier?["sites"] ?? new RunSettings { Data = data }.ToJson()["sites"];
            int? sites = data.HasSitesByChoice && int.TryParse(chosen?.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            foreach (var (name, value) in Presets.Of(preset, sites))
                given.TryAdd(name, value?.DeepClone());
            InvalidSettingException.Require(given.ContainsKey("steps"), nameof(TrainingSettings.Steps), null, $"given beside --preset {preset} for data whose sites are not a choice, for it has 1000 steps a site");
        }
        if (earlier is null)
            return settings(given, catalogue);
        try
        {
            return settings(RunSettings.Changed(earlier, given, catalogue), catalogue);
        }
        catch (InvalidDataException e)
        {
            throw MalformedFile.Because(config!, e.Message);
        }
    }

    // The command line's data win: of an earlier run's, what was chosen stays where these have it too, and it is said what does not.
    private static JsonObject ForOtherData(JsonObject earlier, DataSettings before, DataSettings now, Catalogue catalogue, string config)
    {
        static bool Has(DataSettings data, string key) => TorchRf.Setting.Of(data).Any(s => s.Key == key);
        var (unchosen, kept, left) = (new RunSettings { Data = before }.ToJson(), new JsonObject(), new List<string>());
        foreach (var (key, value) in earlier)
        {
            // Sites that a file has are nobody's choice; dimensions are a part of theirs.
            bool isPlace = key is "sites" or "dimensions";
            if (!isPlace && !catalogue.Data.Settings.Any(d => Has(d, key)) && key is not ("data" or "sha256"))
                kept[key] = value?.DeepClone();
            else if (key is "data" or "sha256" || (isPlace && !before.HasSitesByChoice) || JsonNode.DeepEquals(unchosen[key], value))
                continue;
            else if (isPlace ? now.HasSitesByChoice : Has(now, key))
                kept[key] = value?.DeepClone();
            else if (key != "dimensions")
                left.Add(key);
        }
        if (left.Count > 0)
            Report.Warn($"{config.ReplaceLineEndings(" ")} is of {before.Name} data, and these are {now.Name}: its {string.Join(", ", left)} {(left.Count == 1 ? "is" : "are")} left out");
        return kept;
    }

    private static SettingOption[] Of(object defaults, params string[] names) =>
        [.. names.Select(name => new SettingOption(TorchRf.Setting.Of(defaults).Single(s => s.Name == name)))];

    private static JsonObject Sites(string text)
    {
        var sides = text.Split('x', 'X', '×');
        if (sides.Length == 1)
            return new() { ["sites"] = Whole(nameof(DataSettings.Sites), text, 4, 1_000_000), ["dimensions"] = 1 };
        InvalidSettingException.Require(sides.Length == 2 && sides[0] == sides[1], nameof(DataSettings.Sites), text, "N for a ring or LxL for a torus, which has as many sites along each axis");
        long side = Whole(nameof(DataSettings.Sites), sides[0], 4, 1000);
        return new() { ["sites"] = side * side, ["dimensions"] = 2 };
    }

    internal static long Whole(string setting, string text, long smallest, long largest) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= smallest && value <= largest
            ? value
            : throw new InvalidSettingException(setting, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"));
}
