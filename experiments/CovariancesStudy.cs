namespace TorchRf.Experiments;

/// <summary>
/// Other covariances (LSG's exp, exp with a gap, cos*exp, abs(sin)*exp): whether one ReLU neuron localizes on NLGP and on Kur(5), what theory expects,
/// and how well it foretells the early field.
/// </summary>
internal static class CovariancesStudy
{
    // Early enough for the lemma, late enough for the initial weights not to be all there is.
    private const long Early = 50;

    private sealed record Judged(StudiedRow Row, Tensor Predicted, Verdict Verdict, double[] Cosine)
    {
        internal KernelSettings Data => (KernelSettings)Row.Settings.Data;

        internal string Law => RowName.Of(Data);

        internal double[] PredictedIpr => InverseParticipationRatio.Each(Predicted[-1]);
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("covariances", settings, bench, row => $"{((KernelSettings)row.Data).KernelName} kernel, {RowName.Of(row.Data)}", steps => [0, Early, steps], predicts: true).Select(row => Judge(row, bench)).ToArray();
        var measurements = new List<Measurement>();
        foreach (var judged in rows)
        {
            var row = judged.Row;
            measurements.Add(row.Measured("ipr", "IPR of the trained field", row.Ipr));
            measurements.Add(row.Measured("flow-ipr", "IPR of theory's field after as many steps", judged.PredictedIpr));
            measurements.Add(row.LocalizedNeurons());
            measurements.Add(row.Measured("cosine", Invariant($"cosine between theory's and trained field after {Early} steps"), judged.Cosine));
            if (judged.Verdict.Instability is double growth)
                measurements.Add(new($"{row.Id}.instability", $"{row.What}: instability of theory's constant field", Statistic.Exact(growth), "theory"));
        }
        return new RecipeOutcome([("covariances", Draw(rows))], measurements, [.. rows.Select(row => $"{row.Row.What}: {row.Verdict}")]);
    }

    private static Judged Judge(StudiedRow row, Workbench bench)
    {
        var predicted = row.Predict(bench);
        return new Judged(row, predicted, Verdict.On(row.Trained, row.Ensemble.Task, predicted[-1]), row.Cosine(predicted, 1).ToArray<double>());
    }

    private static Figure Draw(Judged[] rows)
    {
        var (data, training) = (rows[0].Data, rows[0].Row.Settings.Training);
        var kernels = rows.GroupBy(r => r.Data.KernelName).ToArray();
        var panels = new List<Panel?>();
        // All covariances on one axis, so that those that go below 0 are seen to.
        double lowest = Math.Min(0, 1.1 * rows.Min(r => r.Row.Ensemble.Task.Classes.Min(c => c.Covariance.FirstRow.ToArray<double>().Min())));
        foreach (var kernel in kernels)
        {
            bool top = panels.Count == 0;
            panels.Add(Covariances(kernel.First(), lowest, top));
            panels.AddRange(kernel.Select(row => FieldPanels.Pair(row.Row.First, row.Predicted[-1][0][0], $"Field, {row.Law}", top ? LegendPlacement.Best : LegendPlacement.None)));
            panels.Add(Iprs([.. kernel], top));
        }
        return new Figure("Other covariances", panels)
        {
            Columns = 2 + kernels[0].Count(),
            RowLabels = [.. kernels.Select(k => k.Key)],
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(data)}; {training.Inits} initialisations (dots) on the same examples, {training.Steps} steps, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}. Fields: the first, trained and by theory after as many steps. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Covariances(Judged row, double lowest, bool top) => new($"Covariance of {row.Law}", new Axis("distance (sites)"), new Axis("covariance") { Minimum = lowest, Maximum = 1 })
    {
        Series = [.. LawPanels.Covariances(row.Row.Ensemble.Task.Classes, row.Data.Sites / 2, i => Invariant($"ξ = {row.Data.Lengthscales[i]}"))],
        Legend = top ? LegendPlacement.TopRight : LegendPlacement.None,
    };

    private static Panel Iprs(Judged[] rows, bool top)
    {
        PointSeries Dots(double shift, Func<Judged, double[]> ipr, string label, int style)
        {
            var points = rows.SelectMany((row, i) => ipr(row).Select(v => (X: i + shift, Y: v))).ToArray();
            return new PointSeries([.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]) { Label = label, Style = style, Opacity = 0.6 };
        }
        return new Panel("IPR", new Axis("") { Minimum = -0.5, Maximum = rows.Length - 0.5, Ticks = [.. rows.Select((row, i) => new Tick(i, row.Law))] }, FieldPanels.IprAxis)
        {
            Series = [Dots(-0.15, r => r.Row.Ipr, "trained", 0), Dots(0.15, r => r.PredictedIpr, "theory", 1)],
            ReferenceLines = [FieldPanels.Localized(rows[0].Data.Sites, top ? "localized" : null)],
            Legend = top ? LegendPlacement.TopRight : LegendPlacement.None,
        };
    }
}
