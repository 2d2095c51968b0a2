namespace TorchRf.Experiments;

/// <summary>
/// NLGP(g) against its Gaussian clone, which has the same covariance and nothing else (IG), and Kur(k): how localized one ReLU neuron becomes, and how
/// localized theory's steady state is.
/// </summary>
internal static class CloneStudy
{
    // In the units of the flow; the last of the competition between modes takes thousands.
    private const double Tolerance = 1e-6;
    private const double Longest = 10_000;

    private sealed record Point(StudiedRow Row, double[] Trained, double[] Flow, Tensor Rest, bool Converged)
    {
        internal DataSettings Data => Row.Settings.Data;
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var points = StudiedRow.Each("clone", settings, bench, row => RowName.Of(row.Data), predicts: true).Select(row => Rested(row, bench)).ToArray();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var p in points)
        {
            measurements.Add(p.Row.Measured("ipr", "IPR of the trained field", p.Trained));
            measurements.Add(new($"{p.Row.Id}.flow", $"{p.Row.What}: IPR of the effective equation's steady state", Statistic.Of(p.Flow), "initialisations"));
            measurements.Add(p.Row.LocalizedNeurons());
            // Of a field that has not rested yet to one that rests constant it would say nothing.
            if (p.Flow.Average() > 1.5 / p.Row.Sites)
                measurements.Add(p.Row.Measured("ratio", "IPR trained over that of the steady state from the same start", [.. p.Trained.Zip(p.Flow, (trained, flow) => trained / flow)]));
            if (!p.Converged)
                findings.Add(Invariant($"{p.Row.What}: theory had not come to rest within {Tolerance:0e+0} after a time of {Longest:0}."));
        }
        string Localized(IEnumerable<Point> trained) => Invariant($"{trained.Sum(p => p.Row.Localized.Count)} of {trained.Sum(p => p.Trained.Length)}");
        findings.Add($"{Localized(points.Where(p => p.Data.GaussianClone))} neurons trained on Gaussian clones are localized, and {Localized(points.Where(IsOriginal))} trained on the originals.");
        return new RecipeOutcome([("clone", Draw(points))], measurements, findings)
        {
            New = [$"On Gaussian data of the same covariances as NLGP {Localized(points.Where(p => p.Data.GaussianClone))} neurons localize, and {Localized(points.Where(IsOriginal))} on NLGP itself."],
        };
    }

    private static bool IsOriginal(Point point) => point.Data is NlgpSettings { GaussianClone: false };

    private static Point Rested(StudiedRow row, Workbench bench)
    {
        var (weights, rests) = bench.Rest(row.Piece, row.Ensemble, Tolerance, Longest);
        return new Point(row, row.Ipr, InverseParticipationRatio.Each(weights), weights, rests);
    }

    private static Figure Draw(Point[] points)
    {
        var (data, training) = (points[0].Data, points[0].Row.Settings.Training);
        Point[] nlgp = [.. points.Where(IsOriginal)], kur = [.. points.Where(p => p.Data is KurSettings)];
        Point[] clones = [.. points.Where(p => p.Data is NlgpSettings { GaussianClone: true })];
        return new Figure("What the Gaussian clone leaves out",
        [
            Curves("NLGP(g)", new Axis("gain g") { Log = true }, p => ((NlgpSettings)p.Data).Gain, [(nlgp, "NLGP", 0), (clones, "clone", 2)]),
            Curves("Kur(k)", new Axis("k"), p => ((KurSettings)p.Data).K, [(kur, "Kur", 0)]),
            Fields(nlgp[^1]),
            Fields(clones[^1]),
        ])
        {
            Columns = 2,
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(data)}; {training.Inits} initialisations (dots; lines: means) on the same examples, {training.Steps} steps, batch {training.Batch}, seed {training.Seed}. C, D: the first. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Curves(string title, Axis x, Func<Point, double> at, (Point[] Points, string Label, int Style)[] families) => new(title, x, FieldPanels.IprAxis)
    {
        Series =
        [
            .. families.SelectMany(f => (Series[])
            [
                new PointSeries([.. f.Points.SelectMany(p => p.Trained.Select(_ => at(p)))], [.. f.Points.SelectMany(p => p.Trained)]) { Style = f.Style, Size = 2, Opacity = 0.5 },
                new LineSeries([.. f.Points.Select(at)], [.. f.Points.Select(p => p.Trained.Average())]) { Label = f.Label + ", trained", Style = f.Style, Dash = Dash.Solid },
                new LineSeries([.. f.Points.Select(at)], [.. f.Points.Select(p => p.Flow.Average())]) { Label = f.Label + ", theory at rest", Style = f.Style + 1, Dash = Dash.Dashed },
            ]),
        ],
        ReferenceLines = [FieldPanels.Localized(families[0].Points[0].Row.Sites)],
        Legend = LegendPlacement.TopLeft,
    };

    private static Panel Fields(Point p) => FieldPanels.Pair(p.Row.First, p.Rest[0], RowName.Of(p.Data), LegendPlacement.Best, "theory at rest");
}
