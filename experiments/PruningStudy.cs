using System.Text.Json;
using TorchRf.Data;
using TorchRf.Pruning;

namespace TorchRf.Experiments;

/// <summary>
/// Iterative magnitude pruning (Pellegrini and Biroli 2022; Redman, Wang, Ingrosso and Goldt 2024): whether what is left of first-layer fields lies close together, beside networks pruned at once and at random, and what the
/// pre-activations' kurtosis has to do with it. On a law on a torus, on its Gaussian clone, and on pictures where there are any.
/// </summary>
internal static class PruningStudy
{
    private const int Shown = 4;

    private static readonly (PruningKind Kind, string Name, string Words)[] Controls = [(PruningKind.OneShot, "one-shot", "pruned at once"), (PruningKind.Random, "random", "pruned at random")];

    /// <param name="Seeds">Of each seed what its trainings came to.</param>
    /// <param name="Masks">Of the first seed's last round, shape (K, N), and how its sites lie.</param>
    private sealed record Pruned(string Name, string Words, PruningRecord[][] Seeds, Tensor Masks, PixelGrid Grid)
    {
        internal int[] Rounds => [.. Of(0, PruningKind.Iterative).Select(r => r.Round)];

        internal IEnumerable<PruningRecord> Of(int seed, PruningKind kind) => Seeds[seed].Where(r => r.Kind == kind);

        /// <summary>A number of a training, one a seed; not a number where it has none.</summary>
        internal double[] Each(int round, PruningKind kind, Func<PruningRecord, double> of) => [.. Seeds.Select(records => records.Where(r => r.Round == round && r.Kind == kind).Select(of).DefaultIfEmpty(double.NaN).First())];

        internal Statistic Mean(int round, PruningKind kind, Func<PruningRecord, double> of) => Statistic.Of(Each(round, kind, of));
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        Pruned[] all = [.. settings.Rows.Zip(settings.Names).Where(row => IsHere(row.First)).Select(row => Prune(row.Second, row.First, settings, bench))];
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var one in all)
        {
            void Add(string id, string words, double[] seeds) => measurements.Add(new($"pruning.{one.Name}.{id}", $"{one.Words}: {words}", Statistic.Of(seeds), "seeds"));
            int last = one.Rounds[^1];
            foreach (var (kind, name, words) in ((PruningKind, string, string)[])[(PruningKind.Iterative, "rounds", "pruned round after round"), .. Controls])
            {
                Add($"{name}.accuracy", $"accuracy after round {last}, {words}", one.Each(last, kind, r => r.HeldAccuracy));
                Add($"{name}.ipr", $"IPR over that of the first round's weights under a mask at random, {words}", one.Each(last, kind, Named("ipr_ratio")));
                Add($"{name}.locality", $"pairs of surviving inputs near by over far away, in units of chance, {words}", one.Each(last, kind, Named("locality")));
            }
            double[] Times(PruningKind kind, string of) => [.. one.Each(last, kind, Named(of)).Zip(one.Each(last, PruningKind.Random, Named(of)), (own, random) => own / random)];
            foreach (var (kind, name, words) in ((PruningKind, string, string)[])[(PruningKind.Iterative, "rounds", "pruned round after round"), Controls[0]])
                foreach (var (of, what) in ((string, string)[])[("ipr", "IPR"), ("near_over_far", "pairs near by over far away"), ("in_degree_std_ratio", "how much numbers of inputs differ")])
                    Add($"{name}.{of}-over-random", $"{what} after round {last}, {words}, over that of the network pruned at random", Times(kind, of));
            double[] Less(string of, PruningKind kind) => [.. one.Each(last, PruningKind.Iterative, Named(of)).Zip(one.Each(last, kind, Named(of)), (a, b) => a - b)];
            Add("locality-ahead", "pairs near by over far away, in units of chance, round after round less at once", Less("locality", PruningKind.OneShot));
            double[] Slopes(Func<double, double> of) => [.. one.Seeds.Select((_, seed) => Slope([.. one.Of(seed, PruningKind.Iterative)], r => of(Named("kurtosis")(r))))];
            Add("kurtosis-slope", "excess kurtosis of pre-activations, gained a round", Slopes(k => k));
            Add("non-gaussian-slope", "size of the excess kurtosis of pre-activations, gained a round", Slopes(Math.Abs));
            Add("cavity-ahead", "what removing a weight adds to the kurtosis: weights that go next, less those that stay", [.. one.Seeds.Select((_, seed) => one.Of(seed, PruningKind.Iterative).Select(r => Named("cavity_next")(r) - Named("cavity_kept")(r)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())]);
            findings.Add(Sentence(one));
        }
        if (all.FirstOrDefault(o => o.Name == "nlgp") is { } law && all.FirstOrDefault(o => o.Name == "clone") is { } clone)
        {
            int last = law.Rounds[^1];
            double[] ahead = [.. law.Each(last, PruningKind.Iterative, Named("locality")).Zip(clone.Each(last, PruningKind.Iterative, Named("locality")), (a, b) => a - b)];
            measurements.Add(new("pruning.nlgp.clone-ahead", "pairs near by over far away, in units of chance: of the law less of its Gaussian clone", Statistic.Of(ahead), "seeds"));
        }
        if (all.Length < settings.Rows.Count)
            findings.Add("Fashion-MNIST is not on this machine (Debian's package dataset-fashion-mnist has it), and was left out.");
        return new RecipeOutcome([("pruning", Draw(all, settings)), ("pruning-masks", DrawMasks(all))], measurements, findings) { New = New(all) };
    }

