namespace TorchRf.Experiments;

/// <summary>
/// LSG figure 6: what units do in company. Committees of sigmoid units with biases and of ReLU units on Kur(k), and independent components
/// of Kur(3): which fraction of units is localized, by which threshold, and how well the committees tell the classes apart. ReLU units localize here where one alone does not, and
/// why is looked into: the same committee on Gaussian data of the same covariances, one neuron, and what pulls the units.
/// </summary>
internal static class Figure6
{
    private const int Shown = 8;

    // The notebook's evaluation set has 537 examples of class 0 and 463 of class 1.
    private static readonly (string Id, double[] Balance, string Words)[] Evaluations = [("-notebook", [0.537, 0.463], "on 537 and 463 examples a class"), ("", [0.5, 0.5], "balanced")];

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var drawn = new List<(Panel Fields, double[] Ipr, int Sites, string Title)>();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        var rows = StudiedRow.Each("figure6", settings, bench, row => Invariant($"{RowName.Of(row.Data)}, {Units(row.Model)}"));
        foreach (var row in rows.Where(row => row.Settings.Model.Units > 1))
        {
            foreach (var (id, balance, words) in Evaluations)
            {
                measurements.Add(row.Measured("loss" + id, $"loss, {words}", Mixed(row.Run.ByClass.Select(e => e.Losses), balance)));
                measurements.Add(row.Measured("accuracy" + id, $"accuracy, {words}", Mixed(row.Run.ByClass.Select(e => e.Accuracies!), balance)));
            }
            measurements.Add(row.LocalizedUnits());
            findings.Add(row.Sentence);
            drawn.Add((FieldPanels.Traces(row.Trained[0], row.What, most: Shown), row.Ipr, row.Sites, "IPR of all units"));
        }
        var company = Company.Of(rows);
        measurements.AddRange(company.Measurements);
        findings.AddRange(company.Findings);

        string data = RowName.Of(settings.Ica[0].Run.Data);
        var ica = StudiedComponents.Of(bench, "figure6-ica", settings.Ica[0], settings.Seeds, (search, _) => Invariant($"{data}, {search.Components} independent components"));
        measurements.Add(ica.LocalizedComponents("figure6.ica.localized"));
        findings.AddRange(ica.Sentences);
        drawn.Add((FieldPanels.Traces(ica.Fields, $"{data}, ICA", "component", Shown), ica.Ipr, ica.Lattice.Sites, "IPR of all components"));
        return new RecipeOutcome([("figure6", Draw(drawn, settings))], measurements, findings) { New = company.New };
    }

    // All IPRs on one axis.
    private static Figure Draw(List<(Panel Fields, double[] Ipr, int Sites, string Title)> drawn, RecipeSettings settings) => new("Which units are localized: committees and independent components",
        [.. drawn.SelectMany(d => (Panel[])[d.Fields, FieldPanels.Ipr(d.Ipr, d.Sites, d.Title, drawn.Max(other => FieldPanels.IprReach(other.Ipr, other.Sites)))])])
    {
        Columns = 4,
        Caption = Invariant($"N = {settings.Rows[0].Data.Sites} (ICA: {settings.Ica[0].Run.Data.Sites}), ξ = {string.Join(" and ", settings.Rows[0].Data.Lengthscales())}; {settings.Rows[0].Training.Inits} seeds a committee, {settings.Seeds} of ICA with {settings.Ica[0].Examples} examples; fields of the first seed, each scaled to its largest weight. {FieldPanels.IprInWords}"),
    };

    private static string Units(ModelSettings model) => model.IsSingleReluNeuron ? "one ReLU neuron" : Invariant($"{model.Units} {(model.Activation == Activation.ReLU ? "ReLU" : $"{model.Activation}".ToLowerInvariant())} units");

    private static double[] Mixed(IEnumerable<IReadOnlyList<double>> byClass, double[] balance)
    {
        var classes = byClass.ToArray();
        return [.. Enumerable.Range(0, classes[0].Count).Select(init => classes.Select((c, i) => balance[i] * c[init]).Sum())];
    }
}
