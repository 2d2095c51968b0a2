using System.Runtime.CompilerServices;
using TorchRf.Runs;

namespace TorchRf.Sweeps;

/// <summary>What a plan may call a setting: as run.json does, or as its option is called ("learning-rate", "clone"), with dashes or underscores.</summary>
internal static class SettingNames
{
    // What a plan's settings say beside what is a setting of its own.
    private static readonly string[] Beside = ["data", "dimensions", "sha256", "name", "seeds", "replicates", "quick", "ica"];

    // Of each catalogue once: the settings are found by reflection.
    private static readonly ConditionalWeakTable<Catalogue, Dictionary<string, string>> Names = [];

    /// <summary>A plan whose settings all have the names that run.json has for them.</summary>
    /// <param name="plan">As it was written.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <exception cref="InvalidDataException">A setting has no such name, or is named twice.</exception>
    internal static JsonObject InKeys(JsonObject plan, Catalogue catalogue)
    {
        var keys = Names.GetValue(catalogue, NamesOf);
        var renamed = plan.DeepClone().AsObject();
        foreach (var part in new[] { "common", "grid", "quick" })
            if (renamed[part] is JsonObject settings)
                renamed[part] = Renamed(settings);
        if (renamed["rows"] is JsonArray rows)
            renamed["rows"] = new JsonArray([.. rows.Select(row => row is JsonObject settings ? Renamed(settings) : row?.DeepClone())]);
        return renamed;

        JsonObject Renamed(JsonObject settings)
        {
            var result = new JsonObject();
            foreach (var (name, value) in settings)
            {
                if (!keys.TryGetValue(name.Replace('-', '_'), out var key))
                    throw new InvalidDataException($"the settings cannot be read: there is no setting {MalformedFile.Quote(name)}.{Spelling.DidYouMean(name, keys.Keys)}");
                if (result.ContainsKey(key))
                    throw new InvalidDataException($"the settings cannot be read: {MalformedFile.Quote(name)} is {MalformedFile.Quote(key)}, which is given twice");
                result[key] = key == "quick" && value is JsonObject quick ? Renamed(quick) : value?.DeepClone();
            }
            return result;
        }
    }

    private static Dictionary<string, string> NamesOf(Catalogue catalogue)
    {
        var all = new[] { new RunSettings().Model, new RunSettings().Training, new RunSettings(), new IcaSettings(), (object)new RunSettings().Data }.Concat(catalogue.Data.Settings).SelectMany(Setting.Of).ToArray();
        var keys = Beside.ToDictionary(name => name);
        foreach (var setting in all)
            foreach (var name in setting.Aliases.Append(setting.Option).Append(setting.Key))
                keys[name.Replace('-', '_')] = setting.Key;
        return keys;
    }
}
