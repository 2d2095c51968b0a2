namespace TorchRf.Experiments.Comparing;

/// <summary>A comparison as a picture: a receptive field of each, how they come to differ, and the amplifier behind the prediction.</summary>
public static class ComparisonFigure
{
    private const int Shown = 3;

    /// <summary>Two rows: receptive fields at the end and the amplifier; then IPR, likeness and peaks over the steps.</summary>
    public static Figure Of(Comparison comparison)
    {
        using var scope = torch.NewDisposeScope();
        var training = comparison.Settings.Training;
        var last = comparison.Snapshots[^1];
        var panels = new List<Panel?>();
        if (comparison.Task.Lattice.Dimensions == 1)
        {
            int shown = Math.Min(Shown, training.Inits * comparison.Settings.Model.Units);
            panels.AddRange(Enumerable.Range(0, shown).Select(i => FieldPanels.Pair(Field(comparison.Simulated, i), Field(comparison.Predicted, i),
                Invariant($"Receptive field {i + 1}"), i == 0 ? LegendPlacement.Best : LegendPlacement.None)));
            panels.AddRange(Enumerable.Repeat<Panel?>(null, Shown - shown));
            panels.Add(LawPanels.Amplification(comparison.Task.Classes[1].Marginal, "Amplifier of class 1"));
        }
        else
        {
            panels.Add(FieldPanels.Field(Field(comparison.Simulated, 0), comparison.Task.Lattice, "Receptive field 1, trained"));
            panels.Add(FieldPanels.Field(Field(comparison.Predicted, 0), comparison.Task.Lattice, "Receptive field 1, theory"));
            panels.Add(LawPanels.Amplification(comparison.Task.Classes[1].Marginal, "Amplifier of class 1") with { ColumnSpan = 2 });
        }

        // A logarithmic axis has no place for step 0; both start alike there.
        var later = comparison.Snapshots.Where(s => s.Step > 0).ToArray();
        var step = new Axis("step") { Log = later.Length > 1 };
        double[] steps = [.. later.Select(s => (double)s.Step)];
        LineSeries Line(Func<ComparedSnapshot, Statistic> of, string? label = null, int style = 0, Dash dash = Dash.Solid) => FieldPanels.Banded(steps, [.. later.Select(of)], label, style, dash);
        panels.Add(new Panel("Localization", step, FieldPanels.IprAxis)
        {
            Series = [Line(s => s.SimulatedIpr, "trained"), Line(s => s.PredictedIpr, "theory", 1, Dash.Dashed)],
            ReferenceLines = [FieldPanels.Localized(comparison.Task.Sites)],
        });
        panels.Add(new Panel("Shape", step, new Axis("cosine") { Maximum = 1 }) { Series = [Line(s => s.Cosine)] });
        panels.Add(new Panel("Size", step, new Axis("|theory| / |trained|")) { Series = [Line(s => s.NormRatio)], ReferenceLines = [ReferenceLine.Horizontal(1)] });
        double[] Share(Func<ComparedSnapshot, int> count) => [.. later.Select(s => 100.0 * count(s) / s.Agreement.Total)];
        // Above 100 % there may be room for the legend.
        var percent = new Axis(comparison.Settings.Model.Units == 1 ? "% of initialisations" : "% of units") { Minimum = 0, Ticks = [.. new[] { 0, 50, 100 }.Select(share => new Tick(share, $"{share}"))] };
        panels.Add(new Panel("Peaks that agree", step, percent)
        {
            Series =
            [
                new LineSeries(steps, Share(s => s.Agreement.Within2)) { Label = "within 2 sites", Style = 2 },
                new LineSeries(steps, Share(s => s.Agreement.Within1)) { Label = "within 1 site", Style = 1 },
                new LineSeries(steps, Share(s => s.Agreement.Exact)) { Label = "exactly", Style = 0 },
            ],
        });
        return new Figure(string.Join(" against ", comparison.Task.Classes.Select(c => c.Description)), panels)
        {
            Columns = Shown + 1,
            Caption = Invariant($"{Model(comparison.Settings.Model)}, N = {comparison.Task.Sites}; {training.Inits} initialisations, seed {training.Seed}; batch {training.Batch}, lr {training.Lr}; receptive fields after {last.Step} steps; bands: ± one standard deviation. {FieldPanels.IprInWords}"),
        };
    }

    private static string Model(ModelSettings model) => model.Units == 1 ? "One ReLU neuron" : Invariant($"A committee of {model.Units} ReLU units");

    // The last snapshot of one field, network after network.
    private static Tensor Field(Tensor w, int field) => w[-1].reshape(-1, w.shape[^1])[field];
}
