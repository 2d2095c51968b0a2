namespace TorchRf.Experiments;

/// <summary>
/// LSG's committees of ten ReLU units, every unit looked at (the authors' scripts, no figure of theirs): how the units' IPR spread about that of one neuron on the same data, which the most and the least localized
/// are, and the IPR against the excess kurtosis.
/// </summary>
internal static class CompanyStudy
{
    private const int Outliers = 6;

    /// <param name="Alone">One neuron, which learns as fast as each unit does.</param>
    private sealed record Pair(StudiedRow Units, StudiedRow Alone)
    {
        internal double ExcessKurtosis => Units.Ensemble.Task.Classes[1].Marginal.ExcessKurtosis;

        internal double[][] Networks => [.. Units.Ipr.Chunk(Units.Settings.Model.Units)];
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var units = StudiedRow.Each("company", settings, bench, row => Invariant($"{RowName.Of(row.Data)}, {row.Model.Units} units"));
        var alone = StudiedRow.Each("company", settings.With(Alone) with { Named = [.. settings.Named.Select(name => name + "-alone")] }, bench, row => Invariant($"{RowName.Of(row.Data)}, one neuron"));
        Pair[] pairs = [.. units.Zip(alone, (row, one) => new Pair(row, one))];
        var measurements = new List<Measurement>();
        foreach (var (row, one) in units.Zip(alone))
        {
            measurements.Add(row.Measured("ipr", "IPR, the mean of a network's units", [.. row.Ipr.Chunk(row.Settings.Model.Units).Select(u => u.Average())]));
            measurements.Add(row.LocalizedUnits());
            measurements.Add(one.Measured("ipr", "IPR", one.Ipr));
        }
        var ten = pairs[0];
        measurements.Add(ten.Units.Measured("lowest", "IPR of a network's least localized unit", [.. ten.Networks.Select(u => u.Min())]));
        measurements.Add(ten.Units.Measured("highest", "IPR of a network's most localized unit", [.. ten.Networks.Select(u => u.Max())]));
        double[] peaks = [.. Fields(ten.Units).Select(Peaks)];
        measurements.Add(ten.Units.Measured("one-peak", "fraction of units with one peak", [.. peaks.Chunk(ten.Units.Settings.Model.Units).Select(u => u.Count(p => p == 1) / (double)u.Length)]));
        return new RecipeOutcome([("company", Draw(ten, pairs[1..]))], measurements, [Spread(ten, peaks), Sweep(pairs[1..])]) { New = New(ten, peaks) };
    }

    private static RunSettings Alone(RunSettings row) => row with { Model = new ModelSettings(), Training = row.Training with { Lr = row.Training.Lr / row.Model.Units } };

    private static double[][] Fields(StudiedRow row) => [.. row.Trained.ToArray<double>().Chunk(row.Sites)];

    // Around the ring, maxima of |w| of at least half the largest.
    private static double Peaks(double[] w)
    {
        double Size(int site) => Math.Abs(w[(site + w.Length) % w.Length]);
        double least = w.Max(Math.Abs) / 2;
        return Enumerable.Range(0, w.Length).Count(i => Size(i) >= least && Size(i) > Size(i - 1) && Size(i) >= Size(i + 1));
    }

    private static string Spread(Pair ten, double[] peaks)
    {
        double[] ipr = ten.Units.Ipr;
        // Those with more peaks than one, and those with one.
        string Mean(bool one) => ipr.Zip(peaks).Where(u => u.Second == 1 == one).Select(u => u.First).ToArray() is { Length: > 0 } some ? Invariant($"{some.Length} (mean IPR {some.Average():0.00})") : "none";
        return Invariant($"{ten.Units.What}: IPR {ipr.Min():0.00} to {ipr.Max():0.00} with mean {ipr.Average():0.00}, where one neuron alone has {ten.Alone.Ipr.Average():0.00} ± {Statistic.Of(ten.Alone.Ipr).Spread:0.00} (standard deviation); {100 * ten.Units.Localized.Fraction:0} % of the units are localized. Of {ipr.Length} units {Mean(true)} have one peak and {Mean(false)} several of half its height or more.");
    }

