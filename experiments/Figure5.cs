using System.Globalization;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Theory;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 5: how localized one ReLU neuron becomes against the excess kurtosis of its data, for NLGP(g) over gains and Kur(k) over k,
/// with the kurtosis at which the theory's constant field loses its stability.
/// </summary>
public sealed class Figure5 : IRecipe
{
    private static readonly (string Data, string Label)[] Families = [("nlgp", "NLGP(g)"), ("kur", "Kur(k)")];

    // Where localization ends, near 0, is what a panel shows; Kur(k) goes on to a hundred and more.
    private const double Near = 3;

    /// <inheritdoc/>
    public string Name => "figure5";

    /// <inheritdoc/>
    public string Title => "IPR against excess kurtosis";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var points = settings.Rows.Select(row => Point.Of(row, bench)).ToArray();
        var first = settings.Rows[0];
        var measurements = new List<Measurement>();
        foreach (var (data, label) in Families)
        {
            var family = points.Where(p => p.Settings.Data.Name == data).OrderBy(p => p.ExcessKurtosis).ToArray();
            foreach (var (p, which) in new[] { (family[0], "lowest"), (family[^1], "highest") })
                measurements.Add(Measurement.OverInitialisations($"figure5.{data}.{which}", string.Create(CultureInfo.InvariantCulture,
                    $"IPR of {p.Description} (excess kurtosis {p.ExcessKurtosis:0.00})"), p.Trained, p.Settings));
        }
        var transitions = Transitions(first.Data);
        foreach (var (data, transition) in transitions)
        {
            measurements.Add(new($"figure5.{data}.transition", $"excess kurtosis at which theory's constant field loses stability, {Families.Single(f => f.Data == data).Label}",
                Statistic.Exact(transition.ExcessKurtosis), "theory"));
        }
        return new RecipeOutcome([("figure5", Draw(points, first, transitions))], measurements, [.. transitions.Select(t => Sentence(t.Data, t.Transition, points))]);
    }

    private static (string Data, LocalizationTransition Transition)[] Transitions(DataSettings data)
    {
        var (shorter, longer) = (data.Lengthscales()[0], data.Lengthscales()[1]);
        return [.. new (string, LocalizationTransition?)[]
        {
            ("nlgp", LocalizationTransition.OverGain(data.Sites, shorter, longer)),
            ("kur", LocalizationTransition.OverK(data.Sites, shorter, longer)),
        }.Where(t => t.Item2 is not null).Select(t => (t.Item1, t.Item2!))];
    }

    // Between which two of the points training itself crosses the threshold, beside where theory does.
    private static string Sentence(string data, LocalizationTransition transition, Point[] points)
    {
        var family = points.Where(p => p.Settings.Data.Name == data).OrderBy(p => p.ExcessKurtosis).ToArray();
        double threshold = InverseParticipationRatio.LocalizedAbove(transition.Sites);
        var (last, next) = (family.LastOrDefault(p => p.Trained.Average() > threshold), family.FirstOrDefault(p => p.Trained.Average() <= threshold));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Families.Single(f => f.Data == data).Label}: theory's constant field loses its stability at {(data == "nlgp" ? "g" : "k")} = {transition.Parameter:0.0000}, excess kurtosis {transition.ExcessKurtosis:0.000}; the mean trained IPR crosses the threshold {threshold:0.000} between {last?.Description ?? "none"} ({last?.ExcessKurtosis:0.000}) and {next?.Description ?? "none"} ({next?.ExcessKurtosis:0.000}).");
    }

    private static Figure Draw(Point[] points, RunSettings first, (string Data, LocalizationTransition Transition)[] transitions)
    {
        var kur = points.Where(p => p.Settings.Data.Name == "kur").ToArray();
        var beyond = kur.Where(p => p.ExcessKurtosis >= Near).OrderBy(p => p.ExcessKurtosis).ToArray();
        string left = beyond.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" Beyond the end of B lie {string.Join(", ", beyond.Select(p => p.Description))} (excess kurtosis {beyond[0].ExcessKurtosis:0.#} to {beyond[^1].ExcessKurtosis:0.#}), whose IPR is {beyond.Min(p => p.Trained.Min()):0.00} to {beyond.Max(p => p.Trained.Max()):0.00} trained and {beyond.Min(p => p.Theory.Min()):0.00} to {beyond.Max(p => p.Theory.Max()):0.00} in theory.");
        return new Figure("Localization against excess kurtosis",
            [.. Families.Select(f => Family([.. points.Where(p => p.Settings.Data.Name == f.Data && p.ExcessKurtosis < Near)], f.Label, first.Data.Sites, [.. transitions.Where(t => t.Data == f.Data).Select(t => t.Transition)]))])
        {
            Columns = 2,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"One ReLU neuron, N = {first.Data.Sites}, ξ = {string.Join(" and ", first.Data.Lengthscales())}; {first.Training.Inits} initialisations a point, which share their examples (dots, moved sideways apart; lines: means), {first.Training.Steps} steps, batch {first.Training.Batch}, lr {first.Training.Lr}, seed {first.Training.Seed}. Transition: where theory's constant field loses its stability.{left} {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Family(Point[] points, string title, int sites, LocalizationTransition[] transitions)
    {
        Point[] family = [.. points.OrderBy(p => p.ExcessKurtosis)];
        double[] kurtosis = [.. family.Select(p => p.ExcessKurtosis)];
        double apart = 0.008 * (kurtosis[^1] - kurtosis[0]);
        return new Panel(title, new Axis("excess kurtosis"), new Axis("IPR") { Minimum = 0, Maximum = 1 })
        {
            Series =
            [
                new PointSeries([.. family.SelectMany(p => p.Trained.Select((_, i) => p.ExcessKurtosis + (apart * ((i % 7) - 3) / 3)))], [.. family.SelectMany(p => p.Trained)]) { Style = 0, Size = 2, Opacity = 0.5 },
                new LineSeries(kurtosis, [.. family.Select(p => p.Trained.Average())]) { Label = "trained", Style = 0, Dash = Dash.Solid },
                new LineSeries(kurtosis, [.. family.Select(p => p.Theory.Average())]) { Label = "theory", Style = 1, Dash = Dash.Dashed },
            ],
            ReferenceLines =
            [
                ReferenceLine.Horizontal(InverseParticipationRatio.LocalizedAbove(sites), "localized"),
                .. transitions.Select(t => ReferenceLine.Vertical(t.ExcessKurtosis, "transition")),
            ],
            Legend = LegendPlacement.TopRight,
        };
    }

    private sealed record Point(RunSettings Settings, string Description, double ExcessKurtosis, double[] Trained, double[] Theory)
    {
        internal static Point Of(RunSettings row, Workbench bench)
        {
            var ensemble = Ensemble.Of(row);
            long[] schedule = [0, row.Training.Steps];
            var name = "figure5-" + RowName.File(row.Data);
            var trained = bench.Train(name, ensemble, schedule).Weights[-1];
            var predicted = bench.Predict(name, ensemble, schedule)[-1];
            double[] Ipr(Tensor w) => InverseParticipationRatio.Of(w.to(ScalarType.Float64)).ToArray<double>();
            return new Point(row, RowName.Of(row.Data), ensemble.Task.Classes[1].Marginal.ExcessKurtosis, Ipr(trained), Ipr(predicted));
        }
    }
}
