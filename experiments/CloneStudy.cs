using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Theory;

namespace TorchRf.Experiments;

/// <summary>
/// NLGP(g) against its Gaussian clone, which has the same covariance and nothing else (IG), and Kur(k): how localized one ReLU neuron becomes, and how
/// localized theory's steady state is.
/// </summary>
public sealed class CloneStudy : IRecipe
{
    // In the units of the flow; the last of the competition between modes takes thousands.
    private const double Tolerance = 1e-6;
    private const double Longest = 10_000;

    private sealed record Point(StudiedRow Row, double[] Trained, double[] Flow, Tensor Rest, bool Converged)
    {
        internal RunSettings Settings => Row.Settings;
    }

    /// <inheritdoc/>
    public string Name => "clone";

    /// <inheritdoc/>
    public string Title => "NLGP against its Gaussian clone, and Kur";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var points = StudiedRow.Each(this, settings, bench, predicts: true).Select(row => Rested(row, bench)).ToArray();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var p in points)
        {
            string what = (p.Settings.Data.GaussianClone ? "Gaussian clone of " : "") + RowName.Of(p.Settings.Data);
            measurements.Add(p.Row.Measured(Name, "ipr", $"{what}: IPR of the trained field", p.Trained));
            measurements.Add(new($"clone.{p.Row.Name}.flow", $"{what}: IPR of the effective equation's steady state", Statistic.Of(p.Flow), "initialisations"));
            measurements.Add(p.Row.LocalizedShare(Name, $"{what}: fraction localized"));
            // Of a field that has not rested yet to one that rests constant it would say nothing.
            if (p.Flow.Average() > 1.5 / p.Settings.Data.Sites)
                measurements.Add(p.Row.Measured(Name, "ratio", $"{what}: IPR trained over that of the steady state from the same start", [.. p.Trained.Zip(p.Flow, (trained, flow) => trained / flow)]));
            if (!p.Converged)
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: theory had not come to rest within {Tolerance:0e+0} after a time of {Longest:0}."));
        }
        var clones = points.Where(p => p.Settings.Data.GaussianClone).ToArray();
        findings.Add(string.Create(CultureInfo.InvariantCulture,
            $"{clones.Sum(p => p.Trained.Count(v => v > InverseParticipationRatio.LocalizedAbove(p.Settings.Data.Sites)))} of {clones.Sum(p => p.Trained.Length)} neurons trained on Gaussian clones are localized, and {points.Where(p => p.Settings.Data is NlgpSettings { GaussianClone: false }).Sum(p => p.Trained.Count(v => v > InverseParticipationRatio.LocalizedAbove(p.Settings.Data.Sites)))} of {points.Where(p => p.Settings.Data is NlgpSettings { GaussianClone: false }).Sum(p => p.Trained.Length)} trained on the originals."));
        return new RecipeOutcome([("clone", Draw(points))], measurements, findings);
    }

    private static Point Rested(StudiedRow row, Workbench bench)
    {
        var settings = new JsonObject { ["run"] = row.Ensemble.Settings.ToJson(), ["tolerance"] = Tolerance, ["longest"] = Longest };
        var piece = bench.Do($"clone-{row.Name}-rest", settings, _ =>
        {
            var rest = SteadyState.Of(row.Ensemble.Flow!, row.Ensemble.Initial, Tolerance, Longest, bench.Cancellation);
            return new Piece(new JsonObject { ["converged"] = rest.Ending == Ending.AtRest, ["time"] = rest.Times[0] }, new Dictionary<string, Tensor> { ["weights"] = rest.Weights[0].squeeze(1).cpu().DetachFromDisposeScope() });
        });
        var weights = piece.Tensors["weights"];
        return new Point(row, row.Ipr, FieldPanels.Iprs(weights), weights, (bool)piece.Numbers["converged"]!);
    }

    private static Figure Draw(Point[] points)
    {
        var first = points[0].Settings;
        var nlgp = points.Where(p => p.Settings.Data is NlgpSettings { GaussianClone: false }).ToArray();
        var clones = points.Where(p => p.Settings.Data is NlgpSettings { GaussianClone: true }).ToArray();
        var kur = points.Where(p => p.Settings.Data.Name == "kur").ToArray();
        return new Figure("What the Gaussian clone leaves out",
        [
            Curves("NLGP(g)", new Axis("gain g") { Log = true }, p => ((NlgpSettings)p.Settings.Data).Gain, [(nlgp, "NLGP", 0), (clones, "clone", 2)]),
            Curves("Kur(k)", new Axis("k"), p => ((KurSettings)p.Settings.Data).K, [(kur, "Kur", 0)]),
            Fields(nlgp[^1], RowName.Of(nlgp[^1].Settings.Data)),
            Fields(clones[^1], RowName.Of(clones[^1].Settings.Data)),
        ])
        {
            Columns = 2,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"One ReLU neuron, N = {first.Data.Sites}, ξ = {string.Join(" and ", first.Data.Lengthscales())}; {first.Training.Inits} initialisations (dots; lines: means) on the same examples, {first.Training.Steps} steps, batch {first.Training.Batch}, seed {first.Training.Seed}. C, D: the first. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Curves(string title, Axis x, Func<Point, double> at, (Point[] Points, string Label, int Style)[] families) =>
        new(title, x, new Axis("IPR") { Minimum = 0, Maximum = 1 })
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
            ReferenceLines = [ReferenceLine.Horizontal(InverseParticipationRatio.LocalizedAbove(families[0].Points[0].Settings.Data.Sites), "localized")],
            Legend = LegendPlacement.TopLeft,
        };

    private static Panel Fields(Point p, string title) => FieldPanels.Pair(p.Row.Fields[0][0], p.Rest[0], title, LegendPlacement.Best, "theory at rest");
}
