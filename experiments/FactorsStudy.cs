using System.Text.Json;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// The leading symmetric factor of the fourth cumulant of NLGP (after Ingrosso and Goldt's argument): how wide and how localized it is, against lengthscale and gain, beside a Gaussian clone's; and neurons trained on the
/// same data laid over the factor of the class that they answer to, as well as a shift and a sign allow, beside fields of their spectra with random phases, laid over it as well.
/// </summary>
internal static class FactorsStudy
{
    private static readonly double[] Gains = [0.1, 0.5, 1, 3, 100], Lengthscales = [1, 2, 3, 4, 5];

    // From here on factors are of the data and not of a sample's noise.
    private const double Strong = 0.5;

    /// <summary>What one seed's samples say: at each gain (outer) and lengthscale.</summary>
    /// <param name="Converged">Whether the power iteration did.</param>
    /// <param name="Cloned">The IPR of the clone's factor, of the row's lengthscale, at each gain.</param>
    private sealed record Sampled(double[][] Width, double[][] Ipr, bool[][] Converged, double[] Cloned);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var row = settings.Rows[0];
        double xi = row.Data.Lengthscales()[^1];
        // A quick look at few of them.
        double[] gains = settings.Quick ? [0.1, 3] : Gains, lengthscales = settings.Quick ? [1, 3, 5] : Lengthscales;
        long examples = settings.Quick ? 10_000 : 80_000;
        var trained = StudiedRow.EachSeed("factors", settings, bench, r => RowName.Of(r.Data), steps => [0, steps]).Single();
        var samples = settings.Repeated(row).Select(run => Sample(bench, run, gains, lengthscales, examples)).ToArray();

        // Through the origin, over all lengthscales: one slope a seed and gain.
        double Slope(Sampled of, int gain) => lengthscales.Zip(of.Width[gain], (l, w) => l * w).Sum() / lengthscales.Sum(l => l * l);
        int[] strong = [.. Enumerable.Range(0, gains.Length).Where(g => gains[g] >= Strong)];
        var slope = Statistic.Of([.. samples.Select(s => strong.Average(g => Slope(s.Found, g)))]);
        var measurements = new List<Measurement> { new("factors.slope", Invariant($"width of the leading factor over the lengthscale, g ≥ {Strong}"), slope, "seeds") };
        measurements.AddRange(strong.Select(g => new Measurement(Invariant($"factors.slope-g{gains[g]}"), Invariant($"NLGP({gains[g]}): width over the lengthscale"), Statistic.Of([.. samples.Select(s => Slope(s.Found, g))]), "seeds")));
        int at = Array.IndexOf(lengthscales, xi);
        foreach (var (g, gain) in gains.Index())
        {
            measurements.Add(new(Invariant($"factors.ipr-g{gain}"), Invariant($"NLGP({gain}), ξ = {xi}: IPR of the leading factor"), Statistic.Of([.. samples.Select(s => s.Found.Ipr[g][at])]), "seeds"));
            measurements.Add(new(Invariant($"factors.clone-g{gain}"), Invariant($"its Gaussian clone: IPR of the leading factor"), Statistic.Of([.. samples.Select(s => s.Found.Cloned[g])]), "seeds"));
        }

