using System.Text.Json;
using TorchRf.Experiments.Analyzing;

namespace TorchRf.Experiments;

/// <summary>
/// The phase diagram of one ReLU neuron: what its field becomes, extended, modulated or localized, over the lengthscale of class 1 (three times that of class 0) and the gain of NLGP or the k of
/// Kur, by where the flow on examples ends; beside it where the lemma's constant field loses its stability, and trained neurons.
/// </summary>
internal static class PhasesStudy
{
    private static readonly double[] Lengthscales = [0.7, 1, 1.5, 2, 3, 4, 6], Gains = [0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1, 1.5, 3, 10], Ks = [4.5, 5, 5.5, 6, 7, 8, 10, 15, 30, 50];

    private static readonly (Outcome Outcome, int Style)[] Shown = [(Outcome.Extended, 0), (Outcome.Modulated, 2), (Outcome.AtTheBorder, 4), (Outcome.Localized, 1), (Outcome.CannotTell, 6)];

    // Of a family of data: its name, the axis of its parameter, the parameters, the data and where the constant field loses its stability.
    private sealed record Family(string Name, string Label, string Axis, double[] Parameters, Func<double, double[], DataSettings> Data, Func<DataSettings, double> Parameter, Func<int, double, double, LocalizationTransition?> Transition);

    /// <summary>Pieces of work that are no training.</summary>
    internal static int Maps => Families.Length;

