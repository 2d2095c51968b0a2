using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Theory;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 4: elliptical data never localize, whatever their kurtosis; the receptive field is nearly a sinusoid (Prop. 3.3). Student's t(3), the
/// surface of an ellipse, and the outer-shell law, with how far each field is from the nearest sinusoid.
/// </summary>
public sealed class Figure4 : IRecipe
{
    private const int Snapshots = 81;
    private const int Drawn = 2000;
    private const double Tolerance = 1e-6;
    private const double Longest = 2000;

    /// <inheritdoc/>
    public string Name => "figure4";

    /// <inheritdoc/>
    public string Title => "Elliptical data: sinusoids, whatever the kurtosis";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var panels = new List<Panel?>();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        var (localized, all) = (0, 0);
        foreach (var (row, name) in settings.Rows.Zip(settings.Names))
        {
            var ensemble = Ensemble.Of(row);
            var schedule = SnapshotSchedule.Even(row.Training.Steps, Snapshots);
            var w = bench.Train("figure4-" + name, ensemble, schedule).Weights.squeeze(2).to(ScalarType.Float64);
            var plain = SinusoidFit.Real(w[-1]);
            var raised = SinusoidFit.Real(w[-1], offset: true);
            string data = $"{RowName.Of(row.Data)}, batch {row.Training.Batch}";
            measurements.Add(Measurement.OverInitialisations($"figure4.{name}.misfit", $"{data}: misfit of a sinusoid of one free frequency", Values(plain.Misfit), row));
            measurements.Add(Measurement.OverInitialisations($"figure4.{name}.misfit-offset", $"{data}: the same with a constant beside it", Values(raised.Misfit), row));
            measurements.Add(Measurement.OverInitialisations($"figure4.{name}.ipr", $"{data}: IPR", Values(InverseParticipationRatio.Of(w[-1])), row));
            var among = LocalizedFraction.Among(w[-1]);
            (localized, all) = (localized + among.Count, all + among.Total);
            findings.Add(Distribution(data, Values(plain.Misfit), Values(raised.Misfit)));
            measurements.AddRange(AtRest(name, data, ensemble, bench));

            using var generator = new Generator(Seeds.Derive(row.Training.Seed, "figure 4"));
            var model = ensemble.Task.Classes[1];
            panels.Add(MarginalPanel.Of(model, ensemble.Task.Sample(1, Drawn, generator), "Marginal"));
            panels.Add(EvolutionPanel.Of(schedule, w.select(1, 0), "Receptive field", w.select(1, 0).abs().max().item<double>()));
            panels.Add(Fit(w[-1][0], raised.Curve((int)w.shape[^1])[0]));
            panels.Add(Misfits(Values(plain.Misfit), Values(raised.Misfit)));
        }
        findings.Add(InTheEnd(settings.Rows[^1]));
        return new RecipeOutcome([("figure4", Draw(panels, settings, localized, all))], measurements, findings);
    }

    // The same starts followed by theory until nothing moves: what training would come to without noise.
    private static IEnumerable<Measurement> AtRest(string name, string data, Ensemble ensemble, Workbench bench)
    {
        var settings = new JsonObject { ["run"] = ensemble.Settings.ToJson(), ["tolerance"] = Tolerance, ["longest"] = Longest };
        var piece = bench.Do($"figure4-{name}-rest", settings, _ =>
        {
            var rest = SteadyState.Of(ensemble.Flow!, ensemble.Initial, Tolerance, Longest, bench.Cancellation);
            return new Piece(new JsonObject { ["converged"] = rest.Ending == Ending.AtRest }, new Dictionary<string, Tensor> { ["weights"] = rest.Weights[0].squeeze(1).cpu().DetachFromDisposeScope() });
        });
        var w = piece.Tensors["weights"];
        var constant = w.mean([-1]).square() * w.shape[^1] / w.square().sum(-1);
        string where = (bool)piece.Numbers["converged"]! ? "at convergence of theory" : $"theory at time {Longest:0}, not at rest yet";
        yield return new($"figure4.{name}.rest-misfit", $"{data}, {where}: misfit of a sinusoid", Statistic.Of(Values(SinusoidFit.Real(w).Misfit)), "initialisations");
        yield return new($"figure4.{name}.rest-misfit-offset", $"{data}, {where}: the same with a constant beside it", Statistic.Of(Values(SinusoidFit.Real(w, offset: true).Misfit)), "initialisations");
        yield return new($"figure4.{name}.rest-constant", $"{data}, {where}: share of |w|² in the constant", Statistic.Of(Values(constant)), "initialisations");
    }

    private static Figure Draw(List<Panel?> panels, RecipeSettings settings, int localized, int all) => new(
        string.Create(CultureInfo.InvariantCulture, $"Elliptical data: {(localized == 0 ? "none" : $"{localized}")} of {all} receptive fields localized, whatever the excess kurtosis"), panels)
    {
        Columns = 4,
        RowLabels = [.. settings.Rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{RowName.Of(r.Data)}, batch {r.Training.Batch}"))],
        Caption = string.Create(CultureInfo.InvariantCulture,
            $"One ReLU neuron, N = {settings.Rows[0].Data.Sites}, ξ = {string.Join(" and ", settings.Rows[0].Data.Lengthscales())}; {string.Join(", ", settings.Rows.Select(r => r.Training.Inits).Distinct())} initialisations a row, of which the first is drawn; seed {settings.Rows[0].Training.Seed}. Misfit: share of the norm that the nearest sinusoid leaves."),
    };

    private static Panel Fit(Tensor w, Tensor curve)
    {
        double[] site = [.. Enumerable.Range(0, (int)w.shape[0]).Select(i => (double)i)];
        return new Panel("Fit of a sinusoid", new Axis("site"), new Axis("weight"))
        {
            Series =
            [
                new PointSeries(site, Values(w)) { Label = "trained", Style = 0 },
                new LineSeries(site, Values(curve)) { Label = "sinusoid + constant", Style = 1, Dash = Dash.Solid },
            ],
            Legend = LegendPlacement.Best,
        };
    }

    private static Panel Misfits(double[] plain, double[] raised)
    {
        double[] Percent(double[] misfit) => [.. misfit.Order().Select(m => 100 * m)];
        double[] rank = [.. Enumerable.Range(1, plain.Length).Select(i => (double)i)];
        return new Panel("Misfit", new Axis("initialisation, by misfit") { Minimum = 0, Maximum = plain.Length + 1, WholeTicks = true }, new Axis("misfit (%)") { Minimum = 0 })
        {
            Series =
            [
                new PointSeries(rank, Percent(plain)) { Label = "sinusoid", Style = 0 },
                new PointSeries(rank, Percent(raised)) { Label = "with a constant", Style = 1 },
            ],
            Legend = LegendPlacement.Best,
        };
    }

    private static string Distribution(string data, double[] plain, double[] raised)
    {
        static string Of(double[] misfit)
        {
            double[] sorted = [.. misfit.Order()];
            return string.Create(CultureInfo.InvariantCulture,
                $"median {100 * ((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2):0.0} %, {100 * sorted[0]:0.0} to {100 * sorted[^1]:0.0} %");
        }
        return $"{data}: misfit {Of(plain)} ({plain.Length} initialisations); with a constant {Of(raised)}.";
    }

    // What gradient descent would come to if it went on for ever: theory's closed form.
    private static string InTheEnd(RunSettings row)
    {
        var task = Ensemble.Of(row).Task;
        if (task.Classes[0].Covariance is not IStationaryCovariance first || task.Classes[1].Covariance is not IStationaryCovariance second)
            return "";
        var end = SinusoidalSteadyState.Of(first, second, task.Classes[1].Marginal.FullAmplifier().Of(torch.tensor(new[] { 1.0 })).item<double>());
        return string.Create(CultureInfo.InvariantCulture,
            $"At convergence theory has {(end.Cycles.All(c => c == 0) ? "a constant" : $"a sinusoid of {string.Join(" and ", end.Cycles)} cycles")}: the slowest other mode dies as exp(-{end.SlowestRate:0.0000} t), which takes {3 / end.SlowestRate / row.Training.Lr:0} steps of lr {row.Training.Lr} to fall to 5 %. The fields here are after {row.Training.Steps} steps.");
    }

    private static double[] Values(Tensor t) => t.ToArray<double>();
}
