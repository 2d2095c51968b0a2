using System.Globalization;
using System.Text;
using TorchRf.Pruning;

namespace TorchRf.Experiments.Reproduction;

/// <summary>The paper's numbers beside the measured ones, as a page that a reviewer can read and as JSON.</summary>
public sealed record ReproductionReport(IReadOnlyList<ReproducedRecipe> Recipes, IReadOnlyList<PaperNumber> Paper, JsonObject Environment)
{
    private const string ThePaper = "The paper and its notebooks";
    private const string Neighbours = "Claims of neighbouring papers";

    private bool Quick => Recipes[0].Settings.Quick;

    /// <summary>The paper's numbers that were measured, each with its judgement, in the order of the recipes.</summary>
    public IEnumerable<(Measurement Measured, PaperNumber Paper, Judgement Judgement)> Judgements =>
        from recipe in Recipes
        from pair in recipe.Judged(Paper)
        where pair.Paper is not null
        select (pair.Measured, pair.Paper, pair.Paper.Judge(pair.Measured.Value));

    /// <summary>The page, in Markdown; pictures are linked in a folder "pictures" beside it.</summary>
    public string Markdown()
    {
        var page = new StringBuilder();
        void Line(string text) => page.Append(text).Append('\n');
        void Paragraph(string text) => Line(text + "\n");
        Paragraph("# Reproduction of Lufkin, Saxe & Grant (NeurIPS 2024)");
        InPlainWords(Line);
        Line("## How to read the rest\n");
        Paragraph(Invariant($"{(Quick ? "The quick variant: shorter and smaller than the paper, so that its numbers need not be the paper's. " : "")}{string.Join(", ", Environment.Where(e => e.Value is not null).Select(e => $"{e.Key.Replace('_', ' ')} {e.Value}"))}. {Duration(Recipes.Sum(r => r.Seconds))} of computation in all."));
        Paragraph("Each recipe's run time is that of its pieces of work, on a machine that may have been doing other things beside; a piece that was interrupted counts in all.");
        Line("A measured number is the *same* as theirs when it lies within the stated tolerance with two standard errors to spare, *differs* when it lies outside with two to spare, and otherwise one");
        Line("*cannot tell*. A number of theirs that is one run's is the *same* when it lies where 95 % of single runs lie here, and *differs* where less than 1 % do. What is read off a picture is a bound,");
        Paragraph("*kept* or *broken*, and counts as no number. Their numbers and the tolerances stand in `experiments/Reproduction/paper.json`; the measured ones come from the runs.");
        Paragraph("Initialisations that train side by side on the same examples count as one for the error of their mean, since one run does not tell how much those examples decide.");
        Summary(Line);
        foreach (var recipe in Recipes)
            Section(recipe, Line);
        return page.ToString();
    }

    /// <summary>How many of the paper's numbers the full run found the same ("13 same, 6 differ, 5 cannot tell"): from the page that lies beside the recipes.</summary>
    public static string FullRun()
    {
        using var page = new StreamReader(typeof(ReproductionReport).Assembly.GetManifestResourceStream("TorchRf.Experiments.REPRODUCTION.md")!);
        var heading = "## " + ThePaper + ": ";
        for (var line = page.ReadLine(); line is not null; line = page.ReadLine())
            if (line.StartsWith(heading, StringComparison.Ordinal))
                return line[heading.Length..];
        throw new InvalidOperationException("the page of the full run has no summary");
    }

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
            ["ica"] = new JsonArray([.. r.Settings.Ica.Select(search => search.ToJson())]),
            ["seeds"] = r.Settings.Seeds,
            ["failure"] = r.Failure,
            ["measurements"] = new JsonArray([.. r.Judged(Paper).Select(pair => Json(pair.Measured, pair.Paper))]),
            ["findings"] = new JsonArray([.. r.Outcome.Findings.Select(f => (JsonNode)JsonValue.Create(f))]),
        })]),
    };

    // A page for those who read no further.
    private void InPlainWords(Action<string> line)
    {
        line("A neuron that learns to tell two kinds of signals apart by their lengthscale may come to look at a small patch of them, a *localized* receptive field, or at all of them. The paper says which");
        line("and why: the excess kurtosis of the signals' values decides, by way of an amplifier that makes large weights outgrow small ones. Below is what came of its claims when they were");
        line("computed anew, what did not, and what was found beside. IPR, the inverse participation ratio, is 1 for a field that is a single site and 1/N for one that is the same everywhere.\n");
        var judged = Judgements.Where(j => j.Paper.Paper is null).ToArray();
        void Those(string title, Func<Judgement, bool> which, Func<PaperNumber, string> why)
        {
            var some = judged.Where(j => which(j.Judgement)).ToArray();
            if (some.Length == 0)
                return;
            line($"### {title}\n");
            foreach (var (measured, paper, _) in some)
                line($"- {char.ToUpperInvariant(paper.Plain[0])}{paper.Plain[1..]}. Here: {Mean(measured.Value)}{(paper.Value is null ? $" ({Wanted(paper)})" : "")}, over {measured.Value.Count} {measured.Over}.{why(paper)}");
            line("");
        }
        Those("What was reproduced", j => j is Judgement.Same or Judgement.Kept, _ => "");
        Those("What was not", j => j is Judgement.Differs or Judgement.Broken, Why);
        Those("What these runs cannot tell", j => j is Judgement.CannotTell, Why);
        foreach (var claims in Judgements.Where(j => j.Paper.Paper is not null).GroupBy(j => j.Paper.Paper!))
        {
            line($"### {claims.Key}\n");
            foreach (var (measured, paper, judgement) in claims)
                line($"- {char.ToUpperInvariant(paper.Plain[0])}{paper.Plain[1..]}: **{Word(paper, judgement)}**. Here: {Mean(measured.Value)} ({Wanted(paper)}, {paper.Of.ToString().ToLowerInvariant()}), over {measured.Value.Count} {measured.Over}.{(judgement is Judgement.Same or Judgement.Kept ? "" : Why(paper))}");
            line("");
        }
        var found = Recipes.Where(r => r.Outcome.New.Count > 0).ToArray();
        if (found.Length > 0)
        {
            line("### What is new here\n");
            foreach (var recipe in found)
                foreach (var sentence in recipe.Outcome.New)
                    line($"- {sentence} ([{recipe.Recipe.Name}](#{Anchor(recipe.Recipe)}))");
            line("");
        }
        line("### Contents\n");
        foreach (var recipe in Recipes)
            line($"- [{recipe.Recipe.Name}: {recipe.Recipe.Title}](#{Anchor(recipe.Recipe)})");
        line("");

    }

    private static string Why(PaperNumber paper) => paper.Smaller is not null ? $" Smaller here: {paper.Smaller}." : paper.Tried is null ? " Nothing else was tried yet." : $" Tried: {paper.Tried}";

    // As GitHub makes them of headings.
    private static string Anchor(Recipe recipe) => new([.. $"{recipe.Name}: {recipe.Title}".ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-').Select(c => c == ' ' ? '-' : c)]);

    private void Summary(Action<string> line)
    {
        Summary(ThePaper, paper => paper.Paper is null, line);
        Summary(Neighbours, paper => paper.Paper is not null, line);
    }

    private void Summary(string title, Func<PaperNumber, bool> which, Action<string> line)
    {
        var judged = Judgements.Where(j => which(j.Paper)).ToArray();
        var missed = Recipes.SelectMany(r => r.Missed(Paper)).Where(which).ToArray();
        if (judged.Length + missed.Length == 0)
            return;
        var compared = judged.Where(j => j.Paper.Smaller is null).ToArray();
        var (numbers, bounds) = (compared.Where(j => j.Paper.Value is not null).ToArray(), compared.Where(j => j.Paper.Value is null).ToArray());
        int Count(Judgement judgement) => numbers.Count(j => j.Judgement == judgement);
        line($"## {title}: {Count(Judgement.Same)} same, {Count(Judgement.Differs)} differ, {Count(Judgement.CannotTell)} cannot tell; {bounds.Count(j => j.Judgement == Judgement.Kept)} of {bounds.Length} bounds kept{(judged.Length > compared.Length ? $"; {judged.Length - compared.Length} without a verdict, for runs here are smaller" : "")}{(missed.Length > 0 ? $"; {missed.Length} not measured" : "")}\n");
        line("| quantity | theirs | measured | spread | n | verdict |");
        line("|---|---|---|---|---|---|");
        foreach (var (measured, paper, judgement) in judged)
            line($"| {measured.Id}: {measured.Quantity} | {Wanted(paper)} | {Mean(measured.Value)} | {Spread(measured.Value)} | {measured.Value.Count} {measured.Over} | {Word(paper, judgement)} |");
        foreach (var paper in missed)
            line($"| {paper.Id} | {Wanted(paper)} | not measured | | | |");
        line("");
    }

    private void Section(ReproducedRecipe recipe, Action<string> line)
    {
        line($"\n## {recipe.Recipe.Name}: {recipe.Recipe.Title}\n");
        if (recipe.Failure is string why)
            line($"It failed: {why}\n");
        foreach (var (name, figure) in recipe.Outcome.Pictures)
            line($"![{figure.Title}](pictures/{name}.png)\n");
        foreach (var finding in recipe.Outcome.Findings)
            line(finding + "\n");
        var rest = recipe.Judged(Paper).ToArray();
        if (rest.Length > 0)
        {
            line("| measured | mean | spread | n | theirs | verdict |");
            line("|---|---|---|---|---|---|");
            foreach (var (m, paper) in rest)
                line($"| {m.Quantity} | {Mean(m.Value)} | {Spread(m.Value)} | {m.Value.Count} {m.Over} | {(paper is null ? "" : Wanted(paper))} | {(paper is null ? "" : Word(paper, paper.Judge(m.Value)))} |");
            line("");
        }
        foreach (var (measured, paper) in rest)
            if (paper is not null)
                line($"- {paper.Id}: {paper.Source}; {paper.Because}.{(paper.Judge(measured.Value) is Judgement.Same or Judgement.Kept ? "" : Why(paper))}");
        string repeats = recipe.Settings.Seeds > 1 ? $", each with {recipe.Settings.Seeds} seeds" : "";
        line(Invariant($"\nSettings (`experiments/{recipe.Recipe.Name}.json`{repeats}); {Duration(recipe.Seconds)}:\n"));
        line("```");
        foreach (var (row, name) in recipe.Settings.Rows.Zip(recipe.Settings.Names))
            line($"{name}: {(recipe.Settings.Pruning is null ? Told(row.ToJson(), Always) : Used(row))}");
        if (recipe.Settings.Pruning is PruningSettings pruning)
            line(Invariant($"pruning: hidden {string.Join(",", pruning.Hidden)}, rounds {pruning.Rounds}, fraction {pruning.Fraction}, steps {pruning.Steps}, rewind {pruning.Rewind}, batch {pruning.Batch}, lr {pruning.Lr}, controls {string.Join(",", pruning.Controls)}"));
        foreach (var search in recipe.Settings.Ica)
            line($"ICA: {Told(search.ToJson(), [.. Always, "components", "examples", "class", "method", "algorithm", "contrast", "tolerance", "max_iterations"])}");
        line("```");
    }

    // Of what no network of a run is trained on: its data alone, files as they are.
    private static string Used(RunSettings row) => row.Data is FileSettings files ? $"data {files.Name}, class0 {files.Class0}, labels {files.Labels}" : Told(row.ToJson(), ["data", "sites", "seed"]);

    // Settings that every reader wants to see, and all others that are not at their defaults.
    private static readonly string[] Always = ["data", "sites", "inits", "steps", "batch", "lr", "init_scale", "streams", "seed"];

    private static string Told(JsonObject settings, string[] always)
    {
        var defaults = new RunSettings().ToJson();
        string[] ofData = (string?)settings["data"] switch
        {
            "ising" => ["couplings"],
            "nlgp" => ["gain", "lengthscales"],
            "kur" => ["k", "lengthscales"],
            "photo" or "patches" => ["strides"],
            "student-t" => ["nu", "lengthscales"],
            "elliptical" => ["radial", "lengthscales"],
            _ => ["lengthscales"],
        };
        return string.Join(", ", settings
            .Where(s => s.Key is not ("device" or "threads" or "sha256" or "photos") && (always.Contains(s.Key) || ofData.Contains(s.Key) || !JsonNode.DeepEquals(s.Value, defaults[s.Key])))
            .Select(s => $"{s.Key} {s.Value?.ToJsonString().Trim('"')}"));
    }

    private static JsonObject Json(Measurement measured, PaperNumber? paper)
    {
        var json = measured.Json();
        json["paper"] = paper is null ? null : new JsonObject
        {
            ["of"] = $"{paper.Of}".ToLowerInvariant(), ["paper"] = paper.Paper, ["value"] = paper.Value, ["tolerance"] = paper.Tolerance, ["one_run"] = paper.OneRun, ["at_least"] = paper.AtLeast, ["at_most"] = paper.AtMost, ["source"] = paper.Source,
        };
        json["verdict"] = paper is null ? null : Word(paper, paper.Judge(measured.Value));
        return json;
    }

    public static string Word(PaperNumber paper, Judgement judgement) => paper.Smaller is not null ? "no verdict" : judgement == Judgement.CannotTell ? "cannot tell" : $"{judgement}".ToLowerInvariant();

    private static string Wanted(PaperNumber paper) =>
        paper.Value is double value ? paper.OneRun ? $"{Number(value)} (one run)" : $"{Number(value)} ± {Number(paper.Tolerance!.Value)}"
        : paper.AtLeast is double least ? $"at least {Number(least)}" : $"at most {Number(paper.AtMost!.Value)}";

    private static string Mean(Statistic value) =>
        value.StandardError is > 0 and double error ? $"{Number(value.Mean)} ± {Number(error)}" : Number(value.Mean);

    private static string Spread(Statistic value) => value.IsExact ? "exact" : value.Std is double std ? Number(std) : "";

    private static string Number(double value) =>
        double.IsInfinity(value) ? "infinite"
        : Math.Abs(value) is > 0 and < 0.001 ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 100 ? "0" : "0.####", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => seconds < 120 ? Invariant($"{seconds:0} s") : Invariant($"{seconds / 60:0} min");
}

/// <summary>A recipe that was run for the report, or was to be.</summary>
/// <param name="Outcome">What it found; nothing where it failed.</param>
/// <param name="Seconds">What its pieces took, in this run or an earlier one.</param>
public sealed record ReproducedRecipe(Recipe Recipe, RecipeSettings Settings, RecipeOutcome Outcome, double Seconds, string? Failure = null)
{
    public static ReproducedRecipe Failed(Recipe recipe, RecipeSettings settings, double seconds, string why) =>
        new(recipe, settings, new RecipeOutcome([], [], []), seconds, why);

    /// <summary>Its measurements, each with the number that it is held against where there is one.</summary>
    public IEnumerable<(Measurement Measured, PaperNumber? Paper)> Judged(IReadOnlyList<PaperNumber> paper) =>
        Outcome.Measurements.Select(m => (m, paper.FirstOrDefault(p => p.Id == m.Id)));

    /// <summary>The numbers that it should have measured and did not.</summary>
    public IEnumerable<PaperNumber> Missed(IReadOnlyList<PaperNumber> paper) =>
        paper.Where(p => p.Id.StartsWith(Recipe.Name + ".", StringComparison.Ordinal)).ExceptBy(Outcome.Measurements.Select(m => m.Id), p => p.Id);
}