    /// <summary>How many runs of pruning there are.</summary>
    internal static int Pieces(RecipeSettings settings) => settings.Seeds * settings.Rows.Count(IsHere);

    /// <summary>Whether a row's files are on this machine; a law has none.</summary>
    private static bool IsHere(RunSettings row) => row.Data.Files().All(f => f.File is null || File.Exists(f.File));

    private static Func<PruningRecord, double> Named(string name) => record => record.Measured.GetValueOrDefault(name) ?? double.NaN;

    private static Pruned Prune(string name, RunSettings row, RecipeSettings settings, Workbench bench)
    {
        var pieces = settings.Repeated(row).Select(run =>
        {
            var asked = new PruningRunSettings { Run = run, Pruning = settings.Pruning! };
            return bench.DoIn(Invariant($"pruning-{name}-seed{run.Training.Seed}"), new JsonObject { ["pruning"] = asked.ToJson() }, (folder, progress) =>
            {
                using var scope = torch.NewDisposeScope();
                var (filled, examples) = asked.Prepare();
                using (examples)
                using (var pruning = new PruningRun(filled.Pruning, examples, run.Training.Seed, ComputeDevice.Resolve(filled.Run.Device)))
                {
                    var records = pruning.Run(folder, progress, cancellation: bench.Cancellation);
                    var grid = examples.Grid;
                    return new Piece(new JsonObject { ["records"] = new JsonArray([.. records.Select(r => (JsonNode)r.ToJson())]), ["channels"] = grid.Channels, ["height"] = grid.Height, ["width"] = grid.Width },
                        new Dictionary<string, Tensor> { ["mask"] = PruningRun.FirstLayer(folder.Path, records.Last(r => r.Kind == PruningKind.Iterative).Round, PruningKind.Iterative).Mask.DetachFromDisposeScope() });
                }
            });
        }).ToArray();
        var first = pieces[0];
        string words = row.Data is FileSettings ? "Fashion-MNIST" : RowName.Of(row.Data);
        return new Pruned(name, words, [.. pieces.Select(p => p.Numbers["records"]!.AsArray().Select(PruningRecord.FromJson).ToArray())], first.Tensors["mask"], new PixelGrid((int)first.Numbers["channels"]!, (int)first.Numbers["height"]!, (int)first.Numbers["width"]!, row.Data.GoesAround));
    }

