using System.Globalization;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Plots;
using TorchRf.Measures;

namespace TorchRf.Experiments;

/// <summary>LSG figure 1, right: in two dimensions a committee of ReLU units and independent components both come to look at small patches.</summary>
public sealed class Figure1 : IRecipe
{
    private const int Shown = 8;

    /// <inheritdoc/>
    public string Name => "figure1";

    /// <inheritdoc/>
    public string Title => "Small patches in two dimensions: a committee and independent components";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var row = settings.Rows[0];
        var ensemble = Ensemble.Of(row, predicts: false);
        long steps = row.Training.Steps;
        var run = bench.Train("figure1-committee", ensemble, [0, steps / 4, steps / 2, steps]);
        var w = run.Weights[-1];
        double[] shares = FieldPanels.LocalizedShares(w);
        string committee = string.Create(CultureInfo.InvariantCulture, $"{ensemble.Task.Lattice}, committee of {row.Model.Units} ReLU units");

        var ica = settings.Ica[0];
        var lattice = IcaStudy.Prepare(ica).Task.Lattice;
        var pieces = IcaPiece.Each(bench, "figure1-ica", ica, settings.Seeds);
        string components = string.Create(CultureInfo.InvariantCulture, $"{lattice}, {ica.Components} independent components");
        double[] fractions = [.. pieces.Select(p => IcaPiece.Ipr(p).Count(v => v > InverseParticipationRatio.LocalizedAbove(lattice.Sites)) / (double)ica.Components)];

        var panels = new List<Panel?>();
        for (int i = 0; i < Math.Min(Shown, row.Model.Units); i++)
            panels.Add(FieldPanels.Map(w[0][i], ensemble.Task.Lattice, FormattableString.Invariant($"Unit {i + 1}")));
        for (int i = 0; i < Math.Min(Shown, ica.Components); i++)
            panels.Add(FieldPanels.Map(pieces[0].Tensors["fields"][i], lattice, FormattableString.Invariant($"Component {i + 1}")));
        double[] ofUnits = FieldPanels.Iprs(w), ofComponents = [.. pieces.SelectMany(IcaPiece.Ipr)];
        double reach = Math.Max(FieldPanels.IprReach(ofUnits, ensemble.Task.Sites), FieldPanels.IprReach(ofComponents, lattice.Sites));
        panels.Add(FieldPanels.Ipr(ofUnits, ensemble.Task.Sites, "IPR of all units", reach) with { ColumnSpan = 2 });
        panels.Add(FieldPanels.Ipr(ofComponents, lattice.Sites, "IPR of all components", reach) with { ColumnSpan = 2 });
        return new RecipeOutcome(
            [("figure1", new Figure("Small patches of the world", panels)
            {
                Columns = 4,
                Caption = string.Create(CultureInfo.InvariantCulture,
                    $"Committee: {ensemble.Task.Classes[0].Description} against {ensemble.Task.Classes[1].Description}, {ensemble.Task.Lattice} sites, {row.Training.Inits} initialisations shown the same examples. ICA: {lattice} sites, ξ = {string.Join(" and ", ica.Run.Data.Lengthscales())}, {ica.Examples} examples, {settings.Seeds} seeds. Fields of the first seed, each scaled to its largest weight (red; white is 0). {FieldPanels.IprInWords}"),
            })],
            [
                Measurement.OverInitialisations("figure1.committee.localized", $"{committee}: fraction localized", shares, row),
                Measurement.OverInitialisations("figure1.committee.accuracy", $"{committee}: accuracy", [.. run.Final.Accuracies!], row),
                new("figure1.ica.localized", $"{components}: fraction localized", Statistic.OfShares(fractions, ica.Components), "seeds"),
            ],
            [
                FieldPanels.Sentence(committee, shares, row.Model.Units, ensemble.Task.Sites),
                string.Create(CultureInfo.InvariantCulture, $"The paper trains for 10 000 steps and this for {steps}. Mean IPR after {string.Join(", ", run.Steps)} steps: {string.Join(", ", run.Steps.Select((_, i) => FieldPanels.Iprs(run.Weights[i]).Average().ToString("0.0000", CultureInfo.InvariantCulture)))}; localized: {string.Join(", ", run.Steps.Select((_, i) => FieldPanels.LocalizedShares(run.Weights[i]).Average().ToString("0 %", CultureInfo.InvariantCulture)))}."),
                FieldPanels.Sentence(components, fractions, ica.Components, lattice.Sites),
                IcaPiece.Sentence(components, pieces),
            ]);
    }
}
