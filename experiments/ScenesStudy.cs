using MathNet.Numerics.Statistics;

namespace TorchRf.Experiments;

/// <summary>
/// Natural scenes: rows and patches of photographs, patches plain, whitened by a matrix, and cut from filtered pictures, at two strides. One ReLU neuron against theory, whose
/// premises photographs do not keep, and independent components, which look like Gabor waves.
/// </summary>
internal static class ScenesStudy
{
    private const int Shown = 12;
    private const int Traced = 6;
    private const int Drawn = 20_000;
    private static readonly long[] Steps = [20, 100];

    private sealed record Seen(StudiedRow Row, Tensor Predicted, Verdict Verdict, double[] Projected)
    {
        internal Lattice Lattice => Row.Ensemble.Task.Lattice;
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var seen = StudiedRow.Each("scenes", settings, bench, row => row.Data.Name == "photo" ? "Photograph rows" : RowName.Of(row.Data), Schedule, predicts: true).Select(row => See(row, bench)).ToArray();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var s in seen)
            Tell(s, measurements, findings);
        findings.Add("Where the lemma fails: photographs are not stationary (a row or patch ends at its borders, and its mean is removed), w.x is not Gaussian, though the lemma takes it for that, and the kurtosis of one site "
            + "mixes the contrast of whole scenes, as in elliptical data, with what sites have of their own. What the sign of the excess kurtosis lets expect is here no more than a guess.");

        findings.Add(TellPlaces([.. seen.Select(s => s.Row).Where(row => row.Ensemble.Task.Lattice.Dimensions == 2)], measurements));

