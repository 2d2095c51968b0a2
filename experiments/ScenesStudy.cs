using System.Globalization;
using MathNet.Numerics.Statistics;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Panels;
using TorchRf.Experiments.Recipes;
using TorchRf.Plots;
using TorchRf.Measures;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// Natural scenes: rows and patches of photographs, patches whitened and not, at two strides. One ReLU neuron against theory, whose
/// premises photographs do not keep, and independent components, which look like Gabor waves.
/// </summary>
public sealed class ScenesStudy : IRecipe
{
    private const int Shown = 12;
    private const int Traced = 6;
    private const int Drawn = 20_000;
    private static readonly long[] Steps = [20, 100];

    private sealed record Seen(StudiedRow Row, string What, Tensor Predicted, Verdict Verdict, double[] Projected)
    {
        internal DataSettings Data => Row.Ensemble.Settings.Data;
    }

    /// <inheritdoc/>
    public string Name => "scenes";

    /// <inheritdoc/>
    public string Title => "Natural scenes: rows and patches of photographs";

    /// <inheritdoc/>
    public RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var seen = StudiedRow.Each(this, settings, bench, Schedule, predicts: true).Select(row => See(row, bench)).ToArray();
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var s in seen)
            Tell(s, measurements, findings);
        findings.Add("Where the lemma fails: photographs are not stationary (a row or patch ends at its borders, and its mean is removed), w.x is not Gaussian, though the lemma takes it for that, and the kurtosis of one site "
            + "mixes the contrast of whole scenes, as in elliptical data, with what sites have of their own. What the sign of the excess kurtosis lets expect is here no more than a guess.");

        var (patches, rows) = (settings.Ica[0], settings.Ica[1]);
        var found = IcaPiece.Each(bench, "scenes-ica-patches", patches, settings.Seeds);
        var lines = IcaPiece.Each(bench, "scenes-ica-rows", rows, settings.Seeds);
        foreach (var (id, what, ica, pieces) in new[] { ("patches", "whitened patches", patches, found), ("rows", "photograph rows", rows, lines) })
        {
            string components = string.Create(CultureInfo.InvariantCulture, $"{ica.Components} independent components of {what}");
            double[] shares = [.. pieces.Select(p => IcaPiece.Ipr(p).Count(v => v > InverseParticipationRatio.LocalizedAbove(ica.Run.Data.Sites)) / (double)IcaPiece.Ipr(p).Length)];
            measurements.Add(new($"scenes.ica-{id}.localized", $"{components}: fraction localized", Statistic.Of(shares), "seeds"));
            findings.Add(FieldPanels.Sentence(components, shares, ica.Components, ica.Run.Data.Sites));
            findings.Add(IcaPiece.Sentence(components, pieces));
        }
        double[][] misfits = [.. lines.Select(p => StudiedRow.Values(GaborFit.Of(p.Tensors["fields"]).Misfit))];
        measurements.Add(new("scenes.ica-rows.gabor", "independent components of photograph rows: misfit of a Gabor wave (median over a search's components)", Statistic.Of([.. misfits.Select(m => m.Median())]), "seeds"));
        return new RecipeOutcome([("scenes", Draw(seen, settings)), ("scenes-ica", DrawIca(settings, found, lines))], measurements, findings);
    }

    private static IReadOnlyList<long> Schedule(long steps) => [0, .. Steps.Where(s => s < steps), steps];

    private static Seen See(StudiedRow row, Workbench bench) => new(row, row.Settings.Data.Name == "photo" ? "Photograph rows" : RowName.Of(row.Settings.Data),
        row.Predict(bench), Verdict.On(row.Run.Weights[-1], row.Ensemble.Task), Projected(row));

    // The excess kurtosis of w.x over class 1 at the start, which the lemma takes for 0.
    private static double[] Projected(StudiedRow row)
    {
        using var inner = torch.NewDisposeScope();
        using var generator = new Generator(Seeds.Derive(row.Settings.Training.Seed, "scenes"), row.Ensemble.Initial.device);
        var u = row.Ensemble.Task.Sample(1, Drawn, generator).matmul(row.Ensemble.Initial.squeeze(1).mT).to(ScalarType.Float64).square();
        return StudiedRow.Values((u.square().mean([0]) / u.mean([0]).square()) - 3.0);
    }

    private static void Tell(Seen seen, List<Measurement> measurements, List<string> findings)
    {
        void Add(string id, string quantity, IReadOnlyCollection<double> values) => measurements.Add(seen.Row.Measured("scenes", id, $"{seen.What}: {quantity}", values));
        Add("ipr", "IPR of the trained field", seen.Row.Ipr);
        measurements.Add(seen.Row.LocalizedShare("scenes", $"{seen.What}: fraction localized"));
        Add("accuracy", "accuracy", [.. seen.Row.Run.Final.Accuracies!]);
        Add("projection", "excess kurtosis of w.x over class 1 at the start, which the lemma takes for 0", seen.Projected);
        var cosines = new List<string>();
        for (int i = 1; i < seen.Row.Run.Steps.Count; i++)
        {
            double[] cosine = StudiedRow.Values(Similarity.Cosine(seen.Predicted[i], seen.Row.Run.Weights[i].to(ScalarType.Float64)));
            long step = seen.Row.Run.Steps[i];
            bool last = i == seen.Row.Run.Steps.Count - 1;
            Add(last ? "cosine-last" : FormattableString.Invariant($"cosine-{step}"), string.Create(CultureInfo.InvariantCulture, $"cosine between theory's and trained field after {step} steps"), cosine);
            cosines.Add(string.Create(CultureInfo.InvariantCulture, $"{cosine.Average():0.00} after {step}"));
        }
        findings.Add($"{seen.What}: {seen.Verdict} Cosine between theory and trained: {string.Join(", ", cosines)} steps. "
            + string.Create(CultureInfo.InvariantCulture, $"Excess kurtosis of w.x at the start: {seen.Projected.Average():0.0}."));
    }

    private static Figure Draw(Seen[] seen, RecipeSettings settings)
    {
        var training = settings.Rows[0].Training;
        return new Figure("One neuron looks at photographs", [.. seen.SelectMany(s => (Panel[])[Field(s.Row.Fields[0][0], s, "trained"), Field(s.Predicted[-1][0][0], s, "theory"), Iprs(s)])])
        {
            Columns = 3,
            RowLabels = [.. seen.Select(s => s.What)],
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"Two photographs, strides {string.Join(" against ", ((PhotographSettings)settings.Rows[0].Data).Strides)}; one ReLU neuron, {training.Inits} initialisations on the same examples (dots), {training.Steps} steps, batch {training.Batch}, seed {training.Seed}. Fields: the first, scaled to its largest weight (red); theory after as many steps. {FieldPanels.IprInWords}"),
        };
    }

    private static Panel Field(Tensor w, Seen seen, string title) => seen.Row.Ensemble.Task.Lattice.Dimensions == 2
        ? FieldPanels.Map(w, seen.Row.Ensemble.Task.Lattice, title)
        : FieldPanels.Line(w, title);

    private static Panel Iprs(Seen seen)
    {
        var (trained, predicted) = (seen.Row.Ipr, FieldPanels.Iprs(seen.Predicted[-1]));
        double threshold = InverseParticipationRatio.LocalizedAbove(seen.Data.Sites);
        PointSeries Dots(double[] values, double at, int style) => new([.. values.Select((_, i) => at + (0.2 * ((i % 7) - 3) / 3))], values) { Style = style, Opacity = 0.6 };
        return new Panel("IPR", new Axis("") { Minimum = -0.5, Maximum = 1.5, Ticks = [new Tick(0, "trained"), new Tick(1, "theory")] }, new Axis("IPR") { Minimum = 0, Maximum = 1.25 * trained.Concat(predicted).Append(threshold).Max() })
        {
            Series = [Dots(trained, 0, 0), Dots(predicted, 1, 1)],
            ReferenceLines = [ReferenceLine.Horizontal(threshold, "localized")],
        };
    }

    private static Figure DrawIca(RecipeSettings settings, IReadOnlyList<Piece> patches, IReadOnlyList<Piece> rows)
    {
        var (ofPatches, ofRows) = (settings.Ica[0], settings.Ica[1]);
        var lattice = IcaStudy.Prepare(ofPatches).Task.Lattice;
        var panels = new List<Panel?>();
        for (int i = 0; i < Math.Min(Shown, ofPatches.Components); i++)
            panels.Add(FieldPanels.Map(patches[0].Tensors["fields"][i], lattice, $"Patches, {i + 1}"));
        var drawn = rows[0].Tensors["fields"].narrow(0, 0, Math.Min(Traced, ofRows.Components));
        panels.Add(FieldPanels.Traces(drawn, "Rows", "component"));
        panels.Add(Gabors(drawn));
        panels.Add(FieldPanels.Ipr([.. patches.SelectMany(IcaPiece.Ipr)], lattice.Sites, "IPR, patches"));
        panels.Add(FieldPanels.Ipr([.. rows.SelectMany(IcaPiece.Ipr)], ofRows.Run.Data.Sites, "IPR, rows"));
        return new Figure("Independent components of photographs", panels)
        {
            Columns = 4,
            Caption = string.Create(CultureInfo.InvariantCulture,
                $"Two photographs, stride {((PhotographSettings)ofPatches.Run.Data).Strides[^1]}; {ofPatches.Components} components of whitened patches of {lattice} and {ofRows.Components} of rows of {ofRows.Run.Data.Sites}, {ofPatches.Examples} examples, {settings.Seeds} seeds. Components of the first seed, scaled to their largest weight (red; white is 0). {FieldPanels.IprInWords}"),
        };
    }

    // The same fields, each as the Gabor wave nearest to it.
    private static Panel Gabors(Tensor w)
    {
        var fit = GaborFit.Of(w);
        return FieldPanels.Traces(fit.Curve((int)w.shape[1]), "Rows, Gabor fits", "component");
    }
}
