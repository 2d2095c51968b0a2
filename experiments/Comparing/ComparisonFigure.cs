namespace TorchRf.Experiments.Comparing;

/// <summary>A comparison as a picture: a receptive field of each, how they come to differ, and the amplifier behind the prediction.</summary>
public static class ComparisonFigure
{
    private const int Shown = 3;

    /// <summary>Two rows: receptive fields at the end and the amplifier; then IPR, likeness and peaks over the steps.</summary>
    /// <param name="run">What the comparison left.</param>
    public static Figure Of(KeptRun run)
    {
        using var scope = torch.NewDisposeScope();
        var (training, lattice) = (run.Settings.Training, run.Lattice);
        var (trained, theory) = (run.Weights["trained"], run.Weights["theory"]);
        var panels = new List<Panel?>();
        if (lattice.Dimensions == 1)
        {
            int shown = Math.Min(Shown, training.Inits * run.Settings.Model.Units);
            panels.AddRange(Enumerable.Range(0, shown).Select(i => FieldPanels.Pair(Field(trained, i), Field(theory, i),
                Invariant($"Receptive field {i + 1}"), i == 0 ? LegendPlacement.Best : LegendPlacement.None)));
            panels.AddRange(Enumerable.Repeat<Panel?>(null, Shown - shown));
            panels.Add(Amplifier(run));
        }
        else
        {
            panels.Add(FieldPanels.Field(Field(trained, 0), lattice, "Receptive field 1, trained"));
            panels.Add(FieldPanels.Field(Field(theory, 0), lattice, "Receptive field 1, theory"));
            if (Amplifier(run) is Panel amplifier)
                panels.Add(amplifier with { ColumnSpan = 2 });
            else
                panels.AddRange([null, null]);
        }

        // A logarithmic axis has no place for step 0; both start alike there.
        var later = run.Snapshots.Where(s => KeptRun.Number(s, "step") > 0).ToArray();
        var step = new Axis("step") { Log = later.Length > 1 };
        double[] steps = [.. later.Select(s => KeptRun.Number(s, "step"))];
        LineSeries Line(Func<JsonNode, Statistic> of, string? label = null, int style = 0, Dash dash = Dash.Solid) => FieldPanels.Banded(steps, [.. later.Select(of)], label, style, dash);
        panels.Add(new Panel("Localization", step, FieldPanels.IprAxis)
        {
            Series = [Line(s => KeptRun.Mean(s, "ipr", "trained"), "trained"), Line(s => KeptRun.Mean(s, "ipr", "theory"), "theory", 1, Dash.Dashed)],
            ReferenceLines = [FieldPanels.Localized(lattice.Sites)],
        });
        panels.Add(new Panel("Shape", step, new Axis("cosine") { Maximum = 1 }) { Series = [Line(s => Beside(s, "cosine"))] });
        panels.Add(new Panel("Size", step, new Axis("|theory| / |trained|")) { Series = [Line(s => Beside(s, "norm_ratio"))], ReferenceLines = [ReferenceLine.Horizontal(1)] });
        double[] Share(string count) => [.. later.Select(s => 100.0 * KeptRun.Number(s, "agreement", count) / KeptRun.Number(s, "agreement", "of"))];
        // Above 100 % there may be room for the legend.
        var percent = new Axis(run.Settings.Model.Units == 1 ? "% of initialisations" : "% of units") { Minimum = 0, Ticks = [.. new[] { 0, 50, 100 }.Select(share => new Tick(share, $"{share}"))] };
        panels.Add(new Panel("Peaks that agree", step, percent)
        {
            Series =
            [
                new LineSeries(steps, Share("within2")) { Label = "within 2 sites", Style = 2 },
                new LineSeries(steps, Share("within1")) { Label = "within 1 site", Style = 1 },
                new LineSeries(steps, Share("exact")) { Label = "exactly", Style = 0 },
            ],
        });
        return new Figure(run.Data, panels)
        {
            Columns = Shown + 1,
            Caption = Invariant($"{Model(run.Settings.Model)}, N = {lattice.Sites}; {training.Inits} initialisations, seed {training.Seed}; batch {training.Batch}, lr {training.Lr}; theory: {Theory(run.Settings.Theory)}; receptive fields after {run.Steps[^1]} steps; bands: ± one standard deviation. {FieldPanels.IprInWords}"),
        };
    }

    // Kept by versions from 0.2 on; without it its place stays empty.
    private static Panel? Amplifier(KeptRun run) =>
        run.Weights.TryGetValue("amplifier", out var amplifier) && amplifier.dtype == ScalarType.Float64 && amplifier.shape is [2 or 3, > 1]
            ? LawPanels.Amplification(amplifier, KeptRun.Number(run.Results, "excess_kurtosis"), "Amplifier of class 1") : null;

    private static Statistic Beside(JsonNode snapshot, string name) => new(KeptRun.Number(snapshot, name), KeptRun.Number(snapshot, name + "_std"), null, 1);

    private static string Theory(EffectiveTheory theory) => theory switch
    {
        EffectiveTheory.Lemma => "Lemma 3.1",
        EffectiveTheory.ThirdOrder => "Lemma 3.1 to third order",
        EffectiveTheory.FourthCumulant => Invariant($"fourth cumulants of {SampledFlow.Examples} examples"),
        EffectiveTheory.Exact => "exact, by transfer matrices",
        _ => Invariant($"the flow on {SampledFlow.Examples} fixed examples a class, or all of a sample's"),
    };

    private static string Model(ModelSettings model) => model.Units == 1 ? "One ReLU neuron" : Invariant($"A committee of {model.Units} ReLU units");

    // The last snapshot of one field, network after network.
    private static Tensor Field(Tensor w, int field) => w[-1].reshape(-1, w.shape[^1])[field];
}
