using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Runs;

/// <summary>Which theory is integrated: how it takes the mean of what class 1 pulls a unit towards.</summary>
public enum EffectiveTheory
{
    /// <summary>LSG's Lemma 3.1, by the amplifier of the law of one site.</summary>
    Lemma,

    /// <summary>The lemma's amplifier to third order.</summary>
    [JsonStringEnumMemberName("third-order")]
    ThirdOrder,

    /// <summary>Cumulants up to the fourth, measured on examples.</summary>
    [JsonStringEnumMemberName("fourth-cumulant")]
    FourthCumulant,

    /// <summary>The law itself: Ising rings by transfer matrices.</summary>
    Exact,

    /// <summary>Everything by means over a fixed set of examples.</summary>
    Sampled,
}

/// <summary>All that determines a run's results: what run.json holds, and what reads it back.</summary>
public sealed record RunSettings
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new FiniteNumber() },
    };

    // The settings of each kind at their defaults.
    private static readonly ConcurrentDictionary<Type, JsonObject> Defaults = new();

    private static readonly ConcurrentDictionary<Type, HashSet<string>> Keys = new();

    // Values that had other names.
    private static readonly (string Key, string Old, string New)[] Renamed = [.. from setting in Setting.Of(new RunSettings()) from word in setting.Former select (setting.Key, word.Old, word.New)];

    /// <summary>Which data.</summary>
    [JsonIgnore]
    public DataSettings Data { get; init; } = new IsingSettings();

    /// <summary>Which model.</summary>
    [JsonIgnore]
    public ModelSettings Model { get; init; } = new();

    /// <summary>What the names in the settings are looked up in.</summary>
    [JsonIgnore]
    public Catalogue Catalogue { get; init; } = Catalogue.Own;

    /// <summary>How to train.</summary>
    [JsonIgnore]
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Which theory.</summary>
    [Setting("Theory: the lemma, its third order, fourth cumulants, Ising rings' transfer matrices, or 20000 examples a class", Former = "full=lemma,taylor=third-order")]
    public EffectiveTheory Theory { get; init; } = EffectiveTheory.Lemma;

    /// <summary>cpu, cuda, cuda:INDEX or auto (CUDA where there is some).</summary>
    [Setting("cpu|cuda|cuda:1|auto", "Where to compute", Words = "cpu, cuda, cuda:INDEX or auto")]
    public string Device { get; init; } = "auto";

    /// <summary>Threads an operation may use: part of the settings, because sums in another order round differently.</summary>
    [Setting("n", "Threads an operation may use", Default = "all processors", From = 1, To = 4096)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson() => Flat(DataToJson(), Model, Training, this);

    /// <summary>The same without those of other data, which run.json has at their defaults because its first version had.</summary>
    public JsonObject Used() => Flat(UsedOfData(), Model, Training, this);

    /// <summary>The settings that the data have.</summary>
    internal JsonObject UsedOfData() => Flat(new JsonObject { ["data"] = Data.Name }, Data);

    /// <summary>The settings of the data alone.</summary>
    internal JsonObject DataToJson() => FirstVersion.Filled(Data.Name, Flat(Data));

    /// <summary>What a run that is no training is known by: its data, seed, device and threads, and then settings of its own.</summary>
    /// <param name="own">Its own settings.</param>
    /// <param name="data">Those of the data; what follows is added to it.</param>
    internal JsonObject FollowedBy(object own, JsonObject data)
    {
        var all = ToJson();
        foreach (var name in new[] { "seed", "device", "threads" })
            data.Add(name, all[name]?.DeepClone());
        foreach (var (name, value) in Flat(own))
            data.Add(name, value?.DeepClone());
        return data;
    }

    /// <summary>The properties of all parts in one object.</summary>
    /// <exception cref="ArgumentException">Two parts have a property of one name.</exception>
    internal static JsonObject Flat(params ReadOnlySpan<object> parts)
    {
        var json = new JsonObject();
        foreach (var part in parts)
            foreach (var (name, value) in JsonSerializer.SerializeToNode(part, Options)!.AsObject())
                json.Add(name, value?.DeepClone());
        return json;
    }

    /// <summary>
    /// What a run is known by: its settings, less those of the data that stand as they did for all runs before there was a choice (<see cref="DataSettings.Earlier"/>), and with values called as they first were.
    /// </summary>
    public JsonObject Identity()
    {
        var json = ToJson();
        foreach (var (name, value) in Data.Earlier)
            if (JsonNode.DeepEquals(json[name], value))
                json.Remove(name);
        foreach (var (key, old, now) in Renamed)
            if (json[key] is JsonValue value && value.TryGetValue(out string? word) && word == now)
                json[key] = old;
        return json;
    }

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it; what is left out keeps its default, and what other data use may only stand at its own.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static RunSettings FromJson(JsonObject json, Catalogue? catalogue = null)
    {
        catalogue ??= Catalogue.Own;
        object[] kinds = [DataOf(json, catalogue.Data), new ModelSettings(), new TrainingSettings(), new RunSettings()];
        JsonObject[] parts = [.. kinds.Select(_ => new JsonObject())];
        foreach (var (name, value) in json)
        {
            // The serialiser knows which settings may be null, and not which elements.
            if (value is JsonArray list && list.Contains(null))
                throw Unreadable(name, value);
            int kind = Array.FindIndex(kinds, k => KeysOf(k).Contains(name));
            if (kind >= 0)
                parts[kind][name] = Today(name, value);
            else if (name != "data")
                RequireUnused(name, value, (DataSettings)kinds[0], catalogue.Data);
        }
        object Part(int kind) => Read(parts[kind], kinds[kind].GetType());
        return (RunSettings)Part(3) with { Data = (DataSettings)Part(0), Model = (ModelSettings)Part(1), Training = (TrainingSettings)Part(2), Catalogue = catalogue };
    }

    /// <summary>
    /// Settings that a run was made with, of this version or an earlier one. What earlier versions did not have yet stood at its default, or as <see cref="DataSettings.Earlier"/>
    /// says: torch made the examples of all runs that do not say what did.
    /// </summary>
    /// <param name="json">The settings.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <param name="changes">What is to be otherwise than in that run.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static RunSettings FromRun(JsonObject json, Catalogue? catalogue = null, JsonObject? changes = null) =>
        FromJson(Changed(json, changes, catalogue), catalogue);

    /// <summary>The settings of a run, of this version or an earlier one, with changes put over them.</summary>
    /// <inheritdoc cref="FromRun" path="/param"/>
    /// <exception cref="InvalidDataException">There are no such data.</exception>
    public static JsonObject Changed(JsonObject json, JsonObject? changes, Catalogue? catalogue = null)
    {
        var models = (catalogue ?? Catalogue.Own).Data;
        var merged = Merged([json, changes]);
        var (before, now) = (DataOf(json, models).Earlier, DataOf(merged, models).Earlier);
        foreach (var (name, value) in before)
            if (!merged.ContainsKey(name) && now.ContainsKey(name) && JsonNode.DeepEquals(now[name], value))
                merged[name] = value?.DeepClone();
        return merged;
    }

    /// <summary>Settings that a run was made with as these say them: of today, and with the names that the files have here where their contents are the same.</summary>
    /// <param name="written">As its run.json has them.</param>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public JsonObject Here(JsonObject written)
    {
        var read = FromRun(written, Catalogue);
        return (read.Data.Sha256.SequenceEqual(Data.Sha256) ? read with { Data = read.Data.WithFiles([.. Data.Files().Select(f => f.File)]) } : read).ToJson();
    }

    /// <summary>
    /// Settings from layers of them: what is said later wins. What a file of them says beside (the "name", "seeds" and "quick" variant of a recipe's row, its searches for independent components, "ica") is passed over.
    /// </summary>
    /// <param name="layers">As <see cref="ToJson"/> writes them; null for an empty one.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <exception cref="InvalidDataException">A setting is unknown or of other data, or of the wrong kind.</exception>
    public static RunSettings Layered(IEnumerable<JsonObject?> layers, Catalogue? catalogue = null) => FromJson(Merged(layers), catalogue);

    /// <summary>The settings of <typeparamref name="T"/>, and what else a JSON object says.</summary>
    internal static (T Own, JsonObject Others) Split<T>(JsonObject json) where T : new()
    {
        var (own, rest) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in json)
            (DefaultsOf(new T()).ContainsKey(name) ? own : rest)[name] = value?.DeepClone();
        return ((T)Read(own, typeof(T)), rest);
    }

    internal static JsonObject Merged(IEnumerable<JsonObject?> layers)
    {
        var merged = new JsonObject();
        foreach (var layer in layers)
            foreach (var (name, value) in layer ?? [])
                if (name is not ("quick" or "seeds" or "name" or "ica"))
                    merged[name] = value?.DeepClone();
        return merged;
    }

    private static JsonNode? Today(string name, JsonNode? value) =>
        value is JsonValue said && said.TryGetValue(out string? word) && Renamed.FirstOrDefault(r => r.Key == name && r.Old == word) is { New: string now } ? now : value?.DeepClone();

    private static object Read(JsonObject settings, Type kind)
    {
        try
        {
            return settings.Deserialize(kind, Options)!;
        }
        catch (JsonException e)
        {
            // The path is that of one setting, "$.theory", or of a part of one, "$.couplings[1]".
            var name = e.Path is { Length: > 2 } path ? path[2..].Split('[', '.')[0] : "";
            throw Unreadable(name, settings[name]);
        }
    }

    private static JsonObject DefaultsOf(object kind) => Defaults.GetOrAdd(kind.GetType(), _ => Flat(kind));

    // Those that are written, and those that are left out at their defaults.
    private static HashSet<string> KeysOf(object kind) => Keys.GetOrAdd(kind.GetType(), _ => [.. DefaultsOf(kind).Select(s => s.Key), .. Setting.Of(kind).Select(s => s.Key)]);

    private static DataSettings DataOf(JsonObject json, DataModels models)
    {
        if (!json.TryGetPropertyValue("data", out var said))
            return new RunSettings().Data;
        if (said is not JsonValue value || !value.TryGetValue(out string? name))
            throw Unreadable("data", said);
        try
        {
            return models[name];
        }
        catch (InvalidSettingException e)
        {
            throw new InvalidDataException("the settings cannot be read: " + e.Said(_ => "data"));
        }
    }

    // A setting of other data would have no effect: a run that asks for it is not the run that it says it is.
    private static void RequireUnused(string name, JsonNode? value, DataSettings data, DataModels models)
    {
        DataSettings[] users = [.. models.Settings.Where(d => DefaultsOf(d).ContainsKey(name))];
        if (users.Length == 0)
            throw new InvalidDataException($"the settings cannot be read: there is no setting {MalformedFile.Quote(name)}.{Spelling.DidYouMean(name, models.Settings.Concat<object>([new ModelSettings(), new TrainingSettings(), new RunSettings()]).SelectMany(d => DefaultsOf(d).Select(s => s.Key)))}");
        if (!users.Any(d => JsonNode.DeepEquals(DefaultsOf(d)[name], value)))
            throw new InvalidDataException(
                $"the settings cannot be read: {name} is {MalformedFile.Quote(value?.ToJsonString() ?? "null")}, and {data.Name} data do not use it; {string.Join(", ", users.Select(d => d.Name))} do");
    }

    private static InvalidDataException Unreadable(string name, JsonNode? value) =>
        new($"the settings cannot be read: {name} cannot be {MalformedFile.Quote(value?.ToJsonString() ?? "null")}");
}

/// <summary>Version 0.1.0 had one record for all data and wrote all of it into each run.json, used or not. What it wrote is written still, for digests of it are in the names of folders and runs.</summary>
internal static class FirstVersion
{
    // Written out, and not asked of the records: these are that version's, whatever becomes of the records.
    private static readonly JsonObject Defaults = JsonNode.Parse("""
        {
          "data": "ising", "gaussian_clone": false, "sampler": "auto", "sites": 40, "dimensions": 1, "couplings": [0.3, 0.7], "gain": 3, "k": 5, "quantile": "uniform", "steepness": 100,
          "nu": 3, "radial": "surface", "shortest": [], "whiten": false, "lengthscales": [1, 3], "kernel": "gaussian", "frequency": 2, "photos": [], "strides": [4, 1],
          "class0": null, "class1": null, "sha256": []
        }
        """)!.AsObject();

    /// <summary>The settings of data with those of all other data at their defaults, in the first version's order; newer settings follow.</summary>
    internal static JsonObject Filled(string data, JsonObject settings)
    {
        settings.Insert(0, "data", data);
        var filled = Defaults.DeepClone().AsObject();
        foreach (var (key, value) in settings)
            filled[key] = value?.DeepClone();
        return filled;
    }
}
