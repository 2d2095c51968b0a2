using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Pruning;

namespace TorchRf.Experiments;

/// <summary>What a run of pruning leaves in its folder. Its words and pictures are made from nothing else, so that they can be made again.</summary>
/// <param name="Settings">What was run, everything filled in.</param>
/// <param name="Records">What each training came to, in their order.</param>
/// <param name="Picture">How sites lie, as (channels, side); null for a ring.</param>
public sealed record KeptPruning(PruningRunSettings Settings, IReadOnlyList<PruningRecord> Records, (int Channels, int Side)? Picture)
{
    /// <summary>Those of the network that was pruned round after round.</summary>
    public IEnumerable<PruningRecord> Rounds => Records.Where(r => r.Kind == PruningKind.Iterative);

    /// <summary>Reads what a run left.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="results">What its results.json holds.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static KeptPruning Read(string folder, JsonObject results, Catalogue catalogue)
    {
        var file = Path.Combine(folder, RunFolder.ResultsFile);
        if (results["settings"] is not JsonObject settings || results["rounds"] is not JsonArray { Count: > 0 } rounds)
            throw MalformedFile.Because(file, "not the results of pruning (it has no settings and no rounds)");
        PruningRecord[] records = [.. rounds.Select(PruningRecord.FromJson)];
        int side = (int)JsonFile.Number(results, "picture", "side"), channels = (int)JsonFile.Number(results, "picture", "channels");
        return new KeptPruning(PruningRunSettings.FromRun(settings, catalogue), records, side > 0 && channels > 0 ? (channels, side) : null);
    }
}

/// <summary>Accuracy and localization against density, and the masks of the most connected units where the sites are a picture.</summary>
public static class PruningFigure
{
    private const int Columns = 4;
    private const int Shown = 8;

    private static readonly (PruningKind Kind, string Name)[] Kinds = [(PruningKind.Iterative, "round after round"), (PruningKind.OneShot, "at once"), (PruningKind.Random, "at random")];

    private static readonly (string Key, string Name)[] Silenced = [("most", "most inputs"), ("least", "fewest inputs"), ("random", "any")];

