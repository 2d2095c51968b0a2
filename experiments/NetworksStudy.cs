using System.Globalization;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Plots;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// Networks other than the neuron, on data that make it localize (NLGP with a large gain) and on data that do not (Kur(5)): committees, two-layer networks with
/// trained and frozen heads under both scalings, gated networks, the convolutional control, sparse autoencoders and sparse coding.
/// </summary>
public sealed class NetworksStudy : IRecipe
{
    private const int Shown = 6;

    /// <inheritdoc/>
    public string Name => "networks";

    /// <inheritdoc/>
    public string Title => "Other networks: heads, gates, convolution, autoencoders, sparse coding";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each(this, settings, bench);
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in rows)
        {
            string what = $"{Words(row.Settings.Model)} on {RowName.Of(row.Settings.Data)}";
            void Add(string id, string quantity, IReadOnlyCollection<double> values) =>
                measurements.Add(new($"networks.{row.Name}.{id}", $"{what}: {quantity}", Statistic.Of(values), "seeds"));
            Add("localized", "fraction of units localized", row.Localized);
            Add("loss", "final loss", [.. row.Run.Final.Losses]);
            if (row.Run.Final.Accuracies is { } accuracies)
                Add("accuracy", "accuracy", [.. accuracies]);
            findings.Add(FieldPanels.Sentence(what, row.Localized, row.Settings.Model.Units, row.Settings.Data.Sites));
            if (row.Run.Final.DeadUnits?.Sum() is > 0 and int dead)
                findings.Add($"{what}: {dead} of {row.Run.Final.DeadUnits.Count * row.Settings.Model.Units} units are dead.");
        }
        findings.Add("The convolutional control sees 5 sites by construction: that its kernels count as localized says nothing about learning.");
        return new RecipeOutcome([("networks", Draw(rows)), ("networks-fields", DrawFields(rows))], measurements, findings);
    }

    private static Figure Draw(IReadOnlyList<StudiedRow> rows)
    {
        var first = rows[0].Settings;
        var data = rows.GroupBy(r => RowName.Of(r.Settings.Data)).ToArray();
        return new Figure("Networks other than the neuron",
        [
            Shares(data, "Localized units", "% of units", r => r.Localized, LegendPlacement.None),
            Shares(data, "Accuracy", "% of examples", r => r.Run.Final.Accuracies, LegendPlacement.Outside),
        ])
        {
            Columns = 2,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"N = {first.Data.Sites}, ξ = {string.Join(" and ", first.Data.Lengthscales())}; {first.Model.Units} units; {first.Training.Inits} seeds, each on examples of its own (means, bars: standard deviation over seeds), up to {rows.Max(r => r.Settings.Training.Steps)} steps. No accuracy where there are no labels; the convolutional kernels are local by construction."),
        };
    }

    private static Figure DrawFields(IReadOnlyList<StudiedRow> rows)
    {
        var first = rows[0].Settings;
        var data = rows.Select(r => RowName.Of(r.Settings.Data)).First();
        int shown = Math.Min(Shown, first.Model.Units);
        return new Figure($"Units of networks on {data}",
            [.. rows.Where(r => RowName.Of(r.Settings.Data) == data).Select(r => FieldPanels.Traces(r.Run.Weights[-1][0].narrow(0, 0, shown), Words(r.Settings.Model)))])
        {
            Columns = 4,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"N = {first.Data.Sites}, ξ = {string.Join(" and ", first.Data.Lengthscales())}; {shown} of {first.Model.Units} units of the first of {first.Training.Inits} seeds, each scaled to its largest weight."),
        };
    }

    // The panel with the legend stands right of the one that names the rows.
    private static Panel Shares(
        IGrouping<string, StudiedRow>[] data, string title, string unit, Func<StudiedRow, IReadOnlyCollection<double>?> values, LegendPlacement legend)
    {
        var models = data[0].ToArray();
        var series = data.SelectMany((group, i) =>
        {
            var points = group.Select((row, place) => (Place: place, Values: values(row))).Where(p => p.Values is not null).ToArray();
            var statistics = points.Select(p => Statistic.Of(p.Values!)).ToArray();
            double[] at = [.. points.Select(p => models.Length - 1 - p.Place + (i == 0 ? 0.12 : -0.12))];
            return (Series[])
            [
                // No share is below none or above all, whatever the standard deviation.
                .. statistics.Zip(at, (s, y) => new LineSeries([Math.Max(0, 100 * (s.Mean - s.Spread)), Math.Min(100, 100 * (s.Mean + s.Spread))], [y, y]) { Style = i, Dash = Dash.Solid }),
                new PointSeries([.. statistics.Select(s => 100 * s.Mean)], at) { Label = group.Key, Style = i },
            ];
        });
        return new Panel(title, new Axis(unit) { Minimum = -2, Maximum = 102, Ticks = [.. Enumerable.Range(0, 6).Select(i => new Tick(20 * i, $"{20 * i}"))] },
            new Axis("") { Minimum = -0.6, Maximum = models.Length - 0.4, Ticks = [.. models.Select((r, i) => new Tick(models.Length - 1 - i, legend == LegendPlacement.None ? Words(r.Settings.Model) : ""))] })
        {
            Series = [.. series],
            Legend = legend,
        };
    }

    private static string Words(ModelSettings model) => model.Model switch
    {
        "two-layer" => $"two-layer, {(model.Scaling == HeadScaling.Lazy ? "lazy" : "mean-field")}{(model.Head == Head.Frozen ? ", frozen" : "")}",
        "autoencoder" => $"autoencoder, {(model.Sparsity == Sparsity.KL ? "KL" : $"{model.Sparsity}")}",
        "gated" => "gated",
        "sparse-coding" => "sparse coding",
        var name => name,
    };
}
