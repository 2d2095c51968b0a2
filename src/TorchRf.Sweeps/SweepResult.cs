using System.Text.Json;
using TorchRf.Measures;

namespace TorchRf.Sweeps;

/// <summary>What one run of a sweep found. The moments of two runs merge into those of both.</summary>
/// <param name="Run">Which run, <see cref="SweepRun.Id"/>.</param>
/// <param name="ExcessKurtosis">Of class 1, which the neuron answers to; null where it has none.</param>
/// <param name="Measures">
/// Moments over the initialisations (over all units of all networks for "ipr", "localized", "theory_ipr", "cosine" and "ratio"): "ipr" and "localized" (1 where the IPR is above 3/N
/// plus three standard deviations of white noise) of the trained receptive fields, "loss", "accuracy" where there are labels; with the theory "theory_ipr", "cosine" and "ratio", |theory| / |trained|. Of a search for independent components "ipr" and "localized" over its components, "found" (how many components), "iterations"
/// and "converged" (0 or 1). A value that is not finite is left out.
/// </param>
public sealed record SweepResult(string Run, double? ExcessKurtosis, IReadOnlyDictionary<string, RunningMoments> Measures)
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>As a JSON document, with a checksum of its own.</summary>
    public string ToJson()
    {
        var document = new JsonObject
        {
            ["schema"] = Schema,
            ["run"] = Run,
            ["excess_kurtosis"] = ExcessKurtosis,
            ["measures"] = JsonSerializer.SerializeToNode(Measures.ToDictionary(m => m.Key, m => Moments(m.Value)), Options),
        };
        document["sha256"] = CanonicalJson.Digest(document);
        return JsonFile.Text(document);
    }

    /// <summary>Reads a result.</summary>
    public static SweepResult Read(string file)
    {
        var document = JsonFile.ReadObject(file);
        try
        {
            if (document["sha256"] is not JsonValue checksum || !checksum.TryGetValue(out string? written))
                throw MalformedFile.Because(file, "not the result of a run, which has a checksum");
            document.Remove("sha256");
            if (CanonicalJson.Digest(document) != written)
                throw MalformedFile.Because(file, "damaged: its checksum does not hold");
            if ((int?)document["schema"] != Schema)
                throw MalformedFile.Because(file, $"a result of schema {document["schema"]?.ToJsonString() ?? "none"}, not {Schema}");
            return new SweepResult((string)document["run"]!, (double?)document["excess_kurtosis"],
                document["measures"]!.AsObject().ToDictionary(m => m.Key, m => m.Value.Deserialize<RunningMoments>(Options)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            // Its checksum holds, so that another version of the program wrote it.
            throw MalformedFile.Because(file, $"not a result that this version reads ({e.Message})");
        }
    }

    private static JsonObject Moments(RunningMoments m) => new() { ["count"] = m.Count, ["mean"] = m.Mean, ["m2"] = m.M2, ["m3"] = m.M3, ["m4"] = m.M4 };
}
