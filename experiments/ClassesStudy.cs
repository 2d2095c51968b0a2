using System.Globalization;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Plots;

namespace TorchRf.Experiments;

/// <summary>
/// More than two lengthscales (LSG's "multiple targets"): a two-layer network with one output a class, under the square error and the cross-entropy, on
/// ever more classes. How well it tells them apart, and which fraction of its units is localized.
/// </summary>
public sealed class ClassesStudy : IRecipe
{
    private const int Shown = 8;
    private static readonly (Loss Loss, string Label)[] Losses = [(Loss.Mse, "square error"), (Loss.CrossEntropy, "cross-entropy")];

    /// <inheritdoc/>
    public string Name => "classes";

    /// <inheritdoc/>
    public string Title => "More classes than two, by square error and cross-entropy";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each(this, settings, bench);
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in rows)
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"{Classes(row)} classes, {Losses.First(l => l.Loss == row.Settings.Model.Loss).Label}");
            measurements.Add(new($"classes.{row.Name}.accuracy", $"{what}: accuracy (chance {1.0 / Classes(row):0.000})", Statistic.Of([.. row.Run.Final.Accuracies!]), "seeds"));
            measurements.Add(new($"classes.{row.Name}.localized", $"{what}: fraction of units localized", Statistic.OfShares(row.Localized, row.Settings.Model.Units), "seeds"));
            measurements.Add(new($"classes.{row.Name}.ipr", $"{what}: mean IPR of a network's units", Statistic.Of([.. row.Ipr.Chunk(row.Settings.Model.Units).Select(c => c.Average())]), "seeds"));
            findings.Add(FieldPanels.Sentence(what, row.Localized, row.Settings.Model.Units, row.Settings.Data.Sites));
        }
        return new RecipeOutcome([("classes", Draw(rows))], measurements, findings);
    }

    private static Figure Draw(IReadOnlyList<StudiedRow> rows)
    {
        var first = rows[0].Settings;
        var panels = new List<Panel?>
        {
            Curves(rows, "Accuracy", "% of examples", r => r.Run.Final.Accuracies!, r => 1.0 / Classes(r)),
            Curves(rows, "Localized units", "% of units", r => r.Localized, null),
        };
        foreach (var (loss, label) in Losses)
        {
            var most = rows.Last(r => r.Settings.Model.Loss == loss);
            panels.Add(FieldPanels.Traces(most.Run.Weights[-1][0].narrow(0, 0, Math.Min(Shown, most.Settings.Model.Units)), $"{Classes(most)} classes, {label}"));
        }
        return new Figure("More classes than two", panels)
        {
            Columns = 2,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"{RowName.Of(first.Data)}, N = {first.Data.Sites}, ξ spread evenly in its logarithm from {first.Data.Lengthscales()[0]} to {first.Data.Lengthscales()[^1]}; two-layer networks of {first.Model.Units} ReLU units; {first.Training.Inits} seeds, each on examples of its own (points: means with their standard deviation), {first.Training.Steps} steps, batch {first.Training.Batch}. C, D: units of the first seed, each scaled to its largest weight."),
        };
    }

    private static Panel Curves(
        IReadOnlyList<StudiedRow> rows, string title, string unit, Func<StudiedRow, IReadOnlyCollection<double>> values, Func<StudiedRow, double>? chance)
    {
        var series = new List<Series>();
        for (int i = 0; i < Losses.Length; i++)
        {
            var family = rows.Where(r => r.Settings.Model.Loss == Losses[i].Loss).ToArray();
            // Beside each other, so that one's error bars do not hide the other's.
            double[] x = [.. family.Select(r => Classes(r) * (i == 0 ? 0.97 : 1.03))];
            var statistics = family.Select(r => Statistic.Of(values(r))).ToArray();
            double[] mean = [.. statistics.Select(s => 100 * s.Mean)];
            series.Add(new LineSeries(x, mean) { Style = i });
            // No share is below none or above all, whatever the standard deviation.
            series.AddRange(statistics.Zip(x, (s, at) => new LineSeries([at, at], [Math.Max(0, 100 * (s.Mean - s.Spread)), Math.Min(100, 100 * (s.Mean + s.Spread))]) { Style = i, Dash = Dash.Solid }));
            series.Add(new PointSeries(x, mean) { Label = Losses[i].Label, Style = i });
        }
        if (chance is not null)
        {
            var family = rows.Where(r => r.Settings.Model.Loss == Losses[0].Loss).ToArray();
            series.Add(new LineSeries([.. family.Select(r => (double)Classes(r))], [.. family.Select(r => 100 * chance(r))]) { Label = "chance", Style = 6, Dash = Dash.Dotted });
        }
        return new Panel(title, new Axis("classes") { Log = true, Ticks = [.. rows.Select(Classes).Distinct().Select(c => new Tick(c, $"{c}"))] },
            new Axis(unit) { Minimum = -2, Maximum = 102, Ticks = [.. Enumerable.Range(0, 6).Select(i => new Tick(20 * i, $"{20 * i}"))] })
        {
            Series = series,
            Legend = LegendPlacement.TopRight,
        };
    }

    private static int Classes(StudiedRow row) => row.Settings.Data.Lengthscales().Count;
}
