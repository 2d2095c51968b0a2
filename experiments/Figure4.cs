using MathNet.Numerics.Statistics;
using TorchRf.Experiments.Reproduction;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 4: elliptical data never localize, whatever their kurtosis; the receptive field is nearly a sinusoid (Prop. 3.3). Student's t(3), the
/// surface of an ellipse, and the outer-shell law, with how far each field is from the nearest sinusoid with a constant beside it, as the authors fit it:
/// amplitude, frequency, shift and constant are free, over x from 0 to 1 with both ends.
/// </summary>
internal static class Figure4
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;
    private const double Tolerance = 1e-6;
    private const double Longest = 2000;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.EachSeed("figure4", settings, bench, row => RowName.Of(row.Data), steps => SnapshotSchedule.Even(steps, Snapshots), predicts: true).ToArray();
        var panels = new List<Panel?>();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var seeds in rows)
        {
            var (first, w) = (seeds[0], seeds[0].Run.Weights.squeeze(2).to(ScalarType.Float64));
            var fit = SinusoidFit.Real(w[-1], offset: true);
            double[][] misfits = [.. seeds.Select(s => SinusoidFit.Real(s.Trained.squeeze(1), offset: true).Misfit.to(ScalarType.Float64).ToArray<double>())];
            var misfit = Statistic.OfGroups(misfits);
            string over = Invariant($"seeds of {misfits[0].Length} starts");
            measurements.Add(new($"{first.Id}.misfit", $"{first.What}: misfit of a sinusoid with a constant", misfit, over));
            measurements.Add(new($"{first.Id}.ipr", $"{first.What}: IPR", Statistic.OfGroups([.. seeds.Select(s => s.Ipr)]), over));
            measurements.AddRange(AtRest(seeds, bench));
            var (low, high) = PaperNumber.SingleRuns(misfit, 0.95);
            findings.Add(Invariant($"{first.What}: misfit {Distribution([.. misfits.SelectMany(m => m)])}; 95 of 100 single runs lie below {100 * high:0.0} %{(low > 0 ? Invariant($" and above {100 * low:0.0} %") : "")}."));

            using var generator = new Generator(Seeds.Derive(first.Settings.Training.Seed, "figure 4"));
            panels.Add(LawPanels.Marginal(first.Ensemble.Task.Classes[1], first.Ensemble.Task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(FieldPanels.Evolution(first.Run.Steps, w.select(1, 0), "Receptive field", w.select(1, 0).abs().max().item<double>()));
            panels.Add(Fit(w[-1][0], fit.Curve((int)w.shape[^1])[0]));
            panels.Add(Misfits(misfits, PaperNumber.All().Single(p => p.Id == $"{first.Id}.misfit").Value!.Value));
        }
        findings.Add(InTheEnd(rows[^1][0]));
        return new RecipeOutcome([("figure4", Draw(panels, rows))], measurements, findings);
    }

    // The same starts followed by theory until nothing moves: what training would come to without noise.
    private static IEnumerable<Measurement> AtRest(StudiedRow[] seeds, Workbench bench)
    {
        var rests = seeds.Select(s => bench.Rest(s.Piece, s.Ensemble, Tolerance, Longest)).ToArray();
        string where = rests.All(r => r.AtRest) ? "at convergence of theory" : Invariant($"theory at time {Longest:0}, not at rest yet");
        Measurement Measured(string id, string quantity, Func<Tensor, Tensor> values) =>
            new($"{seeds[0].Id}.rest-{id}", $"{seeds[0].What}, {where}: {quantity}", Statistic.Of([.. rests.SelectMany(r => values(r.Weights).ToArray<double>())]), "starts");
        yield return Measured("misfit", "misfit of a sinusoid with a constant", w => SinusoidFit.Real(w, offset: true).Misfit);
        yield return Measured("constant", "share of |w|² in the constant", w => w.mean([-1]).square() * w.shape[^1] / w.square().sum(-1));
    }

    private static Figure Draw(List<Panel?> panels, StudiedRow[][] rows)
    {
        var all = rows.SelectMany(r => r).ToArray();
        var (localized, first) = (all.Sum(r => r.Localized.Count), all[0].Settings);
        return new(Invariant($"Elliptical data: {(localized == 0 ? "none" : localized)} of {all.Sum(r => r.Localized.Total)} receptive fields localized, whatever the excess kurtosis"), panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => r[0].What)],
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(first.Data)}; {rows[0].Length} seeds of {first.Training.Inits} starts a row, of which the first start of the first seed is drawn. Misfit: share of the norm that the nearest sinusoid with a constant leaves; columns of dots are seeds, the line is the paper's one run."),
        };
    }

    private static Panel Fit(Tensor w, Tensor curve)
    {
        double[] site = LinearRange(0, (int)w.shape[0] - 1);
        return new Panel("Fit of a sinusoid", new Axis("site"), new Axis("weight"))
        {
            Series =
            [
                new PointSeries(site, w.ToArray<double>()) { Label = "trained", Style = 0 },
                new LineSeries(site, curve.ToArray<double>()) { Label = "sinusoid + constant", Style = 1, Dash = Dash.Solid },
            ],
        };
    }

    private static Panel Misfits(double[][] misfits, double theirs) =>
        new("Misfit", new Axis("seed") { Minimum = 0, Maximum = misfits.Length + 1, WholeTicks = true }, new Axis("misfit (%)") { Minimum = 0 })
        {
            Series = [new PointSeries([.. misfits.SelectMany((seed, i) => seed.Select(_ => i + 1.0))], [.. misfits.SelectMany(m => m).Select(m => 100 * m)]) { Style = 0, Opacity = 0.7 }],
            ReferenceLines = [ReferenceLine.Horizontal(100 * theirs, "paper")],
        };

    private static string Distribution(double[] misfit) => Invariant($"median {100 * misfit.Median():0.0} %, {100 * misfit.Min():0.0} to {100 * misfit.Max():0.0} %");

    // What gradient descent would come to if it went on for ever: theory's closed form.
    private static string InTheEnd(StudiedRow row)
    {
        var (classes, training) = (row.Ensemble.Task.Classes, row.Settings.Training);
        if (classes[0].Covariance is not IStationaryCovariance first || classes[1].Covariance is not IStationaryCovariance second)
            return "";
        var end = SinusoidalSteadyState.Of(first, second, classes[1].Marginal.FullAmplifier().Of(torch.tensor(new[] { 1.0 })).item<double>());
        return Invariant($"At convergence theory has {(end.Cycles.All(c => c == 0) ? "a constant" : $"a sinusoid of {string.Join(" and ", end.Cycles)} cycles")}: the slowest other mode dies as exp(-{end.SlowestRate:0.0000} t), which takes {3 / end.SlowestRate / training.Lr:0} steps of lr {training.Lr} to fall to 5 %. The fields here are after {training.Steps} steps.");
    }
}
