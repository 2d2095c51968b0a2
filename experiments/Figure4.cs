using MathNet.Numerics.Statistics;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 4: elliptical data never localize, whatever their kurtosis; the receptive field is nearly a sinusoid (Prop. 3.3). Student's t(3), the
/// surface of an ellipse, and the outer-shell law, with how far each field is from the nearest sinusoid.
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
        var rows = StudiedRow.Each("figure4", settings, bench, row => Invariant($"{RowName.Of(row.Data)}, batch {row.Training.Batch}"), steps => SnapshotSchedule.Even(steps, Snapshots), predicts: true);
        var panels = new List<Panel?>();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in rows)
        {
            var w = row.Run.Weights.squeeze(2).to(ScalarType.Float64);
            var raised = SinusoidFit.Real(w[-1], offset: true);
            double[] misfits = SinusoidFit.Real(w[-1]).Misfit.ToArray<double>(), raisedMisfits = raised.Misfit.ToArray<double>();
            measurements.Add(row.Measured("misfit", "misfit of a sinusoid of one free frequency", misfits));
            measurements.Add(row.Measured("misfit-offset", "the same with a constant beside it", raisedMisfits));
            measurements.Add(row.Measured("ipr", "IPR", row.Ipr));
            measurements.AddRange(AtRest(row, bench));
            findings.Add($"{row.What}: misfit {Distribution(misfits)} ({misfits.Length} initialisations); with a constant {Distribution(raisedMisfits)}.");

            using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "figure 4"));
            panels.Add(LawPanels.Marginal(row.Ensemble.Task.Classes[1], row.Ensemble.Task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(FieldPanels.Evolution(row.Run.Steps, w.select(1, 0), "Receptive field", w.select(1, 0).abs().max().item<double>()));
            panels.Add(Fit(w[-1][0], raised.Curve((int)w.shape[^1])[0]));
            panels.Add(Misfits(misfits, raisedMisfits));
        }
        findings.Add(InTheEnd(rows[^1]));
        return new RecipeOutcome([("figure4", Draw(panels, rows))], measurements, findings);
    }

    // The same starts followed by theory until nothing moves: what training would come to without noise.
    private static IEnumerable<Measurement> AtRest(StudiedRow row, Workbench bench)
    {
        var (w, rests) = bench.Rest(row.Piece, row.Ensemble, Tolerance, Longest);
        string where = rests ? "at convergence of theory" : Invariant($"theory at time {Longest:0}, not at rest yet");
        Measurement Measured(string id, string quantity, Tensor values) => new($"{row.Id}.rest-{id}", $"{row.What}, {where}: {quantity}", Statistic.Of(values.ToArray<double>()), "initialisations");
        yield return Measured("misfit", "misfit of a sinusoid", SinusoidFit.Real(w).Misfit);
        yield return Measured("misfit-offset", "the same with a constant beside it", SinusoidFit.Real(w, offset: true).Misfit);
        yield return Measured("constant", "share of |w|² in the constant", w.mean([-1]).square() * w.shape[^1] / w.square().sum(-1));
    }

    private static Figure Draw(List<Panel?> panels, StudiedRow[] rows)
    {
        var (localized, first) = (rows.Sum(r => r.Localized.Count), rows[0].Settings);
        return new(Invariant($"Elliptical data: {(localized == 0 ? "none" : localized)} of {rows.Sum(r => r.Localized.Total)} receptive fields localized, whatever the excess kurtosis"), panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => r.What)],
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(first.Data)}; {string.Join(", ", rows.Select(r => r.Settings.Training.Inits).Distinct())} initialisations a row, of which the first is drawn; seed {first.Training.Seed}. Misfit: share of the norm that the nearest sinusoid leaves."),
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

    private static Panel Misfits(double[] plain, double[] raised)
    {
        PointSeries Percent(double[] misfit, string label, int style) => new(LinearRange(1, misfit.Length), [.. misfit.Order().Select(m => 100 * m)]) { Label = label, Style = style };
        return new Panel("Misfit", new Axis("initialisation, by misfit") { Minimum = 0, Maximum = plain.Length + 1, WholeTicks = true }, new Axis("misfit (%)") { Minimum = 0 })
        {
            Series = [Percent(plain, "sinusoid", 0), Percent(raised, "with a constant", 1)],
        };
    }

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
