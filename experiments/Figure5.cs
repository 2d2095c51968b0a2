namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 5: how localized one ReLU neuron becomes against the excess kurtosis of its data, for NLGP(g) over gains and Kur(k) over k,
/// with the kurtosis at which the theory's constant field loses its stability.
/// </summary>
internal static class Figure5
{
    // Where localization ends, near 0, is what a panel shows; Kur(k) goes on to a hundred and more.
    private const double Near = 3;

    private sealed record Point(StudiedRow Row, double ExcessKurtosis, double[] Trained, double[] Theory);

    // Points in the order of their kurtosis.
    private sealed record Family(string Data, string Label, Point[] Points, LocalizationTransition? Transition);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var data = settings.Rows[0].Data;
        var (shorter, longer) = (data.Lengthscales()[0], data.Lengthscales()[1]);
        var points = StudiedRow.Each("figure5", settings, bench, row => RowName.Of(row.Data), predicts: true, piece: row => RowName.File(row.Data))
            .Select(row => new Point(row, row.Ensemble.Task.Classes[1].Marginal.ExcessKurtosis, row.Ipr, InverseParticipationRatio.Each(row.Predict(bench)[-1])))
            .OrderBy(p => p.ExcessKurtosis).ToArray();
        Family Of(string name, string label, LocalizationTransition? transition) => new(name, label, [.. points.Where(p => p.Row.Settings.Data.Name == name)], transition);
        Family[] families = [Of("nlgp", "NLGP(g)", LocalizationTransition.OverGain(data.Sites, shorter, longer)), Of("kur", "Kur(k)", LocalizationTransition.OverK(data.Sites, shorter, longer))];
        var measurements = new List<Measurement>();
        foreach (var family in families)
            foreach (var (p, which) in new[] { (family.Points[0], "lowest"), (family.Points[^1], "highest") })
                measurements.Add(Measurement.OverInitialisations($"figure5.{family.Data}.{which}", Invariant($"IPR of {p.Row.What} (excess kurtosis {p.ExcessKurtosis:0.00})"), Statistic.Of(p.Trained), p.Row.Settings));
        var turning = families.Where(f => f.Transition is not null).ToArray();
        measurements.AddRange(turning.Select(f => new Measurement($"figure5.{f.Data}.transition", $"excess kurtosis at which theory's constant field loses stability, {f.Label}", Statistic.Exact(f.Transition!.ExcessKurtosis), "theory")));
        return new RecipeOutcome([("figure5", Draw(families, settings))], measurements, [.. turning.Select(f => Sentence(f, f.Transition!))]);
    }

    // Between which two of the points training itself crosses the threshold, beside where theory does.
    private static string Sentence(Family family, LocalizationTransition transition)
    {
        double threshold = InverseParticipationRatio.LocalizedAbove(transition.Sites);
        var (last, next) = (family.Points.LastOrDefault(p => p.Trained.Average() > threshold), family.Points.FirstOrDefault(p => p.Trained.Average() <= threshold));
        return Invariant($"{family.Label}: theory's constant field loses its stability at {(family.Data == "nlgp" ? "g" : "k")} = {transition.Parameter:0.0000}, excess kurtosis {transition.ExcessKurtosis:0.000}; the mean trained IPR crosses the threshold {threshold:0.000} between {last?.Row.What ?? "none"} ({last?.ExcessKurtosis:0.000}) and {next?.Row.What ?? "none"} ({next?.ExcessKurtosis:0.000}).");
    }

    private static Figure Draw(Family[] families, RecipeSettings settings)
    {
        var (data, training) = (settings.Rows[0].Data, settings.Rows[0].Training);
        Point[] beyond = [.. families[1].Points.Where(p => p.ExcessKurtosis >= Near)];
        string left = beyond.Length == 0 ? "" : Invariant(
            $" Beyond the end of B lie {string.Join(", ", beyond.Select(p => p.Row.What))} (excess kurtosis {beyond[0].ExcessKurtosis:0.#} to {beyond[^1].ExcessKurtosis:0.#}), whose IPR is {beyond.Min(p => p.Trained.Min()):0.00} to {beyond.Max(p => p.Trained.Max()):0.00} trained and {beyond.Min(p => p.Theory.Min()):0.00} to {beyond.Max(p => p.Theory.Max()):0.00} in theory.");
        return new Figure("Localization against excess kurtosis", [.. families.Select(f => Curves(f with { Points = [.. f.Points.Where(p => p.ExcessKurtosis < Near)] }, data.Sites))])
        {
            Columns = 2,
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(data)}; {training.Inits} initialisations a point, which share their examples (dots, moved sideways apart; lines: means), {training.Steps} steps, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}. Transition: where theory's constant field loses its stability.{left} {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Curves(Family family, int sites)
    {
        var points = family.Points;
        double[] kurtosis = [.. points.Select(p => p.ExcessKurtosis)];
        double apart = 0.008 * (kurtosis[^1] - kurtosis[0]);
        return new Panel(family.Label, new Axis("excess kurtosis"), FieldPanels.IprAxis)
        {
            Series =
            [
                new PointSeries([.. points.SelectMany(p => FieldPanels.Apart(p.Trained, p.ExcessKurtosis, apart))], [.. points.SelectMany(p => p.Trained)]) { Style = 0, Size = 2, Opacity = 0.5 },
                new LineSeries(kurtosis, [.. points.Select(p => p.Trained.Average())]) { Label = "trained", Style = 0, Dash = Dash.Solid },
                new LineSeries(kurtosis, [.. points.Select(p => p.Theory.Average())]) { Label = "theory", Style = 1, Dash = Dash.Dashed },
            ],
            ReferenceLines =
            [
                FieldPanels.Localized(sites),
                .. family.Transition is { } transition ? [ReferenceLine.Vertical(transition.ExcessKurtosis, "transition")] : (ReferenceLine[])[],
            ],
            Legend = LegendPlacement.TopRight,
        };
    }
}