    private static string Sweep(Pair[] pairs)
    {
        string Each(Func<Pair, double[]> ipr) => string.Join(", ", pairs.Select(p => Invariant($"{ipr(p).Average():0.00}")));
        return Invariant($"IPR of ten units in company on {string.Join(", ", pairs.Select(p => RowName.Of(p.Units.Settings.Data)))}: {Each(p => p.Units.Ipr)}; of one neuron: {Each(p => p.Alone.Ipr)}.");
    }

    // Where it is so: several peaks in company, and one alone.
    private static string[] New(Pair ten, double[] peaks) =>
        peaks.Count(p => p > 1) is > 0 and int several && Fields(ten.Alone).All(w => Peaks(w) == 1)
            ? [Invariant($"One neuron on {RowName.Of(ten.Units.Settings.Data)} looks at one place, always; of units in a committee of ten {100.0 * several / peaks.Length:0} % look at two or more, which makes them less localized by IPR. They are the outliers of its histogram, and not extended.")]
            : [];

    private static Figure Draw(Pair ten, Pair[] sweep)
    {
        var (row, training, swept) = (ten.Units, ten.Units.Settings.Training, sweep[0].Units.Settings.Training);
        var order = torch.argsort(torch.tensor(row.Ipr));
        var fields = row.Trained.flatten(0, 1).cpu();
        Panel Outlying(string title, long first) => FieldPanels.Traces(fields.index_select(0, order.narrow(0, first, Outliers)), title);
        var histogram = FieldPanels.Ipr(row.Ipr, row.Sites, "IPR of all units", 1);
        return new Figure("What units do in company",
        [
            histogram with { ReferenceLines = [.. histogram.ReferenceLines, ReferenceLine.Vertical(ten.Alone.Ipr.Average(), "alone")] },
            Outlying("Most localized", row.Ipr.Length - Outliers),
            Outlying("Least localized", 0),
            .. sweep.GroupBy(p => p.Units.Settings.Data.Name).Select(family => Curves([.. family.OrderBy(p => p.ExcessKurtosis)])),
        ])
        {
            Columns = 3,
            Caption = Invariant($"Committees of {row.Settings.Model.Units} ReLU units, {RowName.Extent(row.Settings.Data)}. A to C: {RowName.Of(row.Settings.Data)}, {training.Inits} seeds, {training.Steps} steps, batch {training.Batch}, lr {training.Lr}; alone: one neuron's mean IPR at a unit's learning rate; B, C: the {Outliers} units of highest and of lowest IPR of all seeds, scaled to their largest weight. D, E: {swept.Inits} seeds a point, {swept.Steps} steps, batch {swept.Batch}, lr {swept.Lr}; dots: units, lines: means; along x, asinh(10 kurtosis). {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Curves(Pair[] family)
    {
        double[] at = [.. family.Select(p => Figure5.Along(p.ExcessKurtosis))];
        return new Panel(RowName.Of(family[0].Units.Settings.Data).Split('(')[0], Figure5.Kurtosis("excess kurtosis of the law", at), FieldPanels.IprAxis)
        {
            Series =
            [
                new PointSeries([.. family.Zip(at).SelectMany(p => p.First.Units.Ipr.Select(_ => p.Second))], [.. family.SelectMany(p => p.Units.Ipr)]) { Style = 0, Size = 2, Opacity = 0.4 },
                new LineSeries(at, [.. family.Select(p => p.Units.Ipr.Average())]) { Label = "in company", Style = 0, Dash = Dash.Solid },
                new LineSeries(at, [.. family.Select(p => p.Alone.Ipr.Average())]) { Label = "alone", Style = 1, Dash = Dash.Dashed },
            ],
            ReferenceLines = [FieldPanels.Localized(family[0].Units.Sites)],
            Legend = LegendPlacement.TopRight,
        };
    }
}
