using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Atlas;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Cli;

/// <summary>From settings back to the command line that asks for them.</summary>
/// <param name="root">All commands.</param>
/// <param name="catalogue">What can be named.</param>
internal sealed partial class CommandWords(Command root, Catalogue catalogue)
{
    private const string Quick = "--quick";

    // Found out anew by each run: digests of files, and what else the data say themselves.
    private static readonly string[] Found = ["sha256", "validation_sha256"];

    /// <summary>
    /// The command line of a run, with those settings that do not stand at their defaults, and the threads, which stand at the machine's. Where options cannot say all of them, it is one that takes them from run.json.
    /// </summary>
    /// <param name="run">What its run.json says.</param>
    /// <returns>The words, quoted for a shell where they need to be; null where there is no such command.</returns>
    internal string? Of(RunDocument run)
    {
        var command = root.Subcommands.FirstOrDefault(c => c.Name == run.Command);
        var words = RecipeBook.Recipes.Any(r => r.Name == run.Command) ? WordsOfFigure(run) : command is null ? null : Words(command, run.Settings);
        return words is not null ? string.Join(' ', words.Prepend("torchrf").Select(Quoted))
            : command?.Options.Any(o => o.Name == "--config") == true ? $"torchrf {command.Name} --config run.json" : null;
    }

    /// <summary>The words, the command's name first; null where they would not be read as the same settings.</summary>
    /// <param name="command">The command.</param>
    /// <param name="written">The settings, as a run.json has them.</param>
    internal string[]? Words(Command command, JsonObject written)
    {
        try
        {
            var complete = RunSettings.Changed(written, null, catalogue);
            if (written["quick"] is JsonNode quick)
                complete["quick"] = quick.DeepClone();
            // Those that stand where nobody names any.
            if (IsSame(complete["photos"], new JsonArray([.. SamplePhotographs.Files.Select(file => (JsonNode)file)])))
                complete.Remove("photos");
            var asked = Read(command.Name, complete);
            string[] words = [command.Name, .. Differing(command, asked)];
            return IsSameButFound(asked, Read(command, words)) ? words : null;
        }
        catch (Exception e) when (e is InvalidSettingException or InvalidDataException or InvalidOperationException)
        {
            // Of another version, or of data that only their files can say.
            return null;
        }
    }

    private IEnumerable<string> Differing(Command command, JsonObject asked)
    {
        var data = DataOf(asked);
        var standard = Read(command.Name, new JsonObject { ["data"] = asked["data"]?.DeepClone() });
        foreach (var option in command.Options.OfType<SettingOption>().DistinctBy(o => o.Key))
        {
            bool isPlace = option.Key == "sites", isPlane = isPlace && (int?)asked["dimensions"] == 2;
            bool said = option.Key == "data" ? data.Name != new RunSettings().Data.Name
                : isPlace ? isPlane || (data.HasSitesByChoice && !IsSame(asked["sites"], standard["sites"]))
                : asked.ContainsKey(option.Key) && asked[option.Key] is not null && (option.Key == "threads" || !IsSame(asked[option.Key], standard[option.Key]));
            if (!said)
                continue;
            int side = isPlane ? (int)Math.Round(Math.Sqrt((int)asked["sites"]!)) : 0;
            foreach (var word in isPlane ? [option.Name, FormattableString.Invariant($"{side}x{side}")] : Said(option, asked[option.Key]!))
                yield return word;
        }
        if (asked["quick"] is JsonValue quick && quick.TryGetValue(out bool hurry) && hurry)
            yield return Quick;
    }

    private static IEnumerable<string> Said(SettingOption option, JsonNode value) =>
    [
        option.Name,
        .. value is JsonArray files && option.Arity.MaximumNumberOfValues > 1 ? files.Select(Word)
            : option.IsFlag && value.ToJsonString() == "true" ? []
            : (string[])[value is JsonArray list ? string.Join(',', list.Select(Word)) : Word(value)],
    ];

    // A figure has rows of settings, and an option is put over all of them.
    private string[]? WordsOfFigure(RunDocument run)
    {
        var command = root.Subcommands.Single(c => c.Name == "figure");
        JsonObject[] asked = [.. (run.Settings["rows"] as JsonArray ?? []).OfType<JsonObject>()];
        string[]? least = null;
        foreach (bool quick in (bool[])[false, true])
        {
            var recipe = RecipeSettings.Of(run.Command, quick);
            JsonObject[] own = [.. recipe.Rows.Select(row => row.ToJson())];
            if (own.Length != asked.Length || !IsSame(run.Settings["seeds"], recipe.Seeds))
                continue;
            SettingOption[] given = [.. command.Options.OfType<SettingOption>().Where(o => own.Zip(asked).Any(rows => !IsSame(rows.First[o.Key], rows.Second[o.Key])))];
            var over = new JsonObject(given.Select(o => KeyValuePair.Create(o.Key, asked[0][o.Key]?.DeepClone())));
            if (over.Any(o => o.Value is null) || !own.Zip(asked).All(rows => IsSame(RunSettings.Layered([rows.First, over], catalogue).ToJson(), rows.Second)))
                continue;
            string[] words = [command.Name, Figure().Replace(run.Command, ""), .. quick ? [Quick] : (string[])[], .. given.SelectMany(o => Said(o, asked[0][o.Key]!))];
            least = least is null || words.Length < least.Length ? words : least;
        }
        return least;
    }

    // As they are when they are read, numbers say.
    private static bool IsSame(JsonNode? one, JsonNode? other) => CanonicalJson.Text(one) == CanonicalJson.Text(other);

    /// <summary>The settings that words ask for, complete.</summary>
    internal JsonObject Read(Command command, string[] words)
    {
        var parsed = root.Parse(words);
        InvalidSettingException.Require(parsed.Errors.Count == 0, "command", string.Join(' ', words), "words that the program reads");
        SettingOption[] options = [.. command.Options.OfType<SettingOption>()];
        return SettingOption.Read(options, parsed, catalogue, null, (json, _) => Read(command.Name, json), words.Contains(Quick) ? new JsonObject { ["quick"] = true } : null);
    }

    // Each kind's settings, complete.
    private JsonObject Read(string command, JsonObject settings) => command switch
    {
        "ica" => IcaSettings.FromJson(settings, catalogue).ToJson(),
        "prune" => PruningRunSettings.FromJson(settings, catalogue).ToJson(),
        "atlas" => AtlasSettings.FromJson(settings, catalogue).ToJson(),
        _ => RunSettings.FromJson(settings, catalogue).ToJson(),
    };

    private bool IsSameButFound(JsonObject asked, JsonObject read)
    {
        // Those that a file has are nobody's choice.
        string[] found = DataOf(asked).HasSitesByChoice || (int?)asked["dimensions"] == 2 ? Found : [.. Found, "sites"];
        foreach (var name in found)
        {
            asked.Remove(name);
            read.Remove(name);
        }
        return IsSame(asked, read);
    }

    private DataSettings DataOf(JsonObject settings) => catalogue.Data[(string)settings["data"]!];

    private static string Word(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? said) ? said : value?.ToJsonString() ?? "";

    // As shells read it.
    private static string Quoted(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^figure")]
    private static partial Regex Figure();

    [GeneratedRegex(@"\A[\w@%+=:,./-]+\z")]
    private static partial Regex Plain();
}
