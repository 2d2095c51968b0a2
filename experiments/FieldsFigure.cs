namespace TorchRf.Experiments;

/// <summary>Receptive fields at the end, how the first of them grew, and how localized all of them became: the picture of a training, or of the theory alone.</summary>
public static class FieldsFigure
{
    private const int Traced = 8;
    private const int Mapped = 4;

    /// <summary>Of a training, with its loss.</summary>
    public static Figure Trained(KeptRun run)
    {
        var training = run.Settings.Training;
        return Of(run, "trained", "trained",
            Later(run.Steps, "Loss", new Axis("loss"), i => Statistic.Exact(KeptRun.Number(run.Snapshots[i], "loss"))),
            Invariant($"{Initialisations(run)}, batch {training.Batch}, lr {training.Lr}, seed {training.Seed}"));
    }

    /// <summary>Of the theory, with the size of its fields.</summary>
    public static Figure Predicted(KeptRun run)
    {
        using var scope = torch.NewDisposeScope();
        var size = torch.linalg.norm(run.Weights["theory"].to(ScalarType.Float64), [-1]);
        return Of(run, "theory", "theory",
            Later(run.Steps, "Size", new Axis("|w|") { Minimum = 0 }, i => Statistic.OfElements(size[i])),
            Invariant($"{Initialisations(run)}, steps of {run.Settings.Training.Lr}, seed {run.Settings.Training.Seed}"));
    }

    private static string Initialisations(KeptRun run) =>
        Invariant($"{run.Settings.Training.Inits} initialisations of a {run.Settings.Catalogue.Networks.Describe(run.Settings.Model)}");

    private static Figure Of(KeptRun run, string which, string whose, Panel last, string caption)
    {
        using var scope = torch.NewDisposeScope();
        var (steps, lattice, w) = (run.Steps, run.Lattice, run.Weights[which].to(ScalarType.Float64));
        // Of many initialisations of one unit, or of the first network's units.
        bool alone = w.shape[2] == 1;
        var end = alone ? w[-1].squeeze(1) : w[-1][0];
        var (one, called) = alone ? ("initialisation", "Initialisation") : ("unit", "Unit");
        var ipr = InverseParticipationRatio.Of(w);
        var localization = Later(steps, "Localization", FieldPanels.IprAxis, i => Statistic.OfElements(ipr[i])) with { ReferenceLines = [FieldPanels.Localized(lattice.Sites)] };
        IReadOnlyList<Panel?> panels = lattice.Dimensions == 1
            ? [FieldPanels.Traces(end, "Receptive fields", one, Traced), FieldPanels.Evolution(steps, w.select(2, 0).select(1, 0), $"How that of {one} 1 grew"), localization, last]
            :
            [
                .. Enumerable.Range(0, (int)Math.Min(Mapped, end.shape[0])).Select(i => FieldPanels.Field(end[i], lattice, Invariant($"{called} {i + 1}"))),
                .. Enumerable.Repeat<Panel?>(null, (int)Math.Max(0, Mapped - end.shape[0])),
                .. Enumerable.Range(1, Mapped).Select(i => (steps.Count - 1) * i / Mapped).Distinct().Select(i => FieldPanels.Field(w[i][0][0], lattice, Invariant($"{called} 1, step {steps[i]}"))),
            ];
        if (lattice.Dimensions == 2)
        {
            int gap = (Mapped - (panels.Count % Mapped)) % Mapped;
            panels = [.. panels, .. Enumerable.Repeat<Panel?>(null, gap), localization with { ColumnSpan = 2 }, last with { ColumnSpan = 2 }];
        }
        return new Figure(Invariant($"Receptive fields, {whose}: {run.Data}"), panels)
        {
            Columns = Mapped,
            Caption = Invariant($"{caption}. Receptive fields of the first {(alone ? "initialisations" : "network's units")} after {steps[^1]} steps, each scaled to its largest weight. Lines: means over all{(alone ? "" : " units")}; bands: ± one standard deviation. {FieldPanels.IprInWords}"),
        };
    }

    // A logarithmic axis has no place for step 0.
    private static Panel Later(IReadOnlyList<long> steps, string title, Axis y, Func<int, Statistic> at)
    {
        int[] later = [.. Enumerable.Range(0, steps.Count).Where(i => steps[i] > 0)];
        if (later.Length == 0)
            later = [0];
        return new Panel(title, new Axis("step") { Log = later.Length > 1 }, y) { Series = [FieldPanels.Banded(later.Select(i => (double)steps[i]), [.. later.Select(at)])] };
    }
}
