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
    }

    /// <param name="Site">Of its largest weight.</param>
    private sealed record Unit(int Site, double Largest, int Sites);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var units = StudiedRow.Each("company", settings, bench, row => Invariant($"{RowName.Of(row.Data)}, {row.Model.Units} units"), SnapshotSchedule.OneTwoFive);
        var alone = StudiedRow.Each("company", settings.With(Alone) with { Named = [.. settings.Named.Select(name => name + "-alone")] }, bench, row => Invariant($"{RowName.Of(row.Data)}, one neuron"), SnapshotSchedule.OneTwoFive);
        Pair[] pairs = [.. units.Zip(alone, (row, one) => new Pair(row, one))];
        var measurements = new List<Measurement>();
        foreach (var (row, one) in units.Zip(alone))
        {
            measurements.Add(row.Measured("ipr", "IPR, the mean of a network's units", [.. row.Ipr.Chunk(row.Settings.Model.Units).Select(u => u.Average())]));
            measurements.Add(row.LocalizedUnits());
            measurements.Add(one.Measured("ipr", "IPR", one.Ipr));
        }
        var ten = pairs[0];
        var ipr = ten.Units.Ipr.Chunk(ten.Units.Settings.Model.Units).ToArray();
        measurements.Add(ten.Units.Measured("lowest", "IPR of a network's least localized unit", [.. ipr.Select(u => u.Min())]));
        measurements.Add(ten.Units.Measured("highest", "IPR of a network's most localized unit", [.. ipr.Select(u => u.Max())]));
        var (couples, spacing) = (Networks(ten).Count(IsCoupled), Statistic.Of([.. Networks(ten).Select(Spacing)]));
        measurements.Add(ten.Units.Measured("couple", "networks whose two most localized units are w and -w, at one site", Statistic.Share(couples, Networks(ten).Length)));
        measurements.Add(ten.Units.Measured("spacing", "least distance between the sites that two of a network's other units look at", spacing));
        return new RecipeOutcome([("company", Draw(ten, pairs[1..]))], measurements, [.. Spread(ten, couples, spacing), Sweep(pairs[1..])]) { New = New(ten, couples, spacing) };
    }

    private static RunSettings Alone(RunSettings row) => row with { Model = new ModelSettings(), Training = row.Training with { Lr = row.Training.Lr / row.Model.Units } };

    // Of each network its units, the least localized first.
    private static Unit[][] Networks(Pair ten) => [.. ten.Units.Trained.ToArray<double>().Chunk(ten.Units.Sites).Zip(ten.Units.Ipr, (w, ipr) => (w, ipr)).Chunk(ten.Units.Settings.Model.Units)
        .Select(units => units.OrderBy(u => u.ipr).Select(u => new Unit(Array.FindIndex(u.w, v => Math.Abs(v) == u.w.Max(Math.Abs)), u.w.MaxBy(Math.Abs), u.w.Length)).ToArray())];

    // Together the two answer to the size of what is at their site, whatever its sign.
    private static bool IsCoupled(Unit[] network) => network[^1].Site == network[^2].Site && network[^1].Largest * network[^2].Largest < 0;

    private static double Spacing(Unit[] network)
    {
        int[] sites = [.. network[..^2].Select(u => u.Site).Order()];
        return sites.Zip([.. sites[1..], sites[0] + network[0].Sites], (site, next) => next - site).Min();
    }

    // The mean least distance of n points thrown on a ring is N / n^2.
    private static double AtRandom(Pair ten) => ten.Units.Sites / Math.Pow(ten.Units.Settings.Model.Units - 2, 2);

    // By the first of the snapshots at which it is so.
    private static string Half(StudiedRow row, string of) =>
        row.Run.Steps.Index().FirstOrDefault(s => LocalizedFraction.Among(row.Run.Weights[s.Index]).Fraction > 0.5, (-1, -1)).Item is >= 0 and long step ? $"more than half of {of} are localized by step {step}" : $"no more than half of {of} are localized";

    private static string[] Spread(Pair ten, int couples, Statistic spacing) =>
    [
        Invariant($"{ten.Units.What}: IPR {ten.Units.Ipr.Min():0.00} to {ten.Units.Ipr.Max():0.00} with mean {ten.Units.Ipr.Average():0.00}, where one neuron alone has {ten.Alone.Ipr.Average():0.00} ± {Statistic.Of(ten.Alone.Ipr).Spread:0.00} (standard deviation); {100 * ten.Units.Localized.Fraction:0} % of the units are localized in the end. In time, {Half(ten.Units, "the units")}, and {Half(ten.Alone, "the neurons alone")}."),
        Invariant($"In {couples} of {Networks(ten).Length} networks the two most localized units look at one site with opposite signs; any two of the others are {spacing.Mean:0.0} sites apart at least, in the mean over networks, where sites at random have {AtRandom(ten):0.0}."),
    ];

    private static string[] New(Pair ten, int couples, Statistic spacing) => 2 * couples <= Networks(ten).Length ? [] :
        [Invariant($"The outliers among ten units on {RowName.Of(ten.Units.Settings.Data)} are couples: in {couples} of {Networks(ten).Length} committees the two most localized units are w and -w at one and the same site. The others tile the ring, {spacing.Mean:0.0} of its {ten.Units.Sites} sites or more apart (at random, some {AtRandom(ten):0.0}), and are broader than a neuron alone: IPR {ten.Units.Ipr.Average():0.00} in the mean of all, and {ten.Alone.Ipr.Average():0.00} alone.")];

    private static string Sweep(Pair[] pairs)
    {
        string Each(Func<Pair, double[]> ipr) => string.Join(", ", pairs.Select(p => Invariant($"{ipr(p).Average():0.00}")));
        return Invariant($"IPR of ten units in company on {string.Join(", ", pairs.Select(p => RowName.Of(p.Units.Settings.Data)))}: {Each(p => p.Units.Ipr)}; of one neuron: {Each(p => p.Alone.Ipr)}.");
    }

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
