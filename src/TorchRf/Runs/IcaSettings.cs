using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Ica;

namespace TorchRf.Runs;

/// <summary>By what independent components are found.</summary>
public enum IcaMethod
{
    /// <summary>The FastICA fixed point.</summary>
    [JsonStringEnumMemberName("fixed-point")]
    FixedPoint,

    /// <summary>The module trained by autograd.</summary>
    Autograd,
}

/// <summary>All that determines a search for independent components: what its run.json holds.</summary>
public sealed record IcaSettings
{
    /// <summary>Which data, and with which seed, device and threads they are searched.</summary>
    public RunSettings Run { get; init; } = new();

    /// <summary>How many examples.</summary>
    public long Examples { get; init; } = 100_000;

    /// <summary>How many components; all sites where there are fewer.</summary>
    public int Components { get; init; } = 40;

    /// <summary>The class that the examples are from; equally from all of them without.</summary>
    public int? Class { get; init; }

    /// <summary>By what.</summary>
    public IcaMethod Method { get; init; }

    /// <summary>How.</summary>
    public IcaOptions Options { get; init; } = new();

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson()
    {
        var json = Run.DataToJson();
        var all = Run.ToJson();
        foreach (var name in new[] { "seed", "device", "threads" })
            json.Add(name, all[name]?.DeepClone());
        json.Add("examples", Examples);
        json.Add("components", Components);
        json.Add("class", Class is int one ? one : "both");
        json.Add("method", Method == IcaMethod.FixedPoint ? "fixed-point" : "autograd");
        json.Add("algorithm", Options.Algorithm == IcaAlgorithm.Parallel ? "parallel" : "deflation");
        json.Add("contrast", Options.Contrast.Name);
        json.Add("tolerance", Options.Tolerance);
        json.Add("max_iterations", Options.MaxIterations);
        return json;
    }
}
