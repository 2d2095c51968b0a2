using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TorchRf.Pruning;

/// <summary>How the mask of a network was made.</summary>
public enum PruningKind
{
    /// <summary>Round after round.</summary>
    Iterative,

    /// <summary>At once, from the weights of the first training.</summary>
    [JsonStringEnumMemberName("one-shot")]
    OneShot,

    /// <summary>By chance.</summary>
    Random,
}

/// <summary>What one training of a pruned network came to.</summary>
/// <param name="Round">How often the network had been pruned, or that of the round whose counts a control has.</param>
/// <param name="Kind">How its mask was made.</param>
/// <param name="Density">Which part of the weights of each layer there is, the first layer first.</param>
/// <param name="Connected">How many units of each layer some path connects to inputs and outputs (<see cref="MagnitudePruning.Connected"/>).</param>
/// <param name="Loss">Mean cross-entropy on examples like those of training.</param>
/// <param name="Accuracy">How often the largest logit is the class there.</param>
/// <param name="HeldLoss">Mean cross-entropy on examples that were held out.</param>
/// <param name="HeldAccuracy">How often the largest logit is the class there.</param>
/// <param name="Measured">Numbers by their names (<see cref="RoundMeasures"/>).</param>
public sealed record PruningRecord(int Round, PruningKind Kind, IReadOnlyList<double> Density, IReadOnlyList<int> Connected, double Loss, double Accuracy, double HeldLoss, double HeldAccuracy,
    IReadOnlyDictionary<string, double?> Measured)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        // A loss may be beyond all numbers.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>What this network's numbers are in units of those of another, such as the one pruned at random to as many weights: accuracy ("accuracy") and all that was measured but for errors and probabilities.</summary>
    /// <param name="other">The other.</param>
    /// <returns>By name; without those that one of them does not have, and without kurtoses of different signs, of which one is no multiple of the other.</returns>
    public IReadOnlyDictionary<string, double> Over(PruningRecord other)
    {
        var ratios = new Dictionary<string, double>();
        void Add(string name, double? own, double? theirs)
        {
            if (own is double a && theirs is double b && a * b > 0)
                ratios[name] = a / b;
        }

        Add("accuracy", HeldAccuracy, other.HeldAccuracy);
        foreach (var (name, value) in Measured.Where(m => !m.Key.EndsWith("_p", StringComparison.Ordinal) && !m.Key.EndsWith("_error", StringComparison.Ordinal) && !m.Key.EndsWith("_std", StringComparison.Ordinal)))
            Add(name, value, other.Measured.GetValueOrDefault(name));
        return ratios;
    }

    /// <summary>As JSON, with names in snake_case.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Options)!.AsObject();

    /// <summary>From JSON as <see cref="ToJson"/> writes it.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static PruningRecord FromJson(JsonNode? json)
    {
        try
        {
            if (json.Deserialize<PruningRecord>(Options) is { Density.Count: > 0 } record && record.Connected.Count == record.Density.Count)
                return record;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }
        throw new InvalidDataException("not the record of a training of a pruned network");
    }
}
