using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Measures;
using TorchRf.Training;

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

/// <summary>The one place where a trained network's numbers are taken.</summary>
public static class RoundMeasures
{
    /// <summary>
    /// "ipr": the mean inverse participation ratio of the first layer's rows, less those that have no weights. "ipr_random": that of the first training's weights under a mask of as many weights by
    /// chance, for it rises with sparsity alone. "ipr_ratio": the one by the other.
    /// </summary>
    /// <param name="network">The network, trained and in <c>eval()</c>.</param>
    /// <param name="first">The first layer's weights at the end of the first training, shape (out, in).</param>
    /// <param name="chance">Which of them a mask by chance keeps, as many as the network has.</param>
    public static IReadOnlyDictionary<string, double?> Of(MaskedNetwork network, Tensor first, Tensor chance)
    {
        using var scope = torch.NewDisposeScope();
        double? ipr = MeanIpr(network.Weights[0]), random = MeanIpr(first * chance);
        return new Dictionary<string, double?> { ["ipr"] = ipr, ["ipr_random"] = random, ["ipr_ratio"] = ipr / random };
    }

    private static double? MeanIpr(Tensor rows)
    {
        double[] each = [.. InverseParticipationRatio.Each(rows).Where(double.IsFinite)];
        return each.Length > 0 ? each.Average() : null;
    }
}