        var overlaps = trained.Zip(samples, (run, sample) => Overlay(run, sample.Factor)).ToArray();
        Statistic Over(Func<Overlap, double[]> of) => Statistic.OfGroups([.. overlaps.Select(of)]);
        var (own, random, ahead) = (Over(o => o.Own), Over(o => o.Random), Over(o => [.. o.Own.Zip(o.Random, (a, b) => a - b)]));
        measurements.AddRange(
        [
            new("factors.overlap", "cosine of trained fields with the factor, at the best shift and sign", own, "seeds"),
            new("factors.overlap-random", "the same of fields of their spectra with random phases", random, "seeds"),
            new("factors.overlap-ahead", "how much more it is for trained fields", ahead, "seeds"),
        ]);
        bool[] converged = [.. samples.SelectMany(s => strong.SelectMany(g => s.Found.Converged[g]))];
        string width = Invariant($"The leading factor of the fourth cumulant is {slope.Mean:0.0000} ± {slope.Error:0.0000} lengthscales wide (NLGP, g ≥ {Strong}, ξ from {lengthscales[0]} to {lengthscales[^1]}; {converged.Count(c => c)} of {converged.Length} power iterations turned by less than 0.01° in their last step).");
        string overlay = Invariant($"Trained fields of {trained[0].What} have a cosine of {own.Mean:0.000} ± {own.Error:0.000} with the factor of class 1 at the best shift and sign, fields of their spectra with random phases {random.Mean:0.000} ± {random.Error:0.000}.");
        return new RecipeOutcome([("factors", Draw(settings, gains, lengthscales, xi, samples, overlaps, examples))], measurements, [width, overlay])
        {
            New = ahead.Mean > 2 * ahead.Error ? [overlay] : [],
        };
    }

    // The factor kept is that of the row's own law, shape (N).
    private static (Sampled Found, Tensor Factor) Sample(Workbench bench, RunSettings run, double[] gains, double[] lengthscales, long examples)
    {
        var settings = new JsonObject { ["run"] = run.ToJson(), ["gains"] = JsonSerializer.SerializeToNode(gains), ["lengthscales"] = JsonSerializer.SerializeToNode(lengthscales), ["examples"] = examples };
        var piece = bench.Do(Invariant($"factors-sampled-seed{run.Training.Seed}"), settings, progress =>
        {
            using var generator = new Generator(Seeds.Derive(run.Training.Seed, "factors"));
            var (own, xi) = ((NlgpSettings)run.Data, run.Data.Lengthscales()[^1]);
            long done = 0, of = (gains.Length * (lengthscales.Length + 1)) + 1;
            CumulantFactors Leading(IDataModel model)
            {
                bench.Cancellation.ThrowIfCancellationRequested();
                var found = CumulantFactors.Of(model.Sample(examples, generator), 1, generator, starts: 4, iterations: 100);
                progress.Report(new TrainingProgress(++done, of));
                return found;
            }
            using var scope = torch.NewDisposeScope();
            var factors = gains.Select(g => lengthscales.Select(l => Leading(new NonlinearGaussianProcess(own.Sites, l, g))).ToArray()).ToArray();
            var cloned = gains.Select(g => Leading(new GaussianClone(new NonlinearGaussianProcess(own.Sites, xi, g)))).ToArray();
            var kept = Leading(new NonlinearGaussianProcess(own.Sites, xi, own.Gain)).Vectors[0];
            var sampled = new Sampled(
                [.. factors.Select(f => f.Select(u => CircularPosition.Of(u.Vectors).Width[0].item<double>()).ToArray())],
                [.. factors.Select(f => f.Select(u => InverseParticipationRatio.Each(u.Vectors)[0]).ToArray())],
                [.. factors.Select(f => f.Select(u => u.Converged[0]).ToArray())],
                [.. cloned.Select(u => InverseParticipationRatio.Each(u.Vectors)[0])]);
            return new Piece(new JsonObject { ["sampled"] = JsonSerializer.SerializeToNode(sampled) }, new Dictionary<string, Tensor> { ["factor"] = kept.DetachFromDisposeScope() });
        });
        return (piece.Numbers["sampled"].Deserialize<Sampled>()!, piece.Tensors["factor"]);
    }

    /// <param name="Own">The cosine of each trained field.</param>
    /// <param name="Random">Of one of its spectrum with random phases each.</param>
    /// <param name="Factor">Its peak in the middle, shape (N).</param>
    /// <param name="Trained">The mean of the fields, each of length 1, laid over it, shape (N).</param>
    private sealed record Overlap(double[] Own, double[] Random, Tensor Factor, Tensor Trained, Tensor Phases);

    private static Overlap Overlay(StudiedRow run, Tensor factor)
    {
        using var generator = new Generator(Seeds.Derive(run.Settings.Training.Seed, "phases"));
        int n = run.Sites;
        var middle = factor.roll((n / 2) - factor.abs().argmax().item<long>(), 0);
        var fields = run.Trained.cpu().to(ScalarType.Float64).squeeze(1);
        fields = fields / torch.linalg.norm(fields, [-1], keepdim: true);
        var phases = torch.fft.rfft(torch.randn(fields.shape, ScalarType.Float64, generator: generator));
        var surrogates = torch.fft.irfft(torch.fft.rfft(fields).abs() * phases / phases.abs(), n: n);
        var (own, laid) = Similarity.OverShifts(fields, middle);
        var (random, laidRandom) = Similarity.OverShifts(surrogates, middle);
        return new Overlap(own.ToArray<double>(), random.ToArray<double>(), middle, laid.mean([0]), laidRandom.mean([0]));
    }

    private static Figure Draw(RecipeSettings settings, double[] gains, double[] lengthscales, double xi, (Sampled Found, Tensor Factor)[] samples, Overlap[] overlaps, long examples)
    {
        var first = settings.Rows[0];
        double[] site = MathNet.Numerics.Generate.LinearRange(0, first.Data.Sites - 1);
        double[] Mean(Func<Overlap, Tensor> of) => torch.stack([.. overlaps.Select(of)]).mean([0]).ToArray<double>();
        int at = Array.IndexOf(lengthscales, xi);
        PointSeries Points(double[] x, IEnumerable<Statistic> values, string label, int style) =>
            values.ToArray() is var v ? new PointSeries(x, [.. v.Select(s => s.Mean)]) { Label = label, Style = style, YError = [.. v.Select(s => s.Error)] } : null!;
        IEnumerable<Statistic> Over(int count, Func<Sampled, int, double> of) => Enumerable.Range(0, count).Select(i => Statistic.Of([.. samples.Select(s => of(s.Found, i))]));
        double[] logarithm = [.. gains.Select(Math.Log10)];
        return new Figure("Factors of the fourth cumulant",
        [
            new Panel("Width", new Axis("lengthscale ξ (sites)") { Minimum = 0 }, new Axis("width of the factor (sites)") { Minimum = 0, Maximum = 0.9 * lengthscales[^1] })
            {
                Series =
                [
                    new LineSeries([0, lengthscales[^1]], [0, 0.57 * lengthscales[^1]]) { Label = "0.57 ξ", Style = 6, Dash = Dash.Dashed },
                    .. gains.Index().Where(g => g.Item >= Strong).Select((g, i) => Points(lengthscales, Over(lengthscales.Length, (s, l) => s.Width[g.Index][l]), Invariant($"g = {g.Item}"), i)),
                ],
                Legend = LegendPlacement.Best,
            },
            new Panel("Localization", new Axis("gain g") { Ticks = [.. gains.Select(g => new Tick(Math.Log10(g), Invariant($"{g}")))] }, new Axis("IPR of the factor") { Minimum = 0, Maximum = 0.25 })
            {
                Series =
                [
                    Points(logarithm, Over(gains.Length, (s, g) => s.Ipr[g][at]), Invariant($"NLGP, ξ = {xi}"), 0),
                    Points(logarithm, Over(gains.Length, (s, g) => s.Cloned[g]), "Gaussian clone", 1),
                ],
                ReferenceLines = [FieldPanels.Localized(first.Data.Sites)],
                Legend = LegendPlacement.Best,
            },
            new Panel("Trained fields over the factor", new Axis("site"), new Axis("weight, of length 1"))
            {
                Series =
                [
                    new LineSeries(site, Mean(o => o.Factor)) { Label = "factor", Style = 6, Dash = Dash.Dashed },
                    new LineSeries(site, Mean(o => o.Trained)) { Label = "trained", Style = 0, Dash = Dash.Solid },
                    new LineSeries(site, Mean(o => o.Phases)) { Label = "random phases", Style = 1, Dash = Dash.Solid },
                ],
                Legend = LegendPlacement.Best,
            },
        ])
        {
            Columns = 3,
            Caption = Invariant($"Leading symmetric factor of the fourth cumulant of {examples} examples over {first.Data.Sites} sites, means over {settings.Seeds} seeds, bars: one standard error. A: standard deviation of the place of its energy, g ≥ {Strong}. B: with a Gaussian clone as null, whose factors are of the sample's noise. C: {RowName.Of(first.Data)}, {RowName.Extent(first.Data)}; {first.Training.Inits} neurons a seed, {first.Training.Steps} steps, batch {first.Training.Batch}, lr {first.Training.Lr}; each field, and one of its spectrum with random phases, laid over the factor of class 1 at the best shift and sign before the mean is taken. {FieldPanels.IprInWords}"),
        };
    }
}
