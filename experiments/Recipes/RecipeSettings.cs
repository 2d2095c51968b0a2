using TorchRf.Pruning;

namespace TorchRf.Experiments.Recipes;

/// <summary>
/// A recipe's settings, from the JSON beside it: "rows" of run settings over what is "common" to all, how many "seeds" each
/// is repeated with, and what is different in a "quick" run.
/// </summary>
/// <param name="Named">What the rows are called: their "name", in which {batch} stands for the batch that is trained with, or their number.</param>
/// <param name="Seeds">With how many seeds each row is run: the row's own and those that follow it.</param>
public sealed record RecipeSettings(IReadOnlyList<RunSettings> Rows, IReadOnlyList<string> Named, IReadOnlyList<IcaSettings> Ica, int Seeds, bool Quick)
{
    /// <summary>How networks are pruned, for a recipe that prunes some: its "pruning", with what is different in a quick run.</summary>
    public PruningSettings? Pruning { get; init; }

    /// <summary>What the rows are called in measurements and pieces.</summary>
    public IReadOnlyList<string> Names => [.. Rows.Zip(Named, (row, name) => name.Replace("{batch}", Invariant($"{row.Training.Batch}"), StringComparison.Ordinal))];

    /// <summary>Reads NAME.json, which is part of the assembly.</summary>
    /// <param name="quick">The quick variant: shorter, smaller, for a first look and for tests.</param>
    public static RecipeSettings Of(string name, bool quick)
    {
        using var stream = typeof(RecipeSettings).Assembly.GetManifestResourceStream($"TorchRf.Experiments.{name}.json")
            ?? throw new InvalidOperationException($"{name}.json is not part of the assembly");
        var json = JsonNode.Parse(stream)!.AsObject();
        var hurry = quick ? json["quick"]?.AsObject() : null;
        var pruning = PruningOf(json["pruning"]?.AsObject(), hurry?["pruning"]?.AsObject());
        hurry?.Remove("pruning");
        int seeds = (int?)hurry?["seeds"] ?? (int?)json["seeds"] ?? 1;
        var rows = json["rows"]!.AsArray().Select(row => row!.AsObject()).ToArray();
        return new RecipeSettings(
            [.. rows.Select(row => RunSettings.Layered([json["common"]?.AsObject(), row, hurry, quick ? row["quick"]?.AsObject() : null]))],
            [.. rows.Select((row, i) => (string?)row["name"] ?? Invariant($"{i + 1}"))],
            [.. (json["ica"]?.AsArray() ?? []).Select(search => Search(search!.AsObject(), hurry?["ica"]?.AsObject()))], seeds, quick)
        {
            Pruning = pruning,
        };
    }

    public RecipeSettings With(Func<RunSettings, RunSettings> change) =>
        this with { Rows = [.. Rows.Select(change)], Ica = [.. Ica.Select(search => search with { Run = change(search.Run) })] };

    /// <summary>A row's settings with each of the seeds.</summary>
    public IEnumerable<RunSettings> Repeated(RunSettings row) => Enumerable.Range(0, Seeds).Select(i =>
        row with { Training = row.Training with { Seed = row.Training.Seed + (ulong)i } });

    private static PruningSettings? PruningOf(JsonObject? json, JsonObject? hurry)
    {
        if (json is null)
            return null;
        var of = json.DeepClone().AsObject();
        foreach (var (name, value) in hurry ?? [])
            of[name] = value?.DeepClone();
        return PruningRunSettings.FromJson(of).Pruning;
    }

    private static IcaSettings Search(JsonObject search, JsonObject? hurry)
    {
        if (search.Concat(hurry ?? []).FirstOrDefault(s => s.Key is not ("data" or "components" or "examples" or "class")) is { Key: string unknown })
            throw new InvalidDataException($"a search for independent components has no setting '{unknown}' here");
        var of = new JsonObject();
        foreach (var (name, value) in search.Concat(hurry ?? []).SelectMany(s => s.Key == "data" ? s.Value!.AsObject().AsEnumerable() : [s]))
            of[name] = value?.DeepClone();
        return IcaSettings.FromJson(of);
    }
}
