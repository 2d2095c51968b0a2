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
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new FiniteNumber() },
    };

    /// <summary>Which data.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>Which model.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>How to train.</summary>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Which theory.</summary>
    public TheoryOrder Theory { get; init; } = TheoryOrder.Full;

    /// <summary>cpu, cuda, cuda:INDEX or auto (CUDA where there is some).</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads an operation may use: part of the settings, because sums in another order round differently.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson()
    {
        var json = Flat(Data, Model, Training);
        json.Add("theory", JsonSerializer.SerializeToNode(Theory, Options));
        json.Add("device", Device);
        json.Add("threads", Threads);
        return json;
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

    /// <summary>What a run is known by: its settings, less the sampler where that is torch, as it was for all runs before there was a choice.</summary>
    public JsonObject Identity()
    {
        var json = ToJson();
        if (Data.Sampler == Sampler.Torch)
            json.Remove("sampler");
        return json;
    }

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it; what is left out keeps its default.</summary>
    /// <exception cref="InvalidDataException">A name is unknown, or a value of the wrong kind.</exception>
    public static RunSettings FromJson(JsonObject json)
    {
        var (data, model, training, rest) = (new JsonObject(), new JsonObject(), new JsonObject(), new JsonObject());
        var ofData = JsonSerializer.SerializeToNode(new DataSettings(), Options)!.AsObject();
        var ofModel = JsonSerializer.SerializeToNode(new ModelSettings(), Options)!.AsObject();
        var ofTraining = JsonSerializer.SerializeToNode(new TrainingSettings(), Options)!.AsObject();
        string[] others = ["theory", "device", "threads"];
        foreach (var (name, value) in json)
        {
            var part = ofData.ContainsKey(name) ? data : ofModel.ContainsKey(name) ? model : ofTraining.ContainsKey(name) ? training : others.Contains(name) ? rest : null;
            if (part is null)
                throw new InvalidDataException($"the settings cannot be read: there is no setting {MalformedFile.Quote(name)}");
            // The serialiser knows which settings may be null, and not which elements.
            if (value is JsonArray list && list.Contains(null))
                throw Unreadable(name, value);
            part[name] = value?.DeepClone();
        }
        try
        {
            return JsonSerializer.Deserialize<RunSettings>(rest, Options)! with
            {
                Data = JsonSerializer.Deserialize<DataSettings>(data, Options)!,
                Model = JsonSerializer.Deserialize<ModelSettings>(model, Options)!,
                Training = JsonSerializer.Deserialize<TrainingSettings>(training, Options)!,
            };
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
    /// <exception cref="InvalidDataException">A name is unknown, or a value of the wrong kind.</exception>
    public static RunSettings FromRun(JsonObject json)
    {
        var settings = FromJson(json);
        return json.ContainsKey("sampler") ? settings : settings with { Data = settings.Data with { Sampler = Sampler.Torch } };
    }

    /// <summary>
    /// Settings from layers of them: what is said later wins. What a file of them says beside (the "name", "seeds" and "quick" variant of a recipe's row, its searches for independent components, "ica") is passed over.
    /// </summary>
    /// <param name="layers">As <see cref="ToJson"/> writes them; null for an empty one.</param>
    /// <exception cref="InvalidDataException">A setting is unknown, or of the wrong kind.</exception>
    public static RunSettings Layered(params ReadOnlySpan<JsonObject?> layers)
    {
        var merged = new JsonObject();
        foreach (var layer in layers)
            foreach (var (name, value) in layer ?? [])
                if (name is not ("quick" or "seeds" or "name" or "ica"))
                    merged[name] = value?.DeepClone();
        return FromJson(merged);
    }

    private static InvalidDataException Unreadable(string name, JsonNode? value) =>
        new($"the settings cannot be read: {name} cannot be {MalformedFile.Quote(value?.ToJsonString() ?? "null")}");
}
