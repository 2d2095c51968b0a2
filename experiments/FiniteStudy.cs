using System.Text.Json;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>Ingrosso and Goldt's networks on finite training sets, as they are and with all translations of their examples: how localized units become, and how well the network does on the set and on examples it has not seen.</summary>
internal static class FiniteStudy
{
    private const long Unseen = 20_000;

    private static readonly long[] Sizes = [200, 1000, 5000, 20_000, 100_000];

    /// <summary>What one seed's network came to on a set of P examples.</summary>
    /// <param name="Seen">Its square error on the set, translated where the training was.</param>
    private sealed record Outcome(long Size, bool Translated, double Localized, double Seen, double Unseen, double Accuracy);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var row = settings.Rows[0];
        long[] sizes = settings.Quick ? [200, 5000] : Sizes;
        Outcome[] all = [.. settings.Repeated(row).SelectMany(run => sizes.SelectMany(size => new[] { false, true }.Select(translated => Train(bench, run, size, translated))))];
        Statistic Of(long size, bool translated, Func<Outcome, double> value) => Statistic.Of([.. all.Where(o => o.Size == size && o.Translated == translated).Select(value)]);
        Statistic Shares(long size, bool translated) => Statistic.OfShares([.. all.Where(o => o.Size == size && o.Translated == translated).Select(o => o.Localized)], row.Model.Units);
        var measurements = new List<Measurement>();
        foreach (long size in sizes)
            foreach (bool translated in new[] { false, true })
            {
                string id = Invariant($"finite.p{size}{(translated ? "-translated" : "")}"), what = Invariant($"{size} examples{(translated ? " and their translations" : "")}: ");
                measurements.Add(new(id + ".localized", what + "fraction of units localized", Shares(size, translated), "seeds"));
                measurements.Add(new(id + ".seen", what + "square error on them", Of(size, translated, o => o.Seen), "seeds"));
                measurements.Add(new(id + ".unseen", what + "square error on examples not seen", Of(size, translated, o => o.Unseen), "seeds"));
                measurements.Add(new(id + ".accuracy", what + "accuracy on examples not seen", Of(size, translated, o => o.Accuracy), "seeds"));
            }
        // Seed by seed, for both networks of a seed have the same set.
        var ahead = sizes.Select(size => (Size: size, By: Statistic.Of([.. all.Where(o => o.Size == size).GroupBy(o => o.Translated).OrderBy(g => g.Key).Select(g => g.Select(o => o.Localized)).Aggregate((plain, moved) => plain.Zip(moved, (a, b) => b - a))]))).ToArray();
        measurements.AddRange(ahead.Select(a => new Measurement(Invariant($"finite.p{a.Size}.ahead"), Invariant($"{a.Size} examples: how many more units localize with their translations"), a.By, "seeds")));
        string[] findings = [.. ahead.Select(a => Invariant($"Of {a.Size} examples, {100 * Shares(a.Size, false).Mean:0} ± {100 * Shares(a.Size, false).Error:0} % of units localize, with their translations {100 * Shares(a.Size, true).Mean:0} ± {100 * Shares(a.Size, true).Error:0} %; the square error on examples not seen is {Of(a.Size, false, o => o.Unseen).Mean:0.00} and {Of(a.Size, true, o => o.Unseen).Mean:0.00}, on the set {Of(a.Size, false, o => o.Seen).Mean:0.00} and {Of(a.Size, true, o => o.Seen).Mean:0.00}."))];
        return new RecipeOutcome([("finite", Draw(row, settings.Seeds, sizes, Shares, Of))], measurements, findings);
    }

    /// <summary>How many trainings there are.</summary>
    internal static int Pieces(RecipeSettings settings) => settings.Seeds * 2 * (settings.Quick ? 2 : Sizes.Length);

    private static Outcome Train(Workbench bench, RunSettings run, long size, bool translated)
    {
        var ensemble = Ensemble.Of(run, predicts: false);
        var settings = new JsonObject { ["run"] = ensemble.Settings.ToJson(), ["size"] = size, ["translated"] = translated };
        var piece = bench.Do(Invariant($"finite-p{size}{(translated ? "-translated" : "")}-seed{run.Training.Seed}"), settings, progress =>
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new Generator(Seeds.Derive(run.Training.Seed, "finite", size), ensemble.Initial.device);
            var laws = ensemble.Task.Classes;
            var set = new ClassificationTask([.. laws.Select(law => new FiniteSample(law, law.Sample(size / laws.Count, generator), translated))]);
            using var model = ensemble.Model();
            var objective = Objectives.Of(model, run.Model.Loss, laws.Count, run.Training.Targets);
            using var trainer = new TaskTrainer<UnitNetwork>(model, set, run.Training, [run.Training.Steps], objective);
            var trained = trainer.Run(progress: progress, cancellation: bench.Cancellation);
            var (x, y) = ensemble.Task.Draw(Unseen, generator);
            var unseen = Evaluation.Of(model, objective, x, y);
            return new Piece(new JsonObject { ["outcome"] = JsonSerializer.SerializeToNode(new Outcome(size, translated, LocalizedFraction.Among(trained.Weights[-1]).Fraction, trained.Final.Loss, unseen.Loss, unseen.Accuracy!.Value)) },
                new Dictionary<string, Tensor> { ["weights"] = trained.Weights });
        });
        return piece.Numbers["outcome"].Deserialize<Outcome>()!;
    }

    private static Figure Draw(RunSettings row, int seeds, long[] sizes, Func<long, bool, Statistic> shares, Func<long, bool, Func<Outcome, double>, Statistic> of)
    {
        double[] x = [.. sizes.Select(s => (double)s)];
        Axis Examples() => new("examples") { Log = true };
        Series Line(bool translated, Func<Outcome, double> value, string? label, int style, Dash dash) => FieldPanels.Banded(x, [.. sizes.Select(s => of(s, translated, value))], label, style, dash, s => s.Error);
        return new Figure("Finite training sets",
        [
            new Panel("Localized units", Examples(), FieldPanels.PercentAxis("% of units"))
            {
                Series = [.. new[] { false, true }.SelectMany((translated, i) => FieldPanels.Percents([.. sizes.Select(s => shares(s, translated))], [.. x.Select(v => v * (i == 0 ? 0.94 : 1.06))], i, translated ? "with translations" : "as they are", along: false))],
                Legend = LegendPlacement.TopLeft,
            },
            new Panel("Square error", Examples(), new Axis("mean square error") { Minimum = 0 })
            {
                Series =
                [
                    Line(false, o => o.Unseen, "as they are, not seen", 0, Dash.Solid), Line(false, o => o.Seen, "as they are, seen", 0, Dash.Dashed),
                    Line(true, o => o.Unseen, "with translations, not seen", 1, Dash.Solid), Line(true, o => o.Seen, "with translations, seen", 1, Dash.Dashed),
                ],
                Legend = LegendPlacement.Outside,
            },
        ])
        {
            Columns = 2,
            Caption = Invariant($"Ingrosso and Goldt's networks on finite sets of {RowName.Of(row.Data)}, {RowName.Extent(row.Data)}; {row.Model.Units} erf units, time {(double)row.Training.Steps / row.Data.Sites:0}, {seeds} seeds, each with a set of its own, the same with and without translations. Left: means and standard deviations over seeds; right: bands of a standard error."),
        };
    }
}