    private static readonly Family[] Families =
    [
        new("nlgp", "NLGP(g)", "gain g", Gains, (g, xi) => new NlgpSettings { Gain = g, Lengthscales = xi }, data => ((NlgpSettings)data).Gain, (n, shorter, longer) => LocalizationTransition.OverGain(n, shorter, longer)),
        new("kur", "Kur(k)", "k", Ks, (k, xi) => new KurSettings { K = k, Lengthscales = xi }, data => ((KurSettings)data).K, (n, shorter, longer) => LocalizationTransition.OverK(n, shorter, longer)),
    ];

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("phases", settings, bench, row => RowName.Of(row.Data) + Invariant($", ξ = {row.Data.Lengthscales()[1]}"));
        int sites = rows[0].Sites;
        // A quick look at a few points only.
        double[] lengthscales = Every(Lengthscales, settings.Quick);
        var (panels, measurements, findings) = (new List<Panel?>(), new List<Measurement>(), new List<string>());
        foreach (var family in Families)
        {
            double[] parameters = Every(family.Parameters, settings.Quick);
            var outcomes = Map(bench, family, sites, lengthscales, parameters);
            StudiedRow[] trained = [.. rows.Where(r => r.Settings.Data.Name == family.Name)];
            panels.Add(Draw(family, sites, lengthscales, parameters, outcomes, trained));
            foreach (var outcome in Shown.Select(s => s.Outcome))
                measurements.Add(new($"phases.{family.Name}.{outcome}".ToLowerInvariant(), $"{family.Label}: share of the diagram that is {Expectation.Spelled(outcome)}", Statistic.Exact(outcomes.SelectMany(o => o).Average(o => o == outcome ? 1.0 : 0)), "points"));
            foreach (var (xi, column) in lengthscales.Zip(outcomes))
                if (Array.IndexOf(column, Outcome.Localized) is >= 0 and int first)
                    findings.Add(Invariant($"{family.Label} at ξ = {xi}: localized from {family.Axis} = {parameters[first]} on; the constant field loses its stability at {family.Transition(sites, xi / 3, xi)?.Parameter ?? double.NaN:0.###}."));
        }
        foreach (var row in rows)
            measurements.Add(row.Measured("ipr", "IPR, trained", row.Ipr));
        return new RecipeOutcome([("phases", new Figure("What a neuron's field becomes", panels)
        {
            Columns = 2,
            Caption = Invariant($"N = {sites}, class 0 of a third of class 1's lengthscale. Marks: where the gradient flow on {SampledFlow.Examples} examples ends, beside the same on Gaussian ones; the line: where the lemma's constant field loses its stability. Large open circles: trained neurons that are localized; large open squares: trained, not localized ({rows[0].Settings.Training.Inits} starts, {rows[0].Settings.Training.Steps} steps)."),
        })], measurements, findings)
        {
            New = [.. Families.Select(family => (family.Label, Share: measurements.Single(m => m.Id == $"phases.{family.Name}.modulated").Value.Mean)).Where(f => f.Share > 0)
                .Select(f => Invariant($"Between extended and localized fields of {f.Label} lie modulated ones, {100 * f.Share:0} % of the diagram: they have left constants and sinusoids, but are broader than what counts as localized."))],
        };
    }

    private static double[] Every(double[] values, bool quick) => quick ? [.. values.Where((_, i) => i % 4 == 1)] : values;

    // For each lengthscale the outcome at each parameter.
    private static Outcome[][] Map(Workbench bench, Family family, int sites, double[] lengthscales, double[] parameters)
    {
        var settings = new JsonObject { ["family"] = family.Name, ["sites"] = sites, ["lengthscales"] = JsonSerializer.SerializeToNode(lengthscales), ["parameters"] = JsonSerializer.SerializeToNode(parameters) };
        var piece = bench.Do($"phases-{family.Name}", settings, progress =>
        {
            long done = 0, all = lengthscales.Length * parameters.Length;
            int[][] found = [.. lengthscales.Select(xi => parameters.Select(parameter =>
            {
                bench.Cancellation.ThrowIfCancellationRequested();
                using var inner = torch.NewDisposeScope();
                using var task = (family.Data(parameter, [xi / 3, xi]) with { Sites = sites }).Task();
                var outcome = Expectation.Of(task).Outcome;
                progress.Report(new TrainingProgress(++done, all));
                return (int)outcome;
            }).ToArray())];
            return new Piece(new JsonObject { ["outcomes"] = JsonSerializer.SerializeToNode(found) }, new Dictionary<string, Tensor>());
        });
        return [.. piece.Numbers["outcomes"].Deserialize<int[][]>()!.Select(column => column.Select(o => (Outcome)o).ToArray())];
    }

    private static Panel Draw(Family family, int sites, double[] lengthscales, double[] parameters, Outcome[][] outcomes, StudiedRow[] trained)
    {
        var series = new List<Series>();
        var line = lengthscales.Select(xi => (Xi: xi, At: family.Transition(sites, xi / 3, xi)?.Parameter)).Where(p => p.At is not null).ToArray();
        if (line.Length > 0)
            series.Add(new LineSeries([.. line.Select(p => p.Xi)], [.. line.Select(p => p.At!.Value)]) { Label = "constant field unstable", Style = 6, Dash = Dash.Dashed });
        foreach (var (outcome, style) in Shown)
        {
            var at = lengthscales.SelectMany((xi, i) => parameters.Where((_, j) => outcomes[i][j] == outcome).Select(p => (xi, p))).ToArray();
            if (at.Length > 0)
                series.Add(new PointSeries([.. at.Select(p => p.xi)], [.. at.Select(p => p.p)]) { Label = Expectation.Spelled(outcome), Style = style, Size = 3 });
        }
        foreach (var (localizes, style) in new[] { (true, 5), (false, 13) })
        {
            StudiedRow[] some = [.. trained.Where(r => 2 * r.Localized.Count > r.Localized.Total == localizes)];
            if (some.Length > 0)
                series.Add(new PointSeries([.. some.Select(r => r.Settings.Data.Lengthscales()[1])], [.. some.Select(r => family.Parameter(r.Settings.Data))]) { Label = localizes ? "trained, localized" : "trained, not localized", Style = style, Size = 7 });
        }
        return new Panel(family.Label, new Axis("ξ of class 1 (sites)") { Log = true }, new Axis(family.Axis) { Log = true }) { Series = series, Legend = LegendPlacement.Outside };
    }
}
