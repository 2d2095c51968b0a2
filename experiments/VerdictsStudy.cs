using TorchRf.Experiments.Analyzing;

namespace TorchRf.Experiments;

/// <summary>
/// Whether what is expected of examples is right: 20 000 of each class of laws whose outcome is known, given as a user's own, with many seeds. A verdict that is not the law's is wrong, unless it leaves the matter open: at the border, or cannot tell.
/// </summary>
internal static class VerdictsStudy
{
    private const long Examples = 20_000;

    // The constant and three pairs of waves.
    private const int Modes = 7;

    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    private static readonly Outcome[] Open = [Outcome.AtTheBorder, Outcome.CannotTell];

    // What each row of verdicts.json is called, and what is to be said of it; Kur(6) is near the border between two.
    private static readonly Dictionary<string, (string Name, Outcome[] Right)> Laws = new()
    {
        ["sphere"] = ($"Sphere, {Modes} modes", [Outcome.Extended]),
        ["low-rank"] = ($"Elliptical, {Modes} modes", [Outcome.Extended]),
        ["t9"] = ("t(9)", [Outcome.Extended]),
        ["gaussian"] = ("Gaussian", [Outcome.Extended]),
        ["kur-k3"] = ("Kur(3)", [Outcome.Extended]),
        ["nlgp-g0.4"] = ("NLGP(0.4)", [Outcome.Modulated]),
        ["nlgp-g1"] = ("NLGP(1)", [Outcome.Localized]),
        ["nlgp-g3"] = ("NLGP(3)", [Outcome.Localized]),
        ["kur-k30"] = ("Kur(30)", [Outcome.Localized]),
        ["kur-k6"] = ("Kur(6)", [Outcome.Modulated, Outcome.CannotTell]),
    };

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        var (measurements, counts) = (new List<Measurement>(), new List<int[]>());
        foreach (var (row, name) in settings.Rows.Zip(settings.Names))
        {
            var found = settings.Repeated(row).Select(run => Ask(bench, name, run)).ToArray();
            counts.Add([.. Outcomes.Select(o => found.Count(f => f == o))]);
            var (law, right) = Laws[name];
            measurements.Add(new($"verdicts.{name}.right", $"{law}: verdict {string.Join(" or ", right.Select(Expectation.Spelled))}", Statistic.Share(found.Count(right.Contains), found.Length), "seeds"));
            measurements.Add(new($"verdicts.{name}.wrong", $"{law}: another verdict than that, at the border or cannot tell", Statistic.Share(found.Count(f => Wrong(name, f)), found.Length), "seeds"));
        }
        int wrong = settings.Names.Zip(counts, (name, c) => Outcomes.Zip(c, (o, n) => Wrong(name, o) ? n : 0).Sum()).Sum(), all = counts.Sum(c => c.Sum());
        var clear = settings.Names.Zip(counts).Where(law => !Laws[law.First].Right.Contains(Outcome.CannotTell)).Select(law => law.Second).ToArray();
        int open = clear.Sum(c => Outcomes.Zip(c, (o, n) => Open.Contains(o) ? n : 0).Sum()), ofClear = clear.Sum(c => c.Sum());
        // With n trials and none wrong, shares above this would have shown one with 95 %.
        string bound = wrong == 0 ? Invariant($": with 95 % confidence fewer than {100 * (1 - Math.Pow(0.05, 1.0 / all)):0.0} % of such verdicts are, and of one law's fewer than {100 * (1 - Math.Pow(0.05, 1.0 / settings.Seeds)):0} %") : "";
        return new RecipeOutcome([("verdicts", Draw(settings, counts))], measurements,
        [
            .. settings.Names.Zip(counts, (name, c) => $"{Laws[name].Name}: {string.Join(", ", Outcomes.Zip(c).Where(p => p.Second > 0).Select(p => Invariant($"{Expectation.Spelled(p.First)} {p.Second} of {settings.Seeds}")))}."),
            Invariant($"Wrong: {wrong} of {all}{bound}. Left open, at the border or cannot tell, where the law is clear: {open} of {ofClear}."),
        ]);
    }

    private static bool Wrong(string name, Outcome outcome) => !Open.Contains(outcome) && !Laws[name].Right.Contains(outcome);

    private static Outcome Ask(Workbench bench, string name, RunSettings run)
    {
        var piece = bench.Do(Invariant($"verdicts-{name}-seed{run.Training.Seed}"), run.ToJson(), _ =>
        {
            using var scope = torch.NewDisposeScope();
            using var laws = run.Data.Task();
            using var generator = new Generator(Seeds.Derive(run.Training.Seed, "verdicts"));
            using var own = new ClassificationTask([.. laws.Classes.Select((law, c) => new FileExamples(Draw(law, name, generator), Invariant($"class {c}")))]);
            return new Piece(new JsonObject { ["outcome"] = Expectation.Of(own).Outcome.ToString() }, new Dictionary<string, Tensor>());
        });
        return Enum.Parse<Outcome>((string)piece.Numbers["outcome"]!);
    }

    // In a space of few waves the Gaussian's direction alone, or with a radius that takes two values: elliptical both.
    private static Tensor Draw(IDataModel law, string name, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var x = law.Sample(Examples, generator, ScalarType.Float64);
        if (name is "sphere" or "low-rank")
        {
            var angle = torch.arange(0, law.Sites, ScalarType.Float64) * (2 * Math.PI / law.Sites);
            var waves = torch.stack([.. Enumerable.Range(0, Modes).Select(m => m == 0 ? torch.ones_like(angle) : m % 2 == 1 ? (angle * ((m + 1) / 2)).cos() : (angle * (m / 2)).sin())]);
            waves = waves / torch.linalg.norm(waves, [-1], keepdim: true);
            var along = x.matmul(waves.mT);
            var spread = waves.matmul(law.Covariance.Times(waves).mT).diagonal().sqrt();
            var sphere = along / spread;
            sphere = sphere / torch.linalg.norm(sphere, [-1], keepdim: true);
            if (name == "low-rank")
                sphere = sphere * (torch.rand([Examples, 1], ScalarType.Float64, generator: generator).round() + 0.25);
            x = (sphere * spread).matmul(waves);
        }
        return x.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private static Figure Draw(RecipeSettings settings, List<int[]> counts)
    {
        var (first, laws) = (settings.Rows[0], settings.Names.Select(name => Laws[name].Name.Split(',')[0]).ToArray());
        static Axis Named(string label, IEnumerable<string> names) => new(label) { Ticks = [.. names.Select((name, i) => new Tick(i, name))] };
        return new Figure("What is expected of laws that are known",
        [
            new Panel("", Named("verdict", Outcomes.Select(o => o switch { Outcome.AtTheBorder => "border", Outcome.CannotTell => "open", _ => Expectation.Spelled(o) })), Named("", laws))
            {
                HeatMap = new HeatMap([.. counts.Select(c => c.Select(n => 100.0 * n / settings.Seeds).ToArray())]) { Minimum = 0, Maximum = 100, ColorBarLabel = "% of seeds" },
            },
        ])
        {
            Caption = Invariant($"{RowName.Extent(first.Data)}; {settings.Seeds} seeds of {Examples} examples of each class, given as a user's own. Sphere, elliptical: in a space of {Modes} Fourier modes. Border: at the border of localization; open: cannot tell."),
        };
    }
}
