using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchRf.Data;
using TorchRf.Ica;
using TorchRf.Training;

namespace TorchRf.Runs;

/// <summary>By what independent components are found.</summary>
public enum IcaMethod
{
    /// <summary>The FastICA fixed point.</summary>
    [JsonStringEnumMemberName("fixed-point")]
    FixedPoint,

    /// <summary>The module trained by autograd: quasi-Newton steps over rotations, as Picard takes them.</summary>
    Autograd,

    /// <summary>Extended infomax, by the natural gradient.</summary>
    Infomax,
}

/// <summary>All that determines a search for independent components: what its run.json holds.</summary>
public sealed record IcaSettings
{
    /// <summary>Which data, and with which seed, device and threads they are searched.</summary>
    [JsonIgnore]
    public RunSettings Run { get; init; } = new();

    /// <summary>How many examples: of a law that many are drawn, shared equally by the classes, and of a sample as many are taken, each once and evenly spread. By default 100 000 of a law and all of a sample.</summary>
    [Setting("n", "Examples to search: drawn of a law, shared equally by the classes; of files and photographs taken as they are, evenly spread", Default = "100000 of a law, all of files and photographs", From = 2, To = 1_000_000_000)]
    public long? Examples { get; init; }

    /// <summary>How many components; by default as many as the examples have independent directions, their rank.</summary>
    [Setting("K", "Components to find", Aliases = "n-components", Default = "the data's rank", From = 1, To = 1_000_000)]
    public int? Components { get; init; }

    /// <summary>The class that the examples are from; equally from all of them without.</summary>
    [Setting("0|1|both", "Which class the examples are from", Default = "both", Words = "the number of a class, or both")]
    [JsonConverter(typeof(OneOrAll))]
    public int? Class { get; init; }

    /// <summary>By what.</summary>
    [Setting("FastICA's fixed point, a module trained by autograd (Picard's steps), or infomax by the natural gradient")]
    public IcaMethod Method { get; init; }

    /// <inheritdoc cref="IcaOptions.Algorithm"/>
    [Setting("All components at once, or one by one")]
    public IcaAlgorithm Algorithm { get; init; }

    /// <summary>The contrast's name, one of the catalogue's.</summary>
    [Setting("name", "What measures how far from Gaussian a component is", Words = "one of the contrasts")]
    public string Contrast { get; init; } = Ica.Contrast.LogCosh.Name;

    /// <inheritdoc cref="IcaOptions.Tolerance"/>
    [Setting("x", "Converged when no component turns by more: 1 - |w.w'|", Aliases = "tol", Above = 0, Below = 1)]
    public double Tolerance { get; init; } = new IcaOptions().Tolerance;

    /// <inheritdoc cref="IcaOptions.MaxIterations"/>
    [Setting("n", "The most steps, for each component in deflation", Aliases = "max-iter", From = 1, To = 1_000_000)]
    public int MaxIterations { get; init; } = new IcaOptions().MaxIterations;

    /// <summary>How to look for them.</summary>
    /// <exception cref="InvalidSettingException">There is no such contrast, or a setting is out of its range or of another method.</exception>
    public IcaOptions ToOptions()
    {
        Setting.Check(this);
        var options = new IcaOptions { Algorithm = Algorithm, Contrast = Ica.Contrast.Named(Contrast, Run.Catalogue.Contrasts), Tolerance = Tolerance, MaxIterations = MaxIterations };
        if (Method == IcaMethod.Infomax)
            Infomax.Check(options);
        return options;
    }

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson() => Run.FollowedBy(this, Run.DataToJson());

    /// <inheritdoc cref="RunSettings.Used"/>
    public JsonObject Used() => Run.FollowedBy(this, Run.UsedOfData());

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it; what is left out keeps its default.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static IcaSettings FromJson(JsonObject json, Catalogue? catalogue = null)
    {
        var (own, run) = RunSettings.Split<IcaSettings>(json);
        return own with { Run = RunSettings.FromJson(run, catalogue) };
    }

    /// <inheritdoc cref="RunSettings.FromRun"/>
    public static IcaSettings FromRun(JsonObject json, Catalogue? catalogue = null, JsonObject? changes = null) =>
        FromJson(RunSettings.Changed(json, changes, catalogue), catalogue);

    /// <inheritdoc cref="RunSettings.Here"/>
    /// <remarks>On how many threads a search is done does not matter: they are those of here.</remarks>
    public JsonObject Here(JsonObject written)
    {
        var read = FromRun(written, Run.Catalogue);
        var data = read.Run.Data.Sha256.SequenceEqual(Run.Data.Sha256) ? read.Run.Data.WithFiles([.. Run.Data.Files().Select(f => f.File)]) : read.Run.Data;
        return (read with { Run = read.Run with { Data = data, Threads = Run.Threads } }).ToJson();
    }

    /// <inheritdoc cref="RunSettings.Layered"/>
    public static IcaSettings Layered(IEnumerable<JsonObject?> layers, Catalogue? catalogue = null) => FromJson(RunSettings.Merged(layers), catalogue);

    // 0.1.0 wrote a number, or "both".
    private sealed class OneOrAll : JsonConverter<int?>
    {
        private const string All = "both";

        public override bool HandleNull => true;

        public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetInt32(out int number) => number,
            JsonTokenType.String when reader.GetString() == All => null,
            JsonTokenType.String when int.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options)
        {
            if (value is int one)
                writer.WriteNumberValue(one);
            else
                writer.WriteStringValue(All);
        }
    }
}
