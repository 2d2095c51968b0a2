namespace TorchRf.Experiments;

/// <summary>
/// Networks other than the neuron, on data that make it localize (NLGP with a large gain) and on data that do not (Kur(5)): committees, two-layer networks with
/// trained and frozen heads under both scalings, gated networks, the convolutional control and sparse autoencoders.
/// </summary>
internal static class NetworksStudy
{
    private const int Shown = 6;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("networks", settings, bench, row => $"{Words(row.Model)} on {RowName.Of(row.Data)}");
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in rows)
        {
            var final = row.Run.Final;
            measurements.Add(row.Measured("localized", "fraction of units localized", row.LocalizedShares));
            measurements.Add(row.Measured("loss", "final loss", [.. final.Losses]));
            if (final.Accuracies is { } accuracies)
                measurements.Add(row.Measured("accuracy", "accuracy", [.. accuracies]));
            findings.Add(row.Sentence);
            if (final.DeadUnits?.Sum() is > 0 and int dead)
                findings.Add(Invariant($"{row.What}: {dead} of {final.DeadUnits.Count * row.Settings.Model.Units} units are dead."));
        }
        findings.Add("The convolutional control sees 5 sites by construction: that its kernels count as localized says nothing about learning.");
        return new RecipeOutcome([("networks", Draw(rows)), ("networks-fields", DrawFields(rows))], measurements, findings);
    }

    private static Figure Draw(StudiedRow[] rows)
    {
        var first = rows[0].Settings;
        var data = rows.GroupBy(r => RowName.Of(r.Settings.Data)).ToArray();
        return new Figure("Networks other than the neuron",
        [
            Shares(data, "Localized units", "% of units", r => r.LocalizedShares, LegendPlacement.None),
            Shares(data, "Accuracy", "% of examples", r => r.Run.Final.Accuracies, LegendPlacement.Outside),
        ])
        {
            Columns = 2,
            Caption = Invariant($"{RowName.Extent(first.Data)}; {first.Model.Units} units; {first.Training.Inits} seeds, each on examples of its own (means, bars: standard deviation over seeds), up to {rows.Max(r => r.Settings.Training.Steps)} steps. No accuracy where there are no labels; the convolutional kernels are local by construction."),
        };
    }

    private static Figure DrawFields(StudiedRow[] rows)
    {
        var first = rows[0].Settings;
        string data = RowName.Of(first.Data);
        return new Figure($"Units of networks on {data}",
            [.. rows.Where(r => RowName.Of(r.Settings.Data) == data).Select(r => FieldPanels.Traces(r.Trained[0], Words(r.Settings.Model), most: Shown))])
        {
            Columns = 4,
            Caption = Invariant($"{RowName.Extent(first.Data)}; {Math.Min(Shown, first.Model.Units)} of {first.Model.Units} units of the first of {first.Training.Inits} seeds, each scaled to its largest weight."),
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
            return FieldPanels.Percents([.. points.Select(p => Statistic.Of(p.Values!))], [.. points.Select(p => models.Length - 1 - p.Place + (i == 0 ? 0.12 : -0.12))], i, group.Key, along: true);
        });
        return new Panel(title, FieldPanels.PercentAxis(unit),
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
        var name => name,
    };
}