    // Of least squares.
    private static double Slope(PruningRecord[] rounds, Func<PruningRecord, double> of)
    {
        (double X, double Y)[] points = [.. rounds.Select(r => ((double)r.Round, of(r))).Where(p => double.IsFinite(p.Item2))];
        if (points.Length < 2)
            return double.NaN;
        double middle = points.Average(p => p.X);
        return points.Sum(p => (p.X - middle) * p.Y) / points.Sum(p => (p.X - middle) * (p.X - middle));
    }

    private static string Sentence(Pruned one)
    {
        int last = one.Rounds[^1];
        string Of(PruningKind kind, string name) => Words(one.Mean(last, kind, Named(name)));
        return Invariant($"{one.Words}: with {100 * one.Mean(last, PruningKind.Iterative, r => r.Density[0]).Mean:0.0} % of the first layer's weights left, surviving inputs of a unit lie near by {Of(PruningKind.Iterative, "locality")} times as often as chance has it after {last} rounds, {Of(PruningKind.OneShot, "locality")} times pruned at once and {Of(PruningKind.Random, "locality")} times at random (chance keeps the number of inputs of each unit and of connections of each pixel). IPR over that of the first round's weights under a mask at random: {Of(PruningKind.Iterative, "ipr_ratio")}, {Of(PruningKind.OneShot, "ipr_ratio")} and {Of(PruningKind.Random, "ipr_ratio")}; held-out accuracy {Accuracy(PruningKind.Iterative)}, {Accuracy(PruningKind.OneShot)} and {Accuracy(PruningKind.Random)}. The pre-activations' excess kurtosis, class by class, is {Words(one.Mean(0, PruningKind.Iterative, Named("kurtosis")))} before and {Of(PruningKind.Iterative, "kurtosis")} after.");

        string Accuracy(PruningKind kind) => Invariant($"{one.Mean(last, kind, r => r.HeldAccuracy).Mean:0.000}");
    }

    // Where seeds leave no doubt that masks of the clone are local too.
    private static string[] New(Pruned[] all)
    {
        if (all.FirstOrDefault(o => o.Name == "nlgp") is not { } law || all.FirstOrDefault(o => o.Name == "clone") is not { } clone)
            return [];
        Statistic Of(Pruned one) => one.Mean(one.Rounds[^1], PruningKind.Iterative, Named("locality"));
        return Of(clone).Mean - (5 * Of(clone).Error) < 1.5 ? []
            : [Invariant($"In networks of this size pruning needs no non-Gaussian data to leave local fields, which says nothing of larger ones: on a torus, of two classes of a Gaussian clone that differ in their lengthscale, a unit's inputs lie near by {Words(Of(clone))} times as often as chance has it, and {Words(Of(law))} times of the law itself.")];
    }

    private static string Words(Statistic value) => Invariant($"{value.Mean:0.00} ± {value.Error:0.00}");

