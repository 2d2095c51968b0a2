using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Runs;

/// <summary>Which order of the theory is integrated.</summary>
public enum TheoryOrder
{
    /// <summary>The full amplifier.</summary>
    Full,

    /// <summary>The amplifier's Taylor series to third order.</summary>
    Taylor,
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

    /// <summary>Which data.</summary>
    [JsonIgnore]
    public DataSettings Data { get; init; } = new IsingSettings();

    /// <summary>Which model.</summary>
    [JsonIgnore]
    public ModelSettings Model { get; init; } = new();

    /// <summary>How to train.</summary>
    [JsonIgnore]
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Which theory.</summary>
    [Setting("Full amplifier, or its third-order series")]
    public TheoryOrder Theory { get; init; } = TheoryOrder.Full;

    /// <summary>cpu, cuda, cuda:INDEX or auto (CUDA where there is some).</summary>
    [Setting("cpu|cuda|cuda:1|auto", "Where to compute", Words = "cpu, cuda, cuda:INDEX or auto")]
    public string Device { get; init; } = "auto";

    /// <summary>Threads an operation may use: part of the settings, because sums in another order round differently.</summary>
    [Setting("n", "Threads an operation may use", Default = "all processors", From = 1, To = 4096)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson() => Flat(DataToJson(), Model, Training, this);

    /// <summary>The settings of the data alone.</summary>
    internal JsonObject DataToJson() => FirstVersion.Filled(Data.Name, Flat(Data));

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

    /// <summary>What a run is known by: its settings, less the sampler where that is torch, as it was for all runs before there was a choice.</summary>
    public JsonObject Identity()
    {
        var json = ToJson();
        if (Data.Sampler == Sampler.Torch)
            json.Remove("sampler");
        return json;
    }

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it; what is left out keeps its default, and what other data use may only stand at its own.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="models">What data there are; those that the program knows where it is left out.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static RunSettings FromJson(JsonObject json, DataModels? models = null)
    {
        models ??= DataModels.All;
        object[] kinds = [DataOf(json, models), new ModelSettings(), new TrainingSettings(), new RunSettings()];
        JsonObject[] parts = [.. kinds.Select(_ => new JsonObject())];
        foreach (var (name, value) in json)
        {
            // The serialiser knows which settings may be null, and not which elements.
            if (value is JsonArray list && list.Contains(null))
                throw Unreadable(name, value);
            int kind = Array.FindIndex(kinds, k => DefaultsOf(k).ContainsKey(name));
            if (kind >= 0)
                parts[kind][name] = value?.DeepClone();
            else if (name != "data")
                RequireUnused(name, value, (DataSettings)kinds[0], models);
        }
        object Part(int kind) => parts[kind].Deserialize(kinds[kind].GetType(), Options)!;
        try
        {
            return (RunSettings)Part(3) with { Data = (DataSettings)Part(0), Model = (ModelSettings)Part(1), Training = (TrainingSettings)Part(2) };
        }
        catch (JsonException e)
        {
            // The path is that of one setting, "$.theory", or of a part of one, "$.couplings[1]".
            var name = e.Path is { Length: > 2 } path ? path[2..].Split('[', '.')[0] : "";
            throw Unreadable(name, json[name]);
        }
    }

    /// <summary>
    /// Settings that a run was made with, of this version or an earlier one. What earlier versions did not have yet stood at its default; but torch
    /// made the examples of all runs that do not say what did.
    /// </summary>
    /// <param name="json">The settings.</param>
    /// <param name="models">What data there are.</param>
    /// <param name="changes">What is to be otherwise than in that run.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static RunSettings FromRun(JsonObject json, DataModels? models = null, JsonObject? changes = null) =>
        Layered([new JsonObject { ["sampler"] = "torch" }, json, changes], models);

    /// <summary>
    /// Settings from layers of them: what is said later wins. What a file of them says beside (the "name", "seeds" and "quick" variant of a recipe's row, its searches for independent components, "ica") is passed over.
    /// </summary>
    /// <param name="layers">As <see cref="ToJson"/> writes them; null for an empty one.</param>
    /// <param name="models">What data there are.</param>
    /// <exception cref="InvalidDataException">A setting is unknown or of other data, or of the wrong kind.</exception>
    public static RunSettings Layered(IEnumerable<JsonObject?> layers, DataModels? models = null)
    {
        var merged = new JsonObject();
        foreach (var layer in layers)
            foreach (var (name, value) in layer ?? [])
                if (name is not ("quick" or "seeds" or "name" or "ica"))
                    merged[name] = value?.DeepClone();
        return FromJson(merged, models);
    }

    private static JsonObject DefaultsOf(object kind) => Defaults.GetOrAdd(kind.GetType(), _ => Flat(kind));

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
            throw new InvalidDataException($"the settings cannot be read: there is no setting {MalformedFile.Quote(name)}");
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