    /// <summary>Seven panels, and below them eight masks of the last round.</summary>
    /// <param name="run">What was run.</param>
    /// <param name="folder">Where it is.</param>
    /// <exception cref="InvalidDataException">The last round's network is damaged.</exception>
    public static Figure Of(KeptPruning run, string folder)
    {
        using var scope = torch.NewDisposeScope();
        double[] density = [.. run.Rounds.Select(r => 100 * r.Density[0])];
        Panel Against(string title, string axis, Func<PruningRecord, double> of, bool log, params Series[] more) =>
            new(title, new Axis("weights left, %") { Log = true, Reversed = true }, new Axis(axis) { Log = log }) { Series = [.. more, .. Kinds.Select((kind, i) => Of(run.Records, kind.Kind, kind.Name, i, of)).OfType<Series>()] };
        var panels = new List<Panel?>
        {
            Against("Accuracy, held-out", "accuracy, %", r => 100 * r.HeldAccuracy, log: false),
            Against("Localization of rows", "IPR", r => r.Measured.GetValueOrDefault("ipr") ?? double.NaN, log: true,
                new LineSeries(density, [.. run.Rounds.Select(r => r.Measured.GetValueOrDefault("ipr_random") ?? double.NaN)]) { Label = "chance", Style = 6, Dash = Dash.Dotted }),
            Against("Inputs near one another", "chance = 1", r => r.Measured.GetValueOrDefault("locality") ?? double.NaN, log: false),
            Against("Pre-activations", "excess kurtosis", r => r.Measured.GetValueOrDefault("kurtosis") ?? double.NaN, log: false),
        };
        var last = run.Rounds.Last();
        var mask = PruningRun.FirstLayer(folder, last.Round, PruningKind.Iterative).Mask;
        panels.Add(new Panel("Weights that go next", new Axis("weights left, %") { Log = true, Reversed = true }, new Axis("kurtosis, less kept"))
        {
            Series = [new LineSeries(density, [.. run.Rounds.Select(r => r.Measured.GetValueOrDefault("cavity_next") - r.Measured.GetValueOrDefault("cavity_kept") ?? double.NaN)])],
            ReferenceLines = [ReferenceLine.Horizontal(0, null)],
        });
        panels.Add(new Panel("A tenth of the units silent", new Axis("weights left, %") { Log = true, Reversed = true }, new Axis("accuracy, %"))
        {
            Series = [.. Silenced.Select((which, i) => new LineSeries(density, [.. run.Rounds.Select(r => 100 * r.Measured.GetValueOrDefault("accuracy_without_" + which.Key) ?? double.NaN)]) { Label = which.Name, Style = 3 + i })],
        });
        panels.Add(Degrees(InDegrees.Of(mask), last.Round));
        if (run.Picture is var (channels, side))
        {
            panels.Add(null);
            var degrees = mask.sum(-1).ToArray<long>();
            if (mask.shape[1] != (long)channels * side * side)
                throw MalformedFile.Because(folder, FormattableString.Invariant($"its masks are not of pictures of {channels} x {side} x {side} sites"));
            foreach (var unit in Enumerable.Range(0, degrees.Length).OrderByDescending(u => degrees[u]).Take(Shown))
            {
                double[] sites = (mask[unit].view(channels, side, side).to(ScalarType.Float64).mean([0])).ToArray<double>();
                panels.Add(FieldPanels.Map(sites.Chunk(side), Invariant($"unit {unit}: {degrees[unit]} weights")));
            }
        }
        return new Figure("Pruning by magnitude", panels)
        {
            Columns = Columns,
            Caption = Invariant($"N = {run.Settings.Run.Data.Sites}, hidden layers of {string.Join(" and ", run.Settings.Pruning.Hidden)} units, seed {run.Settings.Run.Training.Seed}; {run.Settings.Pruning.Steps} steps of {run.Settings.Pruning.Batch} examples a training, weights back to step {run.Settings.Pruning.Rewind} each time. Weights left: of the first layer. At once and at random: as many weights in each layer. Chance: weights of round 0 under a mask of as many by chance. Next, kept: weights that the next round takes and those that it keeps, and what removing one adds to the kurtosis. Silent: units of the first layer.{(run.Picture is null ? "" : Invariant($" Masks of the most connected units of round {last.Round}."))} {FieldPanels.IprInWords}"),
        };
    }

    // From the fewest to the most that there are.
    private static Panel Degrees(InDegrees inputs, int round)
    {
        int from = inputs.Units.Min(), to = inputs.Units.Max();
        double[] n = [.. Enumerable.Range(from, to - from + 1).Select(d => (double)d)];
        double[] Between(IEnumerable<double> counts) => [.. counts.Skip(from).Take(n.Length)];
        return new Panel(Invariant($"Inputs of units, round {round}"), new Axis("inputs of a unit"), new Axis("units"))
        {
            Series =
            [
                new PointSeries(n, Between(inputs.Histogram().Select(c => (double)c))) { Label = "counted", Style = 0 },
                new LineSeries(n, Between(inputs.Expected())) { Label = "binomial", Style = 6, Dash = Dash.Dotted },
            ],
        };
    }

    private static Series? Of(IReadOnlyList<PruningRecord> records, PruningKind kind, string name, int style, Func<PruningRecord, double> of)
    {
        PruningRecord[] own = [.. records.Where(r => r.Kind == kind)];
        double[] x = [.. own.Select(r => 100 * r.Density[0])], y = [.. own.Select(of)];
        return own.Length == 0 ? null : kind == PruningKind.Iterative ? new LineSeries(x, y) { Label = name, Style = style } : new PointSeries(x, y) { Label = name, Style = style };
    }
}
