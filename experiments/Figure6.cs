using System.Globalization;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Plots;
using TorchRf.Models;

namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 6: what units do in company. Committees of sigmoid units with biases and of ReLU units on Kur(k), and independent components
/// of Kur(3): which fraction of units is localized, by which threshold, and how well the committees tell the classes apart.
/// </summary>
public sealed class Figure6 : IRecipe
{
    private const int Shown = 8;

    // The notebook's evaluation set: 537 examples of class 0 and 463 of class 1.
    private static readonly double[] Notebook = [0.537, 0.463];
    private static readonly double[] Balanced = [0.5, 0.5];

    /// <inheritdoc/>
    public string Name => "figure6";

    /// <inheritdoc/>
    public string Title => "Committees and independent components";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var drawn = new List<(Panel Fields, double[] Ipr, int Sites, string Title)>();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var (row, name) in settings.Rows.Zip(settings.Names))
        {
            var ensemble = Ensemble.Of(row, predicts: false);
            var run = bench.Train("figure6-" + name, ensemble, [0, row.Training.Steps]);
            var w = run.Weights[-1];
            string what = $"{RowName.Of(row.Data)}, {Units(row.Model)}";
            void Add(string id, string quantity, IReadOnlyCollection<double> values) =>
                measurements.Add(new($"figure6.{name}.{id}", $"{what}: {quantity}", Statistic.Of(values), "seeds"));
            foreach (var (suffix, balance, words) in new[] { ("-notebook", Notebook, "on 537 and 463 examples a class"), ("", Balanced, "balanced") })
            {
                Add("loss" + suffix, $"loss, {words}", Mixed(run.ByClass.Select(e => e.Losses), balance));
                Add("accuracy" + suffix, $"accuracy, {words}", Mixed(run.ByClass.Select(e => e.Accuracies!), balance));
            }
            double[] shares = FieldPanels.LocalizedShares(w);
            measurements.Add(new($"figure6.{name}.localized", $"{what}: fraction of units localized", Statistic.OfShares(shares, row.Model.Units), "seeds"));
            findings.Add(FieldPanels.Sentence(what, shares, row.Model.Units, row.Data.Sites));
            drawn.Add((FieldPanels.Traces(w[0].narrow(0, 0, Math.Min(Shown, row.Model.Units)), what), FieldPanels.Iprs(w), row.Data.Sites, "IPR of all units"));
        }

        var ica = settings.Ica[0];
        var pieces = IcaPiece.Each(bench, "figure6-ica", ica, settings.Seeds);
        string components = $"{RowName.Of(ica.Run.Data)}, {ica.Components} independent components";
        var fractions = pieces.Select(p => IcaPiece.Ipr(p).Count(v => v > Measures.InverseParticipationRatio.LocalizedAbove(ica.Run.Data.Sites)) / (double)ica.Components).ToArray();
        measurements.Add(new("figure6.ica.localized", $"{components}: fraction localized", Statistic.OfShares(fractions, ica.Components), "seeds"));
        findings.Add(FieldPanels.Sentence(components, fractions, ica.Components, ica.Run.Data.Sites));
        findings.Add(IcaPiece.Sentence(components, pieces));
        drawn.Add((FieldPanels.Traces(pieces[0].Tensors["fields"].narrow(0, 0, Math.Min(Shown, ica.Components)), $"{RowName.Of(ica.Run.Data)}, ICA", "component"), [.. pieces.SelectMany(IcaPiece.Ipr)], ica.Run.Data.Sites, "IPR of all components"));
        return new RecipeOutcome([("figure6", Draw(drawn, settings))], measurements, findings);
    }

    // All IPRs on one axis.
    private static Figure Draw(List<(Panel Fields, double[] Ipr, int Sites, string Title)> drawn, RecipeSettings settings) => new("Which units are localized: committees and independent components",
        [.. drawn.SelectMany(d => (Panel[])[d.Fields, FieldPanels.Ipr(d.Ipr, d.Sites, d.Title, drawn.Max(other => FieldPanels.IprReach(other.Ipr, other.Sites)))])])
    {
        Columns = 4,
        Caption = string.Create(CultureInfo.InvariantCulture,
            $"N = {settings.Rows[0].Data.Sites} (ICA: {settings.Ica[0].Run.Data.Sites}), ξ = {string.Join(" and ", settings.Rows[0].Data.Lengthscales())}; {settings.Rows[0].Training.Inits} seeds a committee, {settings.Seeds} of ICA with {settings.Ica[0].Examples} examples; fields of the first seed, each scaled to its largest weight. {FieldPanels.IprInWords}"),
    };

    private static string Units(ModelSettings model) =>
        string.Create(CultureInfo.InvariantCulture, $"{model.Units} {(model.Activation == Activation.ReLU ? "ReLU" : $"{model.Activation}".ToLowerInvariant())} units");

    private static double[] Mixed(IEnumerable<IReadOnlyList<double>> byClass, double[] balance)
    {
        var classes = byClass.ToArray();
        return [.. Enumerable.Range(0, classes[0].Count).Select(init => classes.Select((c, i) => balance[i] * c[init]).Sum())];
    }
}