        StudiedComponents Search(string id, string what, IcaSettings ica)
        {
            var found = StudiedComponents.Of(bench, $"scenes-ica-{id}", ica, settings.Seeds, (search, _) => Invariant($"{search.Components} independent components of {what}"));
            measurements.Add(new($"scenes.ica-{id}.localized", $"{found.What}: fraction localized", Statistic.Of(found.LocalizedShares), "seeds"));
            findings.AddRange(found.Sentences);
            return found;
        }
        var (patches, rows) = (Search("patches", "filtered patches", settings.Ica[0]), Search("rows", "photograph rows", settings.Ica[1]));
        measurements.Add(new("scenes.ica-rows.gabor", "independent components of photograph rows: misfit of a Gabor wave (median over a search's components)",
            Statistic.Of([.. rows.Pieces.Select(p => GaborFit.Of(p.Tensors["fields"]).Misfit.ToArray<double>().Median())]), "seeds"));
        return new RecipeOutcome([("scenes", Draw(seen, settings)), ("scenes-ica", DrawIca(settings, patches, rows))], measurements, findings);
    }

    private static IReadOnlyList<long> Schedule(long steps) => [0, .. Steps.Where(s => s < steps), steps];

    private static Seen See(StudiedRow row, Workbench bench) => new(row, row.Predict(bench), Verdict.On(row.Trained, row.Ensemble.Task), Projected(row));

    // The excess kurtosis of w.x over class 1 at the start, which the lemma takes for 0.
    private static double[] Projected(StudiedRow row)
    {
        using var inner = torch.NewDisposeScope();
        using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "scenes"), row.Ensemble.Initial.device);
        var u = row.Ensemble.Task.Sample(1, Drawn, generator).matmul(row.Ensemble.Initial.squeeze(1).mT).to(ScalarType.Float64).square();
        return ((u.square().mean([0]) / u.mean([0]).square()) - 3.0).ToArray<double>();
    }

    private static void Tell(Seen seen, List<Measurement> measurements, List<string> findings)
    {
        var row = seen.Row;
        measurements.Add(row.Measured("ipr", "IPR of the trained field", row.Ipr));
        measurements.Add(row.LocalizedNeurons());
        measurements.Add(row.Measured("accuracy", "accuracy", [.. row.Run.Final.Accuracies!]));
        measurements.Add(row.Measured("projection", "excess kurtosis of w.x over class 1 at the start, which the lemma takes for 0", seen.Projected));
        var cosines = new List<string>();
        for (int i = 1; i < row.Run.Steps.Count; i++)
        {
            double[] cosine = row.Cosine(seen.Predicted, i).ToArray<double>();
            long step = row.Run.Steps[i];
            measurements.Add(row.Measured(i == row.Run.Steps.Count - 1 ? "cosine-last" : Invariant($"cosine-{step}"), Invariant($"cosine between theory's and trained field after {step} steps"), cosine));
            cosines.Add(Invariant($"{cosine.Average():0.00} after {step}"));
        }
        findings.Add(Invariant($"{row.What}: {seen.Verdict} Cosine between theory and trained: {string.Join(", ", cosines)} steps. Excess kurtosis of w.x at the start: {seen.Projected.Average():0.0}."));
    }

    // Where in a patch single neurons look.
    private static string TellPlaces(StudiedRow[] patches, List<Measurement> measurements)
    {
        int side = patches[0].Ensemble.Task.Lattice.Side;
        string Held(string id, string where, int sites, int edges)
        {
            foreach (var row in patches)
                measurements.Add(row.Measured(id, $"share of w^2 in the {where}", Shares(row, edges)));
            return Invariant($"The {where}, {100.0 * sites / (side * side):0} % of a patch, hold of w^2: {string.Join(", ", patches.Select(row => Invariant($"{row.What} {100 * Shares(row, edges).Average():0} %")))}. ");
        }
        return Held("corners", "four corner sites", 4, 2) + Held("outer", "sites at the edges", 4 * (side - 1), 1)
            + "A matrix whitens a patch's edges from one side alone, and a neuron looks there. Filtering whole pictures before patches are cut takes most of that away, and not all: a patch ends at its borders, as plain ones do.";
    }

    // The share of w^2 at sites that are at so many edges or more.
    private static double[] Shares(StudiedRow row, int edges)
    {
        using var inner = torch.NewDisposeScope();
        int side = row.Ensemble.Task.Lattice.Side;
        int At(int i) => i == 0 || i == side - 1 ? 1 : 0;
        var counted = torch.tensor([.. Enumerable.Range(0, side * side).Select(i => At(i / side) + At(i % side) >= edges ? 1.0 : 0.0)], device: row.Trained.device);
        var square = row.Trained.to(ScalarType.Float64).square();
        return ((square * counted).sum(-1) / square.sum(-1)).ToArray<double>();
    }

    private static Figure Draw(Seen[] seen, RecipeSettings settings)
    {
        var training = settings.Rows[0].Training;
        return new Figure("One neuron looks at photographs",
            [.. seen.SelectMany(s => (Panel[])[FieldPanels.Field(s.Row.First, s.Lattice, "trained"), FieldPanels.Field(s.Predicted[-1][0][0], s.Lattice, "theory"), Iprs(s)])])
        {
            Columns = 3,
            RowLabels = [.. seen.Select(s => s.Row.What)],
            Caption = Invariant($"Two photographs, strides {string.Join(" against ", ((PhotographSettings)settings.Rows[0].Data).Strides)}; one ReLU neuron, {training.Inits} initialisations on the same examples (dots), {training.Steps} steps, batch {training.Batch}, seed {training.Seed}. Fields: the first, scaled to its largest weight (red); theory after as many steps. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Iprs(Seen seen)
    {
        double[] trained = seen.Row.Ipr, predicted = InverseParticipationRatio.Each(seen.Predicted[-1]);
        var threshold = FieldPanels.Localized(seen.Lattice.Sites);
        PointSeries Dots(double[] values, int at) => new(FieldPanels.Apart(values, at, 0.2), values) { Style = at, Opacity = 0.6 };
        return new Panel("IPR", new Axis("") { Minimum = -0.5, Maximum = 1.5, Ticks = [new Tick(0, "trained"), new Tick(1, "theory")] }, new Axis("IPR") { Minimum = 0, Maximum = 1.25 * trained.Concat(predicted).Append(threshold.Value).Max() })
        {
            Series = [Dots(trained, 0), Dots(predicted, 1)],
            ReferenceLines = [threshold],
        };
    }

    private static Figure DrawIca(RecipeSettings settings, StudiedComponents patches, StudiedComponents rows)
    {
        var drawn = rows.Fields.narrow(0, 0, Math.Min(Traced, rows.Components));
        return new Figure("Independent components of photographs",
        [
            .. Enumerable.Range(0, Math.Min(Shown, patches.Components)).Select(i => FieldPanels.Field(patches.Fields[i], patches.Lattice, $"Patches, {i + 1}")),
            FieldPanels.Traces(drawn, "Rows", "component"),
            // The same fields, each as the Gabor wave nearest to it.
            FieldPanels.Traces(GaborFit.Of(drawn).Curve(rows.Lattice.Sites), "Rows, Gabor fits", "component"),
            FieldPanels.Ipr(patches.Ipr, patches.Lattice.Sites, "IPR, patches"),
            FieldPanels.Ipr(rows.Ipr, rows.Lattice.Sites, "IPR, rows"),
        ])
        {
            Columns = 4,
            Caption = Invariant($"Two photographs, stride {((PhotographSettings)patches.Settings.Run.Data).Strides[^1]}; {patches.Settings.Components} components of patches of filtered pictures, of {patches.Lattice} and {rows.Settings.Components} of rows of {rows.Lattice.Sites}, {patches.Settings.Examples} examples, {settings.Seeds} seeds. Components of the first seed, scaled to their largest weight (red; white is 0). {FieldPanels.IprInWords}"),
        };
    }
}
