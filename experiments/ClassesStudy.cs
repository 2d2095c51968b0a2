namespace TorchRf.Experiments;

/// <summary>
/// More than two lengthscales (LSG's "multiple targets"): a two-layer network with one output a class, under the square error and the cross-entropy, on
/// ever more classes. How well it tells them apart, and which fraction of its units is localized.
/// </summary>
internal static class ClassesStudy
{
    private const int Shown = 8;
    private static readonly (Loss Loss, string Label)[] Losses = [(Loss.Mse, "square error"), (Loss.CrossEntropy, "cross-entropy")];

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("classes", settings, bench, row => Invariant($"{Classes(row)} classes, {Losses.First(l => l.Loss == row.Model.Loss).Label}"));
        var measurements = new List<Measurement>();
        foreach (var row in rows)
        {
            measurements.Add(row.Measured("accuracy", Invariant($"accuracy (chance {1.0 / Classes(row.Settings):0.000})"), [.. row.Run.Final.Accuracies!]));
            measurements.Add(row.LocalizedUnits());
            measurements.Add(row.Measured("ipr", "mean IPR of a network's units", [.. row.Ipr.Chunk(row.Settings.Model.Units).Select(c => c.Average())]));
        }
        return new RecipeOutcome([("classes", Draw(rows))], measurements, [.. rows.Select(row => row.Sentence)]);
    }

    private static Figure Draw(StudiedRow[] rows)
    {
        var (data, model, training) = (rows[0].Settings.Data, rows[0].Settings.Model, rows[0].Settings.Training);
        return new Figure("More classes than two",
        [
            Curves(rows, "Accuracy", "% of examples", r => r.Run.Final.Accuracies!, showsChance: true),
            Curves(rows, "Localized units", "% of units", r => r.LocalizedShares, showsChance: false),
            .. Losses.Select(l => rows.Last(r => r.Settings.Model.Loss == l.Loss)).Select(most => FieldPanels.Traces(most.Trained[0], most.What, most: Shown)),
        ])
        {
            Columns = 2,
            Caption = Invariant($"{RowName.Of(data)}, N = {data.Sites}, ξ spread evenly in its logarithm from {data.Lengthscales()[0]} to {data.Lengthscales()[^1]}; two-layer networks of {model.Units} ReLU units; {training.Inits} seeds, each on examples of its own (points: means with their standard deviation), {training.Steps} steps, batch {training.Batch}. C, D: units of the first seed, each scaled to its largest weight."),
        };
    }

    private static Panel Curves(StudiedRow[] rows, string title, string unit, Func<StudiedRow, IReadOnlyCollection<double>> values, bool showsChance)
    {
        var series = new List<Series>();
        StudiedRow[] Family(int loss) => [.. rows.Where(r => r.Settings.Model.Loss == Losses[loss].Loss)];
        for (int i = 0; i < Losses.Length; i++)
        {
            var family = Family(i);
            // Beside each other, so that one's error bars do not hide the other's.
            double[] x = [.. family.Select(r => Classes(r.Settings) * (i == 0 ? 0.97 : 1.03))];
            Statistic[] shares = [.. family.Select(r => Statistic.Of(values(r)))];
            series.Add(new LineSeries(x, [.. shares.Select(s => 100 * s.Mean)]) { Style = i });
            series.AddRange(FieldPanels.Percents(shares, x, i, Losses[i].Label, along: false));
        }
        if (showsChance)
            series.Add(new LineSeries([.. Family(0).Select(r => (double)Classes(r.Settings))], [.. Family(0).Select(r => 100 * (1.0 / Classes(r.Settings)))]) { Label = "chance", Style = 6, Dash = Dash.Dotted });
        return new Panel(title, new Axis("classes") { Log = true, Ticks = [.. rows.Select(r => Classes(r.Settings)).Distinct().Select(c => new Tick(c, $"{c}"))] }, FieldPanels.PercentAxis(unit))
        {
            Series = series,
            Legend = LegendPlacement.TopRight,
        };
    }

    private static int Classes(RunSettings row) => row.Data.Lengthscales().Count;
}
