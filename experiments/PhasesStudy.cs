using System.Text.Json;
using TorchRf.Experiments.Analyzing;

namespace TorchRf.Experiments;

/// <summary>
/// The phase diagram of one ReLU neuron: what its field becomes, extended, modulated or localized, over the lengthscale of class 1 (three times that of class 0) and the gain of NLGP or the k of
/// Kur, by where the flow on examples ends; beside it where the lemma's constant field loses its stability, and trained neurons.
/// </summary>
internal static class PhasesStudy
{
    private static readonly (Outcome Outcome, int Style)[] Shown = [(Outcome.Extended, 0), (Outcome.Modulated, 2), (Outcome.AtTheBorder, 4), (Outcome.Localized, 1), (Outcome.CannotTell, 6)];

    private static readonly PhaseFamily[] Families = [.. PhaseFamily.All.Where(f => f.Data is "nlgp" or "kur")];

    /// <summary>Pieces of work that are no training.</summary>
    internal static int Maps => Families.Length;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("phases", settings, bench, row => RowName.Of(row.Data) + Invariant($", ξ = {row.Data.Lengthscales()[1]}"));
        int sites = rows[0].Sites;
        // A quick look at a few points only.
        double[] lengthscales = Every(Families[0].X.Values, settings.Quick);
        var (panels, measurements, findings) = (new List<Panel?>(), new List<Measurement>(), new List<string>());
        foreach (var family in Families)
        {
            double[] parameters = Every(family.Y.Values, settings.Quick);
            var outcomes = Map(bench, family, sites, lengthscales, parameters);
            StudiedRow[] trained = [.. rows.Where(r => r.Settings.Data.Name == family.Data)];
            panels.Add(Draw(family, sites, lengthscales, parameters, outcomes, trained));
            foreach (var outcome in Shown.Select(s => s.Outcome))
                measurements.Add(new($"phases.{family.Data}.{outcome}".ToLowerInvariant(), $"{family.Label}: share of the diagram that is {Expectation.Spelled(outcome)}", Statistic.Exact(outcomes.SelectMany(o => o).Average(o => o == outcome ? 1.0 : 0)), "points"));
            foreach (var (xi, column) in lengthscales.Zip(outcomes))
                if (Array.IndexOf(column, Outcome.Localized) is >= 0 and int first)
                    findings.Add(Invariant($"{family.Label} at ξ = {xi}: localized from {family.Y.Label} = {parameters[first]} on; the constant field loses its stability at {family.Transition!(sites, xi / 3, xi)?.Parameter ?? double.NaN:0.###}."));
        }
        foreach (var row in rows)
            measurements.Add(row.Measured("ipr", "IPR, trained", row.Ipr));
        return new RecipeOutcome([("phases", new Figure("What a neuron's field becomes", panels)
        {
            Columns = 2,
            Caption = Invariant($"N = {sites}, class 0 of a third of class 1's lengthscale. Marks: where the gradient flow on {SampledFlow.Examples} examples ends, beside the same on Gaussian ones; the line: where the lemma's constant field loses its stability. Large open circles: trained neurons that are localized; large open squares: trained, not localized ({rows[0].Settings.Training.Inits} starts, {rows[0].Settings.Training.Steps} steps)."),
        })], measurements, findings)
        {
            New = [.. Families.Select(family => (family.Label, Share: measurements.Single(m => m.Id == $"phases.{family.Data}.modulated").Value.Mean)).Where(f => f.Share > 0)
                .Select(f => Invariant($"Between extended and localized fields of {f.Label} lie modulated ones, {100 * f.Share:0} % of the diagram: they have left constants and sinusoids, but are broader than what counts as localized."))],
        };
    }

    private static double[] Every(IReadOnlyList<double> values, bool quick) => [.. values.Where((_, i) => !quick || i % 4 == 1)];

    // For each lengthscale the outcome at each parameter.
    private static Outcome[][] Map(Workbench bench, PhaseFamily family, int sites, double[] lengthscales, double[] parameters)
    {
        var settings = new JsonObject { ["family"] = family.Data, ["sites"] = sites, ["lengthscales"] = JsonSerializer.SerializeToNode(lengthscales), ["parameters"] = JsonSerializer.SerializeToNode(parameters) };
        var piece = bench.Do($"phases-{family.Data}", settings, progress =>
        {
            long done = 0, all = lengthscales.Length * parameters.Length;
            int[][] found = [.. lengthscales.Select(xi => parameters.Select(parameter =>
            {
                bench.Cancellation.ThrowIfCancellationRequested();
                // Class 0 of a third of the lengthscale.
                var outcome = PhaseFamily.Outcome(family.At(Catalogue.Own.Data[family.Data] with { Sites = sites }, xi, parameter));
                progress.Report(new TrainingProgress(++done, all));
                return (int)outcome;
            }).ToArray())];
            return new Piece(new JsonObject { ["outcomes"] = JsonSerializer.SerializeToNode(found) }, new Dictionary<string, Tensor>());
        });
        return [.. piece.Numbers["outcomes"].Deserialize<int[][]>()!.Select(column => column.Select(o => (Outcome)o).ToArray())];
    }

    private static Panel Draw(PhaseFamily family, int sites, double[] lengthscales, double[] parameters, Outcome[][] outcomes, StudiedRow[] trained)
    {
        var series = new List<Series>();
        var line = lengthscales.Select(xi => (Xi: xi, At: family.Transition!(sites, xi / 3, xi)?.Parameter)).Where(p => p.At is not null).ToArray();
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
                series.Add(new PointSeries([.. some.Select(r => r.Settings.Data.Lengthscales()[1])], [.. some.Select(r => family.Of(r.Settings.Data).Y)]) { Label = localizes ? "trained, localized" : "trained, not localized", Style = style, Size = 7 });
        }
        return new Panel(family.Label, new Axis(family.X.Label) { Log = true }, new Axis(family.Y.Label) { Log = true }) { Series = series, Legend = LegendPlacement.Outside };
    }
}
