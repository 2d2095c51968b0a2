using System.Globalization;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Plots;
using TorchRf.Measures;

namespace TorchRf.Experiments;

/// <summary>
/// Other covariances (LSG's exp, exp with a gap, cos*exp, abs(sin)*exp): whether one ReLU neuron localizes on NLGP and on Kur(5), what theory expects,
/// and how well it foretells the early field.
/// </summary>
public sealed class CovariancesStudy : IRecipe
{
    // Early enough for the lemma, late enough for the initial weights not to be all there is.
    private const long Early = 50;

    private sealed record Judged(StudiedRow Row, Tensor Predicted, Verdict Verdict, double[] Cosine)
    {
        internal KernelSettings Data => (KernelSettings)Row.Settings.Data;
    }

    /// <inheritdoc/>
    public string Name => "covariances";

    /// <inheritdoc/>
    public string Title => "Other covariances: gaussian, exponential, cosine, sine, gap";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each(this, settings, bench, steps => [0, Early, steps], predicts: true).Select(row => Judge(row, bench)).ToArray();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in rows)
        {
            string what = $"{row.Data.KernelName} kernel, {RowName.Of(row.Data)}";
            void Add(string id, string quantity, IReadOnlyCollection<double> values) => measurements.Add(row.Row.Measured(Name, id, $"{what}: {quantity}", values));
            Add("ipr", "IPR of the trained field", row.Row.Ipr);
            Add("flow-ipr", "IPR of theory's field after as many steps", FieldPanels.Iprs(row.Predicted[-1]));
            measurements.Add(row.Row.LocalizedShare(Name, $"{what}: fraction localized"));
            Add("cosine", string.Create(CultureInfo.InvariantCulture, $"cosine between theory's and trained field after {Early} steps"), row.Cosine);
            if (row.Verdict.Instability is double growth)
                measurements.Add(new($"covariances.{row.Row.Name}.instability", $"{what}: instability of theory's constant field", Statistic.Exact(growth), "theory"));
            findings.Add($"{what}: {row.Verdict}");
        }
        return new RecipeOutcome([("covariances", Draw(rows))], measurements, findings);
    }

    private static Judged Judge(StudiedRow row, Workbench bench)
    {
        var predicted = row.Predict(bench);
        var cosine = Similarity.Cosine(predicted[1], row.Run.Weights[1].to(ScalarType.Float64));
        return new Judged(row, predicted, Verdict.On(row.Run.Weights[-1], row.Ensemble.Task), StudiedRow.Values(cosine));
    }

    private static Figure Draw(Judged[] rows)
    {
        var first = rows[0].Row.Settings;
        var kernels = rows.GroupBy(r => r.Data.KernelName).ToArray();
        var panels = new List<Panel?>();
        // All covariances on one axis, so that those that go below 0 are seen to.
        double lowest = Math.Min(0, 1.1 * rows.Min(r => r.Row.Ensemble.Task.Classes.Min(c => c.Covariance.FirstRow.ToArray<double>().Min())));
        foreach (var kernel in kernels)
        {
            bool top = panels.Count == 0;
            panels.Add(Covariances(kernel.First(), lowest, top));
            panels.AddRange(kernel.Select(row => Fields(row, top)));
            panels.Add(Iprs([.. kernel], top));
        }
        return new Figure("Other covariances", panels)
        {
            Columns = 2 + kernels[0].Count(),
            RowLabels = [.. kernels.Select(k => k.Key)],
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"One ReLU neuron, N = {first.Data.Sites}, ξ = {string.Join(" and ", first.Data.Lengthscales())}; {first.Training.Inits} initialisations (dots) on the same examples, {first.Training.Steps} steps, batch {first.Training.Batch}, lr {first.Training.Lr}, seed {first.Training.Seed}. Fields: the first, trained and by theory after as many steps. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Covariances(Judged row, double lowest, bool top)
    {
        int half = row.Data.Sites / 2;
        double[] distance = [.. Enumerable.Range(0, half + 1).Select(i => (double)i)];
        return new Panel($"Covariance of {RowName.Of(row.Data)}", new Axis("distance (sites)"), new Axis("covariance") { Minimum = lowest, Maximum = 1 })
        {
            Series =
            [
                .. row.Row.Ensemble.Task.Classes.Select((c, i) => new LineSeries(distance, StudiedRow.Values(c.Covariance.FirstRow)[..(half + 1)])
                {
                    Label = string.Create(CultureInfo.InvariantCulture, $"ξ = {row.Data.Lengthscales[i]}"),
                    Style = i,
                }),
            ],
            Legend = top ? LegendPlacement.TopRight : LegendPlacement.None,
        };
    }

    private static Panel Fields(Judged row, bool top) =>
        FieldPanels.Pair(row.Row.Fields[0][0], row.Predicted[-1][0][0], $"Field, {RowName.Of(row.Data)}", top ? LegendPlacement.Best : LegendPlacement.None);

    private static Panel Iprs(Judged[] rows, bool top)
    {
        PointSeries Dots(double shift, Func<Judged, double[]> ipr, string label, int style)
        {
            var points = rows.SelectMany((row, i) => ipr(row).Select(v => (X: i + shift, Y: v))).ToArray();
            return new PointSeries([.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]) { Label = label, Style = style, Opacity = 0.6 };
        }
        return new Panel("IPR", new Axis("") { Minimum = -0.5, Maximum = rows.Length - 0.5, Ticks = [.. rows.Select((row, i) => new Tick(i, RowName.Of(row.Data)))] },
            new Axis("IPR") { Minimum = 0, Maximum = 1 })
        {
            Series = [Dots(-0.15, r => r.Row.Ipr, "trained", 0), Dots(0.15, r => FieldPanels.Iprs(r.Predicted[-1]), "theory", 1)],
            ReferenceLines = [ReferenceLine.Horizontal(InverseParticipationRatio.LocalizedAbove(rows[0].Data.Sites), top ? "localized" : null)],
            Legend = top ? LegendPlacement.TopRight : LegendPlacement.None,
        };
    }
}
