namespace TorchRf.Experiments;

/// <summary>
/// Both sides of LSG's Prop. 3.3: elliptical data do not localize whatever their radius, and it is their directions that hold them back, not their marginal. An elliptical radius with
/// other directions localizes, and so do the directions of NLGP with radii that make the excess kurtosis positive.
/// </summary>
internal static class PropositionStudy
{
    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each("proposition", settings, bench, row => Words(row.Data));
        var measurements = new List<Measurement>();
        foreach (var row in rows)
        {
            measurements.Add(row.Measured("ipr", "IPR", row.Ipr));
            measurements.Add(row.LocalizedNeurons());
        }
        string[] findings = [.. rows.Select(row => Invariant($"{row.What}, excess kurtosis {Kurtosis(row):0.00}: {row.Localized.Count} of {row.Localized.Total} localized, mean IPR {row.Ipr.Average():0.000}."))];
        return new RecipeOutcome([("proposition", Draw(rows))], measurements, findings)
        {
            New = [.. rows.Where(row => Kurtosis(row) > 0 && 2 * row.Localized.Count > row.Localized.Total).Select(row => Invariant($"{row.What} have a positive excess kurtosis ({Kurtosis(row):0.00}) and localize all the same: {row.Localized.Count} of {row.Localized.Total}."))],
        };
    }

    private static double Kurtosis(StudiedRow row) => row.Ensemble.Task.Classes[1].Marginal.ExcessKurtosis;

    private static string Words(DataSettings data) => data switch
    {
        EllipticalSettings { Radial: "shell" } => "Elliptical, outer shell",
        EllipticalSettings => "Elliptical, surface",
        BrokenSymmetrySettings broken => Invariant($"Surface, directions {broken.Keep} {broken.Cut}"),
        AdjustedSettings adjusted => Invariant($"Directions of NLGP({adjusted.Gain}), adjusted radii"),
        _ => RowName.Of(data),
    };

    private static Figure Draw(StudiedRow[] rows)
    {
        var (first, sites) = (rows[0].Settings, rows[0].Sites);
        return new Figure("Other directions, and other radii",
        [
            .. rows.Select(row => FieldPanels.Field(row.First, row.Ensemble.Task.Lattice, Invariant($"{row.What}"))),
            new Panel("Localization", new Axis("excess kurtosis of class 1"), FieldPanels.IprAxis)
            {
                Series = [.. rows.Select((row, i) => new PointSeries([.. row.Ipr.Select(_ => Kurtosis(row))], row.Ipr) { Label = row.What, Style = i, Opacity = 0.7 })],
                ReferenceLines = [FieldPanels.Localized(sites), ReferenceLine.Vertical(0)],
                ColumnSpan = 3,
            },
        ])
        {
            Columns = 3,
            Caption = Invariant($"One ReLU neuron, {RowName.Extent(first.Data)}; {first.Training.Inits} starts a row on the same examples (dots), of which the first is drawn, scaled to its largest weight; {first.Training.Steps} steps, batch {first.Training.Batch}, lr {first.Training.Lr}, seed {first.Training.Seed}. {FieldPanels.IprInWords}"),
        };
    }
}
