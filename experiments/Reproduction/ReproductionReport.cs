using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Experiments.Recipes;

namespace TorchRf.Experiments.Reproduction;

/// <summary>The paper's numbers beside the measured ones, as a page that a reviewer can read and as JSON.</summary>
/// <param name="Recipes">What was run.</param>
/// <param name="Paper">The paper's numbers.</param>
/// <param name="Environment">The machine and the versions.</param>
public sealed record ReproductionReport(IReadOnlyList<ReproducedRecipe> Recipes, IReadOnlyList<PaperNumber> Paper, JsonObject Environment)
{
    private bool Quick => Recipes[0].Settings.Quick;

    /// <summary>The paper's numbers that were measured, each with its judgement, in the order of the recipes.</summary>
    public IEnumerable<(Measurement Measured, PaperNumber Paper, Judgement Judgement)> Judgements =>
        from recipe in Recipes
        from pair in recipe.Judged(Paper)
        where pair.Paper is not null
        select (pair.Measured, pair.Paper, pair.Paper.Judge(pair.Measured.Value));

    /// <summary>The page, in Markdown; pictures are linked by their file names.</summary>
    public string Markdown()
    {
        var page = new StringBuilder();
        void Line(string text = "") => page.Append(text).Append('\n');
        Line("# Reproduction of Lufkin, Saxe & Grant (NeurIPS 2024)");
        Line();
        Line(string.Create(CultureInfo.InvariantCulture,
            $"{(Quick ? "The quick variant: shorter and smaller than the paper, so that its numbers need not be the paper's. " : "")}{string.Join(", ", Environment.Where(e => e.Value is not null).Select(e => $"{e.Key.Replace('_', ' ')} {e.Value}"))}. {Duration(Recipes.Sum(r => r.Seconds))} of computation in all."));
        Line();
        Line("A measured number is the *same* as the paper's when it lies within the stated tolerance (or keeps the stated bound) with two standard errors to spare, *differs* when it lies");
        Line("outside with two to spare, and otherwise one *cannot tell*. The paper's numbers and tolerances stand in `experiments/Reproduction/paper.json`; the measured ones come from the runs.");
        Line();
        var count = Judgements.CountBy(j => j.Judgement).ToDictionary();
        Line($"**{count.GetValueOrDefault(Judgement.Same)} same, {count.GetValueOrDefault(Judgement.Differs)} differ, {count.GetValueOrDefault(Judgement.CannotTell)} cannot tell.**");
        Line();
        Line("| quantity | paper | measured | spread | n | verdict |");
        Line("|---|---|---|---|---|---|");
        foreach (var (measured, paper, judgement) in Judgements)
            Line($"| {measured.Id}: {measured.Quantity} | {Wanted(paper)} | {Mean(measured.Value)} | {Spread(measured.Value)} | {measured.Value.Count} {measured.Over} | {Word(judgement)} |");
        foreach (var recipe in Recipes)
            Section(recipe, Line);
        return page.ToString();
    }

    /// <summary>The same for programs.</summary>
    public JsonObject Json() => new()
    {
        ["quick"] = Quick,
        ["environment"] = Environment.DeepClone(),
        ["seconds"] = Recipes.Sum(r => r.Seconds),
        ["recipes"] = new JsonArray([.. Recipes.Select(r => new JsonObject
        {
            ["name"] = r.Recipe.Name,
            ["title"] = r.Recipe.Title,
            ["seconds"] = r.Seconds,
            ["settings"] = new JsonArray([.. r.Settings.Rows.Select(row => row.ToJson())]),
            ["seeds"] = r.Settings.Seeds,
            ["measurements"] = new JsonArray([.. r.Judged(Paper).Select(pair => Json(pair.Measured, pair.Paper))]),
            ["findings"] = new JsonArray([.. r.Outcome.Findings.Select(f => (JsonNode)JsonValue.Create(f))]),
        })]),
    };

    private void Section(ReproducedRecipe recipe, Action<string> line)
    {
        line("");
        line($"## {recipe.Recipe.Name}: {recipe.Recipe.Title}");
        line("");
        foreach (var (name, figure) in recipe.Outcome.Pictures)
        {
            line($"![{figure.Title}]({name}.png)");
            line("");
        }
        foreach (var finding in recipe.Outcome.Findings)
        {
            line(finding);
            line("");
        }
        var rest = recipe.Judged(Paper).ToArray();
        if (rest.Length > 0)
        {
            line("| measured | mean | spread | n | paper | verdict |");
            line("|---|---|---|---|---|---|");
            foreach (var (m, paper) in rest)
                line($"| {m.Quantity} | {Mean(m.Value)} | {Spread(m.Value)} | {m.Value.Count} {m.Over} | {(paper is null ? "" : Wanted(paper))} | {(paper is null ? "" : Word(paper.Judge(m.Value)))} |");
            line("");
        }
        foreach (var paper in rest.Select(r => r.Paper).OfType<PaperNumber>())
            line($"- {paper.Id}: {paper.Source}; {paper.Because}.{(paper.Tried is null ? "" : " Tried: " + paper.Tried)}");
        line("");
        string repeats = recipe.Settings.Seeds > 1 ? $", each with {recipe.Settings.Seeds} seeds" : "";
        line(string.Create(CultureInfo.InvariantCulture, $"Settings (`experiments/{recipe.Recipe.Name}.json`{repeats}); {Duration(recipe.Seconds)}:"));
        line("");
        line("```");
        foreach (var row in recipe.Settings.Rows)
            line(Differences(row));
        line("```");
    }

    // A row's settings where they are not the defaults: what a reader wants to see.
    private static string Differences(RunSettings row)
    {
        var defaults = new RunSettings().ToJson();
        return string.Join(", ", row.ToJson().Where(s => s.Key is not ("device" or "threads") && (s.Key is "data" or "seed" || !JsonNode.DeepEquals(s.Value, defaults[s.Key])))
            .Select(s => $"{s.Key} {s.Value?.ToJsonString().Trim('"')}"));
    }

    private static JsonObject Json(Measurement measured, PaperNumber? paper) => new()
    {
        ["id"] = measured.Id,
        ["quantity"] = measured.Quantity,
        ["mean"] = double.IsFinite(measured.Value.Mean) ? measured.Value.Mean : null,
        ["std"] = measured.Value.Std,
        ["standard_error"] = measured.Value.StandardError,
        ["count"] = measured.Value.Count,
        ["over"] = measured.Over,
        ["paper"] = paper is null ? null : new JsonObject
        {
            ["value"] = paper.Value, ["tolerance"] = paper.Tolerance, ["at_least"] = paper.AtLeast, ["at_most"] = paper.AtMost, ["source"] = paper.Source,
        },
        ["verdict"] = paper is null ? null : Word(paper.Judge(measured.Value)),
    };

    private static string Word(Judgement judgement) => judgement switch
    {
        Judgement.Same => "same",
        Judgement.Differs => "differs",
        _ => "cannot tell",
    };

    private static string Wanted(PaperNumber paper) =>
        paper.Value is double value ? $"{Number(value)} ± {Number(paper.Tolerance!.Value)}"
        : paper.AtLeast is double least ? $"at least {Number(least)}" : $"at most {Number(paper.AtMost!.Value)}";

    private static string Mean(Statistic value) =>
        value.StandardError is > 0 and double error ? $"{Number(value.Mean)} ± {Number(error)}" : Number(value.Mean);

    private static string Spread(Statistic value) => value switch
    {
        { StandardError: 0 } => "exact",
        { Std: double std } => Number(std),
        _ => "",
    };

    private static string Number(double value) =>
        double.IsInfinity(value) ? "infinite"
        : Math.Abs(value) is > 0 and < 0.001 ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 100 ? "0" : "0.####", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => seconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min");
}
