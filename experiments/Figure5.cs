using MathNet.Numerics.Statistics;
using TorchRf.Data.Marginals;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 5: how localized one ReLU neuron becomes against the excess kurtosis of its data, for NLGP(g) over gains and Kur(k) over k,
/// with the kurtosis at which the theory's constant field loses its stability. Twice: against the kurtosis of the law, and against that of samples of
/// 10 000 values, which the paper has, and which heavy tails keep far below the law's.
/// </summary>
internal static class Figure5
{
    // Kurtosis is drawn as asinh(kurtosis / this): straight around 0, where localization ends, and logarithmic beyond.
    private const double Straight = 0.1;

    private static readonly double[] Marks = [-1, -0.1, 0, 0.1, 1, 10];

    private const int SampleValues = 10_000;
    private const int Samples = 101;

    /// <param name="Sampled">The excess kurtosis of each of the samples, in order.</param>
    private sealed record Point(StudiedRow Row, double ExcessKurtosis, double[] Sampled, double[] Trained, double[] Theory);

    // Points in the order of their kurtosis.
    private sealed record Family(string Data, string Label, Point[] Points, LocalizationTransition? Transition);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var data = settings.Rows[0].Data;
        var (shorter, longer) = (data.Lengthscales()[0], data.Lengthscales()[1]);
        var points = StudiedRow.Each("figure5", settings, bench, row => RowName.Of(row.Data), predicts: true, piece: row => RowName.File(row.Data))
            .Select(row => new Point(row, row.Ensemble.Task.Classes[1].Marginal.ExcessKurtosis, Sampled(row), row.Ipr, InverseParticipationRatio.Each(row.Predict(bench)[-1])))
            .OrderBy(p => p.ExcessKurtosis).ToArray();
        Family Of(string name, string label, LocalizationTransition? transition) => new(name, label, [.. points.Where(p => p.Row.Settings.Data.Name == name)], transition);
        Family[] families = [Of("nlgp", "NLGP(g)", LocalizationTransition.OverGain(data.Sites, shorter, longer)), Of("kur", "Kur(k)", LocalizationTransition.OverK(data.Sites, shorter, longer))];
        var measurements = new List<Measurement>();
        foreach (var family in families)
            foreach (var (p, which) in new[] { (family.Points[0], "lowest"), (family.Points[^1], "highest") })
                measurements.Add(Measurement.OverInitialisations($"figure5.{family.Data}.{which}", Invariant($"IPR of {p.Row.What} (excess kurtosis {p.ExcessKurtosis:0.00})"), Statistic.Of(p.Trained), p.Row.Settings));
        measurements.AddRange(families.Select(f => new Measurement($"figure5.{f.Data}.sampled", Invariant($"median excess kurtosis of samples of {SampleValues} values of {f.Points[^1].Row.What}, whose own is {f.Points[^1].ExcessKurtosis:0.00}"), new Statistic(f.Points[^1].Sampled.Median(), null, null, Samples), "samples")));
        var turning = families.Where(f => f.Transition is not null).ToArray();
        measurements.AddRange(turning.Select(f => new Measurement($"figure5.{f.Data}.transition", $"excess kurtosis at which theory's constant field loses stability, {f.Label}", Statistic.Exact(f.Transition!.ExcessKurtosis), "theory")));
        return new RecipeOutcome([("figure5", Draw(families, settings))], measurements, [.. turning.Select(f => Sentence(f, f.Transition!))])
        {
            New = turning.Length == 0 ? [] : [Invariant($"Localization does not set in exactly where the excess kurtosis changes its sign, but, by the theory's own stability, at {string.Join(" and at ", turning.Select(f => Invariant($"{f.Transition!.ExcessKurtosis:0.000} for {f.Label}")))} between these lengthscales.")],
        };
    }

    // Between which two of the points training itself crosses the threshold, beside where theory does.
    private static string Sentence(Family family, LocalizationTransition transition)
    {
        double threshold = InverseParticipationRatio.LocalizedAbove(transition.Sites);
        var (last, next) = (family.Points.LastOrDefault(p => p.Trained.Average() > threshold), family.Points.FirstOrDefault(p => p.Trained.Average() <= threshold));
        return Invariant($"{family.Label}: theory's constant field loses its stability at {(family.Data == "nlgp" ? "g" : "k")} = {transition.Parameter:0.0000}, excess kurtosis {transition.ExcessKurtosis:0.000}; the mean trained IPR crosses the threshold {threshold:0.000} between {last?.Row.What ?? "none"} ({last?.ExcessKurtosis:0.000}) and {next?.Row.What ?? "none"} ({next?.ExcessKurtosis:0.000}).");
    }

    // In the order of size.
    private static double[] Sampled(StudiedRow row)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "figure 5"));
        var law = (TransformedNormal)row.Ensemble.Task.Classes[1].Marginal;
        var x = law.Transform(torch.randn([Samples, SampleValues], ScalarType.Float64, generator: generator));
        var square = (x - x.mean([-1], keepdim: true)).square();
        return [.. ((square.square().mean([-1]) / square.mean([-1]).square()) - 3.0).ToArray<double>().Order()];
    }

    private static Figure Draw(Family[] families, RecipeSettings settings)
    {
        var (data, training) = (settings.Rows[0].Data, settings.Rows[0].Training);
        return new Figure("Localization against excess kurtosis", [.. families.Select(f => Curves(f, data.Sites)), .. families.Select(f => Sampled(f, data.Sites))])
        {
            Columns = 2,
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(data)}; {training.Inits} initialisations a point, which share their examples (means; bars: ± one standard deviation), {training.Steps} steps, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}. A, B: the law's excess kurtosis; transition: where theory's constant field loses its stability. C, D: that of {Samples} samples of {SampleValues} values, as the paper has it (medians; bars across: 5 to 95 %). Along x, asinh(10 kurtosis). {FieldPanels.IprInWords}"),
        };
    }

    /// <summary>Where a kurtosis is drawn.</summary>
    internal static double Along(double kurtosis) => Math.Asinh(kurtosis / Straight);

    /// <summary>An axis with all marks between its ends, which lie a little beyond the data.</summary>
    internal static Axis Kurtosis(string label, double[] at)
    {
        double room = 0.05 * (at.Max() - at.Min());
        return new Axis(label) { Minimum = at.Min() - room, Maximum = at.Max() + room, Ticks = [.. Marks.Select(m => new Tick(Along(m), Invariant($"{m}"))).Where(t => t.Position > at.Min() - room && t.Position < at.Max() + room)] };
    }

    private static PointSeries Trained(Family family, double[] at) =>
        new(at, [.. family.Points.Select(p => p.Trained.Average())]) { Label = "trained", Style = 0, YError = [.. family.Points.Select(p => p.Trained.StandardDeviation())] };

    private static Panel Curves(Family family, int sites)
    {
        double[] at = [.. family.Points.Select(p => Along(p.ExcessKurtosis))];
        return new Panel(family.Label, Kurtosis("excess kurtosis of the law", at), FieldPanels.IprAxis)
        {
            Series = [new LineSeries(at, [.. family.Points.Select(p => p.Theory.Average())]) { Label = "theory", Style = 1, Dash = Dash.Dashed }, Trained(family, at)],
            ReferenceLines =
            [
                FieldPanels.Localized(sites),
                .. family.Transition is { } transition ? [ReferenceLine.Vertical(Along(transition.ExcessKurtosis), "transition")] : (ReferenceLine[])[],
            ],
            Legend = LegendPlacement.TopRight,
        };
    }

    private static Panel Sampled(Family family, int sites)
    {
        double[] At(double share) => [.. family.Points.Select(p => Along(p.Sampled.Quantile(share)))];
        var (low, median, high) = (At(0.05), At(0.5), At(0.95));
        return new Panel(family.Label, Kurtosis("excess kurtosis of a sample", [.. low, .. high]), FieldPanels.IprAxis)
        {
            Series =
            [
                .. family.Points.Select((p, i) => new LineSeries([low[i], high[i]], [p.Trained.Average(), p.Trained.Average()]) { Style = 0, Dash = Dash.Solid, Opacity = 0.5 }),
                Trained(family, median),
            ],
            ReferenceLines = [FieldPanels.Localized(sites)],
            Legend = LegendPlacement.None,
        };
    }
}
