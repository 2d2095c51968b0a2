using TorchRf.Experiments.Measuring;

namespace TorchRf.Experiments.Atlas;

/// <summary>All methods' fields on the same examples under the same rulers: who localizes, on which statistics, and how much.</summary>
/// <param name="Settings">What was asked for, filled in.</param>
/// <param name="Lattice">How the sites are arranged.</param>
/// <param name="Classes">What the examples of each class are.</param>
/// <param name="Kurtosis">The excess kurtosis of a whitened site in each class, the mean over sites; over seeds.</param>
/// <param name="Rows">What each method came to.</param>
/// <param name="LeftOut">Methods that cannot look at these data, and why.</param>
public sealed record AtlasOutcome(
    AtlasSettings Settings, Lattice Lattice, IReadOnlyList<string> Classes, IReadOnlyList<Statistic> Kurtosis, IReadOnlyList<AtlasRow> Rows, IReadOnlyList<(AtlasMethod Method, string Why)> LeftOut)
{
    private const string Dash = "-";

    /// <summary>How many pieces of work there are: one a method and seed.</summary>
    public static int Pieces(AtlasExamples examples) => examples.Settings.Chosen.Count(m => m.WhyNot(examples.Task) is null) * examples.Settings.Seeds;

    /// <summary>Lets every method look, seed by seed, and measures what it came to.</summary>
    /// <param name="examples">The data.</param>
    /// <param name="bench">Where each method's work with a seed is done and kept.</param>
    /// <exception cref="InvalidSettingException">No method that was asked for can look at these data.</exception>
    public static AtlasOutcome Run(AtlasExamples examples, Workbench bench)
    {
        var settings = examples.Settings;
        var chosen = settings.Chosen;
        AtlasMethod[] able = [.. chosen.Where(m => m.WhyNot(examples.Task) is null)];
        InvalidSettingException.Require(able.Length > 0, nameof(settings.Methods), settings.Methods, $"one that can look at these data: {chosen[0].WhyNot(examples.Task)}");
        var found = able.ToDictionary(m => m, _ => new List<FieldMeasures>());
        var (accuracies, localities, warnings) = (able.ToDictionary(m => m, _ => new List<double>()), able.ToDictionary(m => m, _ => new List<double>()), new List<string>());
        var diverged = new Dictionary<AtlasMethod, string>();
        var kurtosis = examples.Task.Classes.Select(_ => new List<double>()).ToArray();
        for (int i = 0; i < settings.Seeds; i++)
        {
            using var scope = torch.NewDisposeScope();
            ulong seed = settings.Run.Training.Seed + (ulong)i;
            var drawn = examples.Draw(seed);
            foreach (var (x, of) in drawn.Zip(kurtosis))
                of.Add(OfSites(x));
            foreach (var method in able.Where(m => !diverged.ContainsKey(m)))
            {
                LearntFields learnt;
                try
                {
                    learnt = method.Learn(new AtlasWork(method, settings, seed, drawn, examples.Task, bench));
                }
                catch (DivergenceException e)
                {
                    // One that fails does not take the others with it.
                    diverged[method] = Invariant($"with seed {seed} it diverged: {e.Message.TrimEnd('.')}");
                    continue;
                }
                var measures = FieldMeasures.Measure(new FieldPopulation(method.Title, learnt.Fields, examples.Lattice, examples.GoesAround) { PerNetwork = learnt.PerNetwork });
                measures.Of.Fields.DetachFromDisposeScope();
                measures.Fits.DetachFromDisposeScope();
                found[method].Add(measures);
                if (learnt.Accuracy is double accuracy)
                    accuracies[method].Add(accuracy);
                if (double.IsFinite(learnt.Locality))
                    localities[method].Add(learnt.Locality);
                if (learnt.Warning is string warning)
                    warnings.Add(warning);
            }
            foreach (var x in drawn)
                x.Dispose();
        }
        if (diverged.Count == able.Length)
            throw new ArithmeticException($"No method came to an end: {diverged[able[0]]}.");
        return new AtlasOutcome(settings, examples.Lattice, [.. examples.Task.Classes.Select(c => c.Description)], [.. kurtosis.Select(k => Statistic.Of(k))],
            [.. able.Where(m => !diverged.ContainsKey(m)).Select(m => new AtlasRow(m, found[m]) { Accuracy = OfSome(accuracies[m]), Locality = OfSome(localities[m]) })],
            [.. chosen.Except(able).Select(m => (m, m.WhyNot(examples.Task)!)), .. diverged.Select(d => (d.Key, d.Value))]) { Warnings = warnings };
    }

    // Site by site, of which each has a variance of its own in one class: all together would be a mixture.
    private static double OfSites(Tensor x) => PreactivationKurtosis.Of([[() => x]]).Mean?.Mean ?? double.NaN;

    private static Statistic OfSome(List<double> seeds) => seeds.Count == 0 ? new Statistic(double.NaN, null, null, 0) : Statistic.Of(seeds);

    /// <summary>What to know of single pieces, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The columns of the table; those of the orientation and Ringach's second number in two dimensions only.</summary>
    public IReadOnlyList<string> Columns => ["method", .. Cells.Where(Has).Select(c => c.Name)];

    /// <summary>The table, a method a row; errors are standard errors over seeds.</summary>
    public IEnumerable<string[]> Table => Rows.Select(row => (string[])[row.Method.Title, .. Cells.Where(Has).Select(c => c.Of(row))]);

    private static readonly (string Name, bool IsPlanar, Func<AtlasRow, string> Of)[] Cells =
    [
        ("fields", false, r => Invariant($"{r.Fields}")),
        ("IPR", false, r => Number(r.Ipr, 3)),
        ("by IPR %", false, r => Percent(r.ByIpr)),
        ("by surrogates %", false, r => Percent(r.BySurrogates)),
        ("localize", false, r => Word(r)),
        ("accuracy", false, r => Number(r.Accuracy, 2)),
        ("Gabor waves %", false, r => Percent(r.Waves)),
        ("n_x", false, r => Number(r.Of("n_x"), 2)),
        ("n_y", true, r => Number(r.Of("n_y"), 2)),
        ("sites covered %", false, r => Chance(r.Of("coverage"), r.Of("coverage_by_chance").Mean)),
        ("orientations %", true, r => Chance(r.Covered("orientation").Share, r.Covered("orientation").ByChance)),
        ("phases %", false, r => Chance(r.Covered("phase").Share, r.Covered("phase").ByChance)),
        ("frequency (c/site)", false, r => Number(r.Of("frequency"), 3)),
        ("octaves", true, r => Number(r.Of("frequency_octaves"), 1)),
    ];

    private bool Has((string Name, bool IsPlanar, Func<AtlasRow, string> Of) cell) => !cell.IsPlanar || Lattice.Dimensions == 2;

    private static string Word(AtlasRow row) => !row.Method.IsFree ? "built in" : row.Localizes switch
    {
        Localizes.Most => "yes",
        Localizes.Some => "some",
        Localizes.Modulated => "modulated",
        Localizes.None => "no",
        _ => "cannot tell",
    };

    // To as many decimals, and to one or two more where its error's first digit is there.
    private static string Number(Statistic of, int decimals)
    {
        if (!double.IsFinite(of.Mean))
            return Dash;
        if (of.StandardError is not double error || !double.IsFinite(error))
            return Text(of.Mean);
        int more = Enumerable.Range(0, 3).FirstOrDefault(d => Math.Round(error, decimals + d) > 0);
        decimals += more;
        return $"{Text(of.Mean)} ± {Text(error)}";

        string Text(double value) => value.ToString($"F{decimals}", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Percent(Statistic share) => Number(new Statistic(100 * share.Mean, null, 100 * share.StandardError, share.Count), 0);

    private static string Chance(Statistic share, double byChance) => !double.IsFinite(share.Mean) ? Dash : Invariant($"{Percent(share)} ({100 * byChance:0})");

    /// <summary>Who localizes, on which statistics, and how much: a sentence or two each, that say no more than seeds and fields allow.</summary>
    public IReadOnlyList<string> Answers => [Who, Statistics, HowMuch];

    private string Who
    {
        get
        {
            string Named(IEnumerable<AtlasRow> rows) => string.Join(", ", rows.Select(r => Invariant($"{Lower(r)} ({Percent(r.ByIpr)} % by IPR, {Percent(r.BySurrogates)} % by surrogates)")));
            (Localizes Kind, string Words)[] kinds =
            [
                (Localizes.Most, "most fields of"), (Localizes.Some, "some fields of"), (Localizes.Modulated, "modulated, but not at a small place, are fields of"), (Localizes.None, "neither ruler finds more than noise would have in"),
            ];
            var free = Rows.Where(r => r.Method.IsFree).ToArray();
            string[] parts = [.. kinds.Select(k => (k.Words, Of: free.Where(r => r.Localizes == k.Kind).ToArray())).Where(k => k.Of.Length > 0).Select(k => $"{k.Words} {Named(k.Of)}")];
            var untold = free.Where(r => r.Localizes == Localizes.CannotTell).ToArray();
            string who = parts.Length == 0 ? "" : $"Who localizes: {string.Join("; ", parts)}.";
            return string.Join(" ", ((string[])
            [
                who,
                untold.Length == 0 ? "" : $"{(parts.Length == 0 ? "Who localizes" : "It")} cannot be told, for seeds disagree, rulers are near their bounds or fields are too few, of {Named(untold)}.",
                .. Rows.Where(r => r.Method.Reach is not null).Select(r => Invariant($"The kernels of the {Lower(r)} have {r.Method.Reach} sites along each axis by construction, which is no finding.")),
                .. Rows.Where(r => r.Method.IsSparse).Select(r => Invariant($"The fields of the {Lower(r)} have few weights by construction, for which both rulers rise alone; {Together(r)}.")),
            ]).Where(s => s.Length > 0));
        }
    }

    // Of seeds Student's interval at 95 %.
    private static string Together(AtlasRow row)
    {
        var of = row.Locality;
        if (of.Count < 2)
            return "whether they lie together cannot be told";
        double reach = of.Error * MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, of.Count - 1, 0.975);
        string word = of.Mean - reach > 1 ? "more often than" : of.Mean + reach < 1 ? "less often than" : "as often, as far as can be told, as";
        return Invariant($"they lie near by {word} chance has it that keeps each unit's and each site's number of them ({Number(of, 2)} times)");
    }

    private string Statistics
    {
        get
        {
            string each = string.Join(" and ", Classes.Zip(Kurtosis, (name, k) => $"{name} (excess kurtosis of a whitened site, the mean over sites, {Number(k, 2)})"));
            return Invariant($"On which statistics: the same {Settings.Examples} examples a seed, of {each}, whitened by the mean covariance of {(Classes.Count == 1 ? "the class" : "the classes")}, ")
                + (Classes.Count == 1 ? "so that only higher moments are left to learn from." : "so that what is left to learn from is how the classes' covariances differ, and higher moments where there are any.");
        }
    }

    private string HowMuch
    {
        get
        {
            var ranked = Rows.Where(r => r.Method.IsFree && double.IsFinite(r.Ipr.Mean)).OrderByDescending(r => r.Ipr.Mean).ToArray();
            if (ranked.Length == 0)
                return "How much: no field of these can be measured that is not small by construction.";
            string Size(AtlasRow r) => Invariant($"{Lower(r)} ({Number(r.Ipr, 3)})");
            var local = ranked.Where(r => r.Localizes is Localizes.Most or Localizes.Some).ToArray();
            var tied = local.Skip(1).TakeWhile(r => !local[0].IsSurelyAbove(r)).ToArray();
            bool isFirst = ranked.Length == 1 || ranked[0].IsSurelyAbove(ranked[1]);
            string first = local.Length == 0 ? $"of no method can it be said that its fields localize{(isFirst ? $"; the largest mean IPR is that of {Size(ranked[0])}" : "")}"
                : tied.Length == 0 ? $"of those that localize the largest mean IPR is that of {Size(local[0])}" : $"which of those that localize has the largest mean IPR cannot be told, of {string.Join(", ", local.Take(tied.Length + 1).Select(Size))}";
            string last = local.Length > tied.Length + 1 && local[^2].IsSurelyAbove(local[^1]) ? $", the smallest that of {Size(local[^1])}" : "";
            var waves = ranked.Where(r => r.AreMostlyWaves).ToLookup(r => r.HasCycles);
            string planar = Lattice.Dimensions == 1 ? "" : Waves("Gabor waves, of whatever width,", waves[true]) + Waves("blobs or constants, with no wave in them,", waves[false]) + Waves("one or the other, Gabor waves or blobs,", waves[null]);
            return Invariant($"How much: {first}{last}; white noise has {3.0 / Lattice.Sites:0.000}, and a single site 1.{planar}");
        }
    }

    private static string Waves(string words, IEnumerable<AtlasRow> rows) => !rows.Any() ? ""
        : $" Most fields are nearly {words} in {string.Join(", ", rows.Select(r => Invariant($"{Lower(r)} (n_x {Number(r.Of("n_x"), 2)}, n_y {Number(r.Of("n_y"), 2)})")))}.";

    private static string Lower(AtlasRow row) => row.Method.Name == "ingrosso-goldt" ? row.Method.Title : char.ToLowerInvariant(row.Method.Title[0]) + row.Method.Title[1..];

    /// <summary>What the table's words mean.</summary>
    public string Legend => Invariant($"{Lattice} sites{(Lattice.Dimensions == 1 ? " on a ring" : "")}, {Settings.Seeds} seeds from {Settings.Run.Training.Seed} on; ± standard errors over seeds. All fields are measured over whitened sites, where all methods look. By IPR: above {InverseParticipationRatio.LocalizedAbove(Lattice.Sites):0.000}, which white noise seldom reaches; ")
        + "by surrogates: more concentrated than 99 % of fields of the same spectrum with random phases. Localize: most fields by IPR (yes), some, none though surrogates find more than noise would have (modulated), none by either (no); each only where it holds with 95 % confidence. "
        + $"n_x{(Lattice.Dimensions == 1 ? "" : ", n_y")}: cycles within an envelope's width along{(Lattice.Dimensions == 1 ? "" : " and across")} the wave, medians, of Gabor waves (misfit below 0.5), as phases{(Lattice.Dimensions == 1 ? "" : ", orientations (of eight sectors)")} and frequencies are{(Lattice.Dimensions == 1 ? "" : " (octaves: their middle half)")}; sites covered by each network's localized waves; in brackets by chance.{(Rows.Any(r => double.IsFinite(r.Accuracy.Mean)) ? " Accuracy: on the examples that were learnt from, of the pruned network on others." : "")}"
        + (Settings.Quick ? " A quick atlas: short trainings, for a first look." : "");

    /// <summary>Methods that were left out, and what to know of others, in sentences; empty for nothing.</summary>
    public string Notes => string.Join(" ", (string[])[.. LeftOut.Count == 0 ? (string[])[] : [$"Left out: {string.Join("; ", LeftOut.Select(l => $"{l.Method.Title}, for {l.Why}"))}."], .. Warnings]);

    /// <summary>The page: the picture, the table, and what they say.</summary>
    /// <param name="picture">The picture's file, as the page is to name it.</param>
    public string Markdown(string picture) => string.Join("\n\n", ((string[])
    [
        $"# {Title}", .. Answers, Notes, $"![{Title}]({picture})",
        string.Join("\n", [Row(Columns), Row(Columns.Select((_, i) => i == 0 ? "---" : "---:")), .. Table.Select(Row)]), Legend,
    ]).Where(part => part.Length > 0)) + "\n";

    /// <summary>What page and picture are called.</summary>
    public string Title => $"Atlas: {string.Join(" against ", Classes)}";

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>All of it as a document, with what the rulers say of each method's fields seed by seed.</summary>
    public JsonObject Json()
    {
        static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
        static JsonObject Shown(Statistic of) => new() { ["mean"] = Finite(of.Mean), ["standard_error"] = of.StandardError is double e ? Finite(e) : null };
        JsonObject Covered(AtlasRow row, string column)
        {
            var (share, byChance) = row.Covered(column);
            var json = Shown(share);
            json["by_chance"] = Finite(byChance);
            return json;
        }
        return new JsonObject
        {
            ["settings"] = Settings.ToJson(),
            ["seeds"] = Settings.Seeds,
            ["classes"] = new JsonArray([.. Classes.Zip(Kurtosis, (name, k) => (JsonNode)new JsonObject { ["name"] = name, ["excess_kurtosis_whitened"] = Shown(k) })]),
            ["methods"] = new JsonArray([.. Rows.Select(row => (JsonNode)new JsonObject
            {
                ["name"] = row.Method.Name,
                ["localize"] = Word(row),
                ["fields"] = row.Fields,
                ["accuracy"] = double.IsFinite(row.Accuracy.Mean) ? Shown(row.Accuracy) : null,
                ["locality"] = double.IsFinite(row.Locality.Mean) ? Shown(row.Locality) : null,
                ["ipr"] = Shown(row.Ipr),
                ["localized"] = Shown(row.ByIpr),
                ["localized_surrogate"] = Shown(row.BySurrogates),
                ["gabor"] = Shown(row.Waves),
                ["orientations"] = Covered(row, "orientation"),
                ["phases"] = Covered(row, "phase"),
                ["seeds"] = new JsonArray([.. row.Seeds.Select(s => (JsonNode)new JsonObject(s.Summary.Select(n => KeyValuePair.Create(n.Key, Finite(n.Value)))))]),
            })]),
            ["left_out"] = new JsonArray([.. LeftOut.Select(l => (JsonNode)new JsonObject { ["name"] = l.Method.Name, ["why"] = l.Why })]),
            ["warnings"] = new JsonArray([.. Warnings.Select(w => (JsonNode)JsonValue.Create(w))]),
            ["answers"] = new JsonArray([.. Answers.Select(a => (JsonNode)JsonValue.Create(a))]),
            ["legend"] = Legend,
        };
    }
}
