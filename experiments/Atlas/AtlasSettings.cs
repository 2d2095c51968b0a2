namespace TorchRf.Experiments.Atlas;

/// <summary>What an atlas is asked for: which data, with which seeds, and which methods look at them. How each method is trained stands in atlas.json.</summary>
public sealed record AtlasSettings
{
    private const string Quickly = "quick";

    /// <summary>Which data; the first seed, device and threads.</summary>
    public RunSettings Run { get; init; } = new();

    /// <summary>How many seeds: the first and those that follow it.</summary>
    [Setting("n", "How many seeds: each has examples and first weights of its own, and errors are over them", From = 3, To = 100)]
    public int Seeds { get; init; } = 3;

    /// <summary>The names of the methods; all of them where none is named. What a method finds does not depend on the others.</summary>
    [Setting("a,b,...", "Which methods look at the examples, one or several, separated by commas", Default = "all", Words = "methods, separated by commas")]
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Whether it is the shorter variant.</summary>
    public bool Quick { get; init; }

    /// <summary>How each method is trained.</summary>
    public RecipeSettings Recipe => RecipeSettings.Of("atlas", Quick);

    /// <summary>How many examples are drawn for each seed.</summary>
    public long Examples => Recipe.Ica[0].Examples!.Value;

    /// <summary>The methods that were asked for, in the atlas's order.</summary>
    /// <exception cref="InvalidSettingException">There is none of that name.</exception>
    public IReadOnlyList<AtlasMethod> Chosen
    {
        get
        {
            foreach (var name in Methods)
                InvalidSettingException.Require(AtlasMethods.All.Any(m => m.Name == name), nameof(Methods), name, InvalidSettingException.OneOf(AtlasMethods.All.Select(m => m.Name)));
            return [.. AtlasMethods.All.Where(m => Methods.Count == 0 || Methods.Contains(m.Name))];
        }
    }

    /// <summary>What the folder is known by. Methods and the number of seeds are not in it: more of them may join those that are done.</summary>
    public JsonObject ToJson()
    {
        var json = new IcaSettings { Run = Run, Examples = Examples }.ToJson();
        json.Add(Quickly, Quick);
        return json;
    }

    /// <summary>Settings as <see cref="ToJson"/> has them, or a user asks for them.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static AtlasSettings FromJson(JsonObject json, Catalogue? catalogue = null)
    {
        var (rest, plain) = (json.DeepClone().AsObject(), new AtlasSettings());
        var settings = plain with
        {
            Seeds = (int?)rest[Key(nameof(Seeds))] ?? plain.Seeds,
            Methods = [.. (rest[Key(nameof(Methods))]?.AsArray() ?? []).Select(m => ((string)m!).Trim())],
            Quick = (bool?)rest[Quickly] ?? false,
        };
        foreach (var name in (string[])[Key(nameof(Seeds)), Key(nameof(Methods)), Quickly])
            rest.Remove(name);
        return settings with { Run = IcaSettings.FromJson(rest, catalogue).Run };
    }

    /// <inheritdoc cref="IcaSettings.Here"/>
    public JsonObject Here(JsonObject written)
    {
        var rest = written.DeepClone().AsObject();
        rest.Remove(Quickly, out var quick);
        var json = new IcaSettings { Run = Run, Examples = Examples }.Here(rest);
        json[Quickly] = quick;
        return json;
    }

    private static string Key(string property) => Setting.Of(new AtlasSettings()).Single(s => s.Name == property).Key;
}
