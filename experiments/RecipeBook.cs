using TorchRf.Experiments.Recipes;

namespace TorchRf.Experiments;

/// <summary>All figures and studies. A new one takes its own file, its settings beside it, and one line here.</summary>
public static class RecipeBook
{
    /// <summary>The recipes, in the order in which they are run.</summary>
    public static IReadOnlyList<IRecipe> Recipes { get; } =
    [
        new Figure1(),
        new Figure2(),
        new Figure3(),
        new AgreementStudy(),
        new Figure4(),
        new Figure5(),
        new Figure6(),
        new ClassesStudy(),
        new CovariancesStudy(),
        new CloneStudy(),
        new ScenesStudy(),
        new CommitteeStudy(),
        new NetworksStudy(),
    ];

    /// <summary>What users call them: figures by their number, studies by their name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recipes.Select(r => r.Name.StartsWith("figure", StringComparison.Ordinal) ? r.Name["figure".Length..] : r.Name)];

    /// <summary>The recipe that a user names: "5", "figure5" or "agreement".</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static IRecipe Find(string name) =>
        Recipes.FirstOrDefault(r => r.Name == name || r.Name == "figure" + name)
        ?? throw new NotSupportedException($"The figure is {name}; it must be {string.Join(", ", Names.SkipLast(1))} or {Names[^1]}.");
}