    private static Figure Draw(Pruned[] all, RecipeSettings settings)
    {
        Panel Against(string title, string axis, Func<PruningRecord, double> of, bool controls, LegendPlacement legend, params ReferenceLine[] lines) => new(title, new Axis("weights left in the first layer, %") { Log = true, Reversed = true }, new Axis(axis))
        {
            Series =
            [
                .. all.SelectMany((one, i) =>
                {
                    double[] left = [.. one.Rounds.Select(round => 100 * one.Mean(round, PruningKind.Iterative, r => r.Density[0]).Mean)];
                    Series rounds = FieldPanels.Banded(left, [.. one.Rounds.Select(round => one.Mean(round, PruningKind.Iterative, of))], one.Words, i, Dash.Solid, s => s.Error);
                    return controls ? [rounds, .. Controls.Select((control, c) => Points(one, control.Kind, of, i, c))] : (IEnumerable<Series>)[rounds];
                }),
            ],
            ReferenceLines = lines,
            Legend = legend,
        };
        Series Points(Pruned one, PruningKind kind, Func<PruningRecord, double> of, int style, int control)
        {
            int[] rounds = [.. one.Of(0, kind).Select(r => r.Round)];
            return new PointSeries([.. rounds.Select(round => 100 * one.Mean(round, kind, r => r.Density[0]).Mean)], [.. rounds.Select(round => one.Mean(round, kind, of).Mean)]) { Style = style, Size = control == 0 ? 5 : 3 };
        }
        return new Figure("Iterative magnitude pruning",
        [
            Against("Pairs of inputs near by", "near over far, chance = 1", Named("locality"), true, LegendPlacement.TopLeft, ReferenceLine.Horizontal(1, null)),
            Against("Localization beyond sparsity", "IPR over chance mask, round 0", Named("ipr_ratio"), true, LegendPlacement.None, ReferenceLine.Horizontal(1, null)),
            Against("Accuracy", "held-out examples right", r => r.HeldAccuracy, true, LegendPlacement.None),
            Against("Pre-activations", "excess kurtosis, by class", Named("kurtosis"), false, LegendPlacement.None, ReferenceLine.Horizontal(0, null)),
            Against("Weights that go next", "kurtosis: next less kept", r => Named("cavity_next")(r) - Named("cavity_kept")(r), false, LegendPlacement.None, ReferenceLine.Horizontal(0, null)),
            Against("Numbers of inputs", "std over binomial", Named("in_degree_std_ratio"), true, LegendPlacement.None, ReferenceLine.Horizontal(1, null)),
        ])
        {
            Columns = 3,
            Caption = Invariant($"Networks of {string.Join(" and ", settings.Pruning!.Hidden)} ReLU units, {settings.Pruning.Steps} steps of {settings.Pruning.Batch} examples a round, {100 * settings.Pruning.Fraction:0} % of the weights left gone each time, back to step {settings.Pruning.Rewind}; {settings.Seeds} seeds (bands: a standard error). Lines: round after round. Large points: as many weights pruned at once; small ones: at random. Chance keeps each unit's number of inputs and each pixel's of connections."),
        };
    }

    private static Figure DrawMasks(Pruned[] all) => new("Where inputs that are left lie",
    [
        .. all.SelectMany(one =>
        {
            // To half a picture; of what is farther apart there are few places.
            var apart = Middle(Middle(DisplacementMap.Of(one.Masks, one.Grid).Same, 0, one.Grid.Height), 1, one.Grid.Width);
            double[] pairs = (apart / apart.max()).flatten().ToArray<double>();
            long[] degrees = one.Masks.sum(-1).ToArray<long>();
            return Enumerable.Range(0, degrees.Length).OrderByDescending(u => degrees[u]).Take(Shown - 1)
                .Select(unit => FieldPanels.Map(one.Masks[unit].view(one.Grid.Channels, one.Grid.Sites / one.Grid.Channels).to(ScalarType.Float64).mean([0]).ToArray<double>().Chunk(one.Grid.Width), Invariant($"a unit: {degrees[unit]} inputs")))
                .Prepend(FieldPanels.Map(pairs.Chunk((int)apart.shape[1]), $"{one.Words}: how far apart"));
        }),
    ])
    {
        Columns = Shown,
        Caption = Invariant($"First layer after the last round, first seed. Left: how many pairs of a unit's inputs lie so far apart, up to half a picture, over how many places do, all units together; no distance in the middle, the most frequent one darkest. Right: the {Shown - 1} units with the most inputs. A law's torus goes around."),
    };

    private static Tensor Middle(Tensor map, int axis, int side) => map.narrow(axis, (map.shape[axis] / 2) - (side / 2), Math.Min(map.shape[axis], side));
}
