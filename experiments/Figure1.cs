namespace TorchRf.Experiments;

/// <summary>LSG figure 1, right: in two dimensions a committee of ReLU units and independent components both come to look at small patches.</summary>
internal static class Figure1
{
    private const int Shown = 8;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var row = StudiedRow.Each("figure1", settings, bench, _ => "", steps => [0, steps / 4, steps / 2, steps], piece: _ => "committee").Single();
        var (task, units, run) = (row.Ensemble.Task, row.Settings.Model.Units, row.Run);
        row = row with { Id = "figure1.committee", What = Invariant($"{task.Lattice}, committee of {units} ReLU units") };
        var ica = StudiedComponents.Of(bench, "figure1-ica", settings.Ica[0], settings.Seeds, (search, lattice) => $"{lattice}, {search.Components} independent components");

        double reach = Math.Max(FieldPanels.IprReach(row.Ipr, row.Sites), FieldPanels.IprReach(ica.Ipr, ica.Lattice.Sites));
        Panel?[] panels =
        [
            .. Enumerable.Range(0, Math.Min(Shown, units)).Select(i => FieldPanels.Field(row.Trained[0][i], task.Lattice, $"Unit {i + 1}")),
            .. Enumerable.Range(0, Math.Min(Shown, ica.Components)).Select(i => FieldPanels.Field(ica.Fields[i], ica.Lattice, $"Component {i + 1}")),
            FieldPanels.Ipr(row.Ipr, row.Sites, "IPR of all units", reach) with { ColumnSpan = 2 },
            FieldPanels.Ipr(ica.Ipr, ica.Lattice.Sites, "IPR of all components", reach) with { ColumnSpan = 2 },
        ];
        string Each(Func<Tensor, string> told) => string.Join(", ", run.Steps.Select((_, i) => told(run.Weights[i])));
        return new RecipeOutcome(
            [("figure1", new Figure("Small patches of the world", panels)
            {
                Columns = 4,
                Caption = Invariant($"Committee: {task.Classes[0].Description} against {task.Classes[1].Description}, {task.Lattice} sites, {row.Settings.Training.Inits} initialisations shown the same examples. ICA: {ica.Lattice} sites, ξ = {string.Join(" and ", ica.Settings.Run.Data.Lengthscales())}, {ica.Settings.Examples} examples, {settings.Seeds} seeds. Fields of the first seed, each scaled to its largest weight (red; white is 0). {FieldPanels.IprInWords}"),
            })],
            [row.Measured("localized", "fraction localized", row.LocalizedShares), row.Measured("accuracy", "accuracy", [.. run.Final.Accuracies!]), ica.LocalizedComponents("figure1.ica.localized")],
            [
                row.Sentence,
                Invariant($"The paper trains for 10 000 steps and this for {row.Settings.Training.Steps}. Mean IPR after {string.Join(", ", run.Steps)} steps: {Each(w => Invariant($"{InverseParticipationRatio.Each(w).Average():0.0000}"))}; localized: {Each(w => Invariant($"{LocalizedFraction.OfEach(w).Average(f => f.Fraction):0 %}"))}."),
                .. ica.Sentences,
            ]);
    }
}
