using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// Ingrosso and Goldt's networks (2022): erf units with biases +1 and -1 in halves, whose mean is to answer +1 on class 0 and -1 on class 1. How both halves develop, on NLGP and on Gaussian data of the same
/// covariances; how the localized ones tile the ring; and whether they look like what two convolutional networks learn on the same data.
/// </summary>
internal static class PopulationsStudy
{
    // Times 300, 1000 and 3000 of 3000.
    private static readonly (string Name, double Part)[] Moments = [("early", 0.1), ("middle", 1.0 / 3), ("end", 1)];

    // Of each half.
    private const int Maps = 5;

    /// <summary>Half of the units of a row's networks.</summary>
    /// <param name="Plus">Whether it is the one whose biases began positive.</param>
    private sealed record Half(StudiedRow Row, bool Plus)
    {
        private int Units => Row.Settings.Model.Units;

        internal string Name => $"{Row.What}, {(Plus ? "b > 0" : "b < 0")}";

        /// <summary>Receptive fields, shape (inits, units of the half, N).</summary>
        internal Tensor Fields(Index snapshot) => Row.Run.Weights[snapshot.GetOffset(Row.Run.Steps.Count)].narrow(1, Plus ? 0 : Units / 2, Plus ? Units / 2 : Units - (Units / 2));

        internal double[] Ipr(int snapshot) => InverseParticipationRatio.Each(Fields(snapshot));

        /// <summary>Which share of each network's half is localized.</summary>
        internal Statistic Localized(int snapshot) => Statistic.OfShares([.. LocalizedFraction.OfEach(Fields(snapshot)).Select(f => f.Fraction)], (int)Fields(snapshot).shape[1]);

        /// <summary>Cycles around the ring or torus, the mean over each field's power.</summary>
        internal double[] Cycles(int snapshot)
        {
            using var scope = torch.NewDisposeScope();
            int side = Row.Ensemble.Task.Lattice.Side;
            var fields = Fields(snapshot).to(ScalarType.Float64);
            var along = torch.fft.fftfreq(side, 1.0 / side, dtype: ScalarType.Float64, device: fields.device);
            bool ring = side == Row.Sites;
            var power = (ring ? torch.fft.fftn(fields, dim: [-1]) : torch.fft.fftn(fields.view(fields.shape[0], fields.shape[1], side, side), dim: [-2, -1]).flatten(-2)).abs().square();
            var cycles = ring ? along.abs() : (along.square().unsqueeze(0) + along.square().unsqueeze(1)).sqrt().flatten();
            return ((power * cycles).sum(-1) / power.sum(-1)).ToArray<double>();
        }
    }

    /// <summary>On a ring, with kernels.</summary>
    internal static RecipeOutcome Ring(RecipeSettings settings, Workbench bench) => Run("populations", settings, bench);

    /// <summary>In two dimensions.</summary>
    internal static RecipeOutcome Torus(RecipeSettings settings, Workbench bench) => Run("populations-2d", settings, bench);

    private static RecipeOutcome Run(string recipe, RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var rows = StudiedRow.Each(recipe, settings, bench, row => Words(row), Snapshots);
        StudiedRow[] networks = [.. rows.Where(r => r.Settings.Model.Model == "two-layer")], kernels = [.. rows.Except(networks)];
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        foreach (var row in networks)
        {
            var (plus, minus) = (new Half(row, true), new Half(row, false));
            foreach (var (name, part) in Moments)
            {
                int at = row.Run.Steps.Count(s => s <= part * row.Run.Steps[^1]) - 1;
                measurements.Add(row.Measured("localized-" + name, Invariant($"fraction of units localized at time {Time(row, at):0}"), All(row, at)));
            }
            int end = row.Run.Steps.Count - 1;
            measurements.Add(row.Measured("localized-plus", "fraction localized of the units of positive bias", plus.Localized(end)));
            measurements.Add(row.Measured("localized-minus", "fraction localized of the units of negative bias", minus.Localized(end)));
            measurements.Add(row.Measured("accuracy", "accuracy", [.. row.Run.Final.Accuracies!]));
            var split = MannWhitneyTest.Of(plus.Ipr(end), minus.Ipr(end));
            findings.Add(Invariant($"{row.What}: at time {Time(row, end):0} {Percent(plus.Localized(end))} of the units whose bias began at +{row.Settings.Model.InitialBias} are localized and {Percent(minus.Localized(end))} of the others, with a median IPR of {Median(plus.Ipr(end)):0.000} and {Median(minus.Ipr(end)):0.000}; a unit of the first half has the larger one in {100 * split.Share:0} % of pairs (Mann and Whitney's p {Small(split.P)}, units counted as independent). The fields of the two halves have {plus.Cycles(end).Average():0.0} and {minus.Cycles(end).Average():0.0} cycles, in the mean over their power. Accuracy {row.Run.Final.Accuracy:0.000}."));
            measurements.Add(row.Measured("ipr-plus", "median IPR of the units of positive bias", [.. plus.Ipr(end).Chunk((int)plus.Fields(end).shape[1]).Select(Median)]));
            measurements.Add(row.Measured("ipr-minus", "median IPR of the units of negative bias", [.. minus.Ipr(end).Chunk((int)minus.Fields(end).shape[1]).Select(Median)]));
            if (row.Ensemble.Task.Lattice.Dimensions == 1)
                findings.AddRange(Tiling(row));
        }
        double[] Of(StudiedRow row, bool plus) => [.. LocalizedFraction.OfEach(new Half(row, plus).Fields(^1)).Select(f => f.Fraction)];
        var (law, clone) = (networks[0], networks[1]);
        measurements.Add(law.Measured("ahead", $"fraction of units localized, less that on its Gaussian clone", [.. law.LocalizedShares.Zip(clone.LocalizedShares, (a, b) => a - b)]));
        measurements.Add(law.Measured("split", "fraction localized of the units of positive bias, less that of the others", [.. Of(law, true).Zip(Of(law, false), (a, b) => a - b)]));
        double[][] places = law.Ensemble.Task.Lattice.Dimensions == 2 ? [] : [.. Enumerable.Range(0, law.Settings.Training.Inits).Select(init => LocalizedCentres(law.Trained[init])).Where(c => c.Length > 1)];
        if (places.Length > 1)
            measurements.Add(law.Measured("tiling", "distance to the nearest other localized unit over that by chance", [.. places.Select(c => Spacing.OnRing(c, law.Sites)).Select(s => s.Distance / s.ByChance)]));
        findings.Add(Why(law.Settings.Model.InitialBias));
        var matches = kernels.Select(row => Match(networks[0], row)).ToArray();
        foreach (var match in matches.Where(m => m.Fields > 0))
        {
            measurements.Add(match.Kernels.Measured("match", "cosine of localized units with the nearest kernel, at the best shift and sign", match.Own));
            measurements.Add(match.Kernels.Measured("match-random", "the same of fields of their spectra with random phases", match.Random));
            measurements.Add(match.Kernels.Measured("match-ahead", "how much more it is for the units", match.Ahead));
            findings.Add(Invariant($"{match.Kernels.What}: the {match.Fields} localized units of {networks[0].What} have a cosine of {match.Own.Mean:0.000} ± {match.Own.Error:0.000} with the nearest kernel at the best shift and sign, fields of their spectra with random phases {match.Random.Mean:0.000} ± {match.Random.Error:0.000}. Accuracy of the kernels' network {match.Kernels.Run.Final.Accuracy:0.000}."));
        }
        return new RecipeOutcome([(recipe, Draw(networks)), ($"{recipe}-fields", DrawFields(networks, kernels))], measurements, findings);
    }

    // Of g(u) = erf(u / sqrt 2): g'' = -u g', g'''' = -(u^3 - 3 u) g'.
    private static string Why(double bias)
    {
        double slope = Math.Sqrt(2 / Math.PI) * Math.Exp(-bias * bias / 2), second = -bias * slope, fourth = -((bias * bias * bias) - (3 * bias)) * slope;
        return Invariant($"Why one half: small weights w of a unit with bias b are drawn on class c by y_c [g''(b) Σ_c w + g''''(b)/6 (3 (w·Σ_c w) Σ_c w + K_c[w, w, w, ·])], Σ the covariance, K the fourth cumulant and y the answers wanted, ±1. Of erf(u/√2), g'' is {second:0.00} and g'''' {fourth:0.00} at b = {bias}, and both have the other sign at -{bias}, so that the bias decides on which class a unit grows and on which it shrinks; the half that begins positive grows on class 1, of the longer lengthscale, where a negative fourth cumulant narrows a field to a bump. It is the neuron's drive by the fourth cumulant, with g'''' in place of the amplifier's cube.");
    }

    private static IReadOnlyList<long> Snapshots(long steps) => [.. SnapshotSchedule.OneTwoFive(steps).Append(steps / 10).Append(3 * steps / 100).Distinct().Order()];

    private static string Words(RunSettings row) => row.Model switch
    {
        { Readout: Readout.Positions } => "Kernels, every position",
        { Readout: Readout.MaxPool } => "Kernels, max-pool",
        // Their gain is sqrt(2) times the one here.
        _ => Invariant($"{(row.Data.GaussianClone ? "Clone of " : "")}NLGP({Math.Sqrt(2) * ((NlgpSettings)row.Data).Gain:0.##})"),
    };

    // N steps.
    private static double Time(StudiedRow row, int snapshot) => (double)row.Run.Steps[snapshot] / row.Sites;

    private static Statistic All(StudiedRow row, int snapshot) => Statistic.OfShares([.. LocalizedFraction.OfEach(row.Run.Weights[snapshot]).Select(f => f.Fraction)], row.Settings.Model.Units);

    private static string Percent(Statistic share) => Invariant($"{100 * share.Mean:0} ± {100 * share.Error:0} %");

    private static double Median(double[] values) => MathNet.Numerics.Statistics.Statistics.Median(values);

    private static string Small(double p) => p < 0.001 ? "< 0.001" : Invariant($"{p:0.000}");

    // Of each network by itself: networks do not know of each other.
    private static IEnumerable<string> Tiling(StudiedRow row)
    {
        double[][] centres = [.. Enumerable.Range(0, row.Settings.Training.Inits).Select(init => LocalizedCentres(row.Trained[init]))];
        if (centres.Count(c => c.Length > 1) < 2)
            yield break;
        double[][] several = [.. centres.Where(c => c.Length > 1)];
        Spacing[] spacing = [.. several.Select(c => Spacing.OnRing(c, row.Sites))];
        double reach = row.Settings.Data.Lengthscales()[^1];
        yield return Invariant($"{row.What}: the {several.Sum(c => c.Length)} localized units cover {100 * Statistic.Of([.. several.Select(c => Coverage.OnRing(c, [.. c.Select(_ => reach)], row.Sites).Share)]).Mean:0} % of the ring, within a lengthscale of their centres; by chance it would be {100 * several.Average(c => Coverage.OnRing(c, [.. c.Select(_ => reach)], row.Sites).ByChance):0} %. The nearest other is {spacing.Average(s => s.Distance):0.0} sites away, by chance {spacing.Average(s => s.ByChance):0.0} (p of being as far apart {string.Join(", ", spacing.Select(s => Small(s.P)))}); their places prefer no side of the ring where Rayleigh's p is large: {string.Join(", ", several.Select(c => Small(RayleighTest.OnRing(c, row.Sites).P)))}.");
    }

    private static double[] LocalizedCentres(Tensor fields)
    {
        using var scope = torch.NewDisposeScope();
        var centres = CircularPosition.Of(fields.to(ScalarType.Float64)).Mean.ToArray<double>();
        return [.. centres.Zip(InverseParticipationRatio.Each(fields)).Where(f => InverseParticipationRatio.IsLocalized(f.Second, (int)fields.shape[^1])).Select(f => f.First)];
    }

    private sealed record Matched(StudiedRow Kernels, int Fields, Statistic Own, Statistic Random, Statistic Ahead);

    // Each network's localized units beside the kernels of the network of the same number.
    private static Matched Match(StudiedRow units, StudiedRow kernels)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seeds.Derive(units.Settings.Training.Seed, "populations, phases"));
        var (own, random) = (new List<double[]>(), new List<double[]>());
        for (int init = 0; init < units.Settings.Training.Inits; init++)
        {
            var fields = units.Trained[init].cpu().to(ScalarType.Float64);
            long[] localized = [.. InverseParticipationRatio.Each(fields).Index().Where(f => InverseParticipationRatio.IsLocalized(f.Item, units.Sites)).Select(f => (long)f.Index)];
            if (localized.Length == 0)
                continue;
            var w = fields.index_select(0, torch.tensor(localized));
            var phases = torch.fft.rfft(torch.randn(w.shape, ScalarType.Float64, generator: generator));
            var surrogates = torch.fft.irfft(torch.fft.rfft(w).abs() * phases / phases.abs(), n: units.Sites);
            double[] Nearest(Tensor of) => Similarity.OverShifts(kernels.Trained[init].cpu().to(ScalarType.Float64).unsqueeze(0), of.unsqueeze(1)).Cosine.amax([-1]).ToArray<double>();
            own.Add(Nearest(w));
            random.Add(Nearest(surrogates));
        }
        Statistic Over(IEnumerable<double> means) => means.Any() ? Statistic.Of([.. means]) : new Statistic(double.NaN, null, null, 0);
        return new Matched(kernels, own.Sum(o => o.Length), Over(own.Select(o => o.Average())), Over(random.Select(o => o.Average())), Over(own.Zip(random, (a, b) => a.Average() - b.Average())));
    }

    private static Figure Draw(StudiedRow[] networks)
    {
        var first = networks[0].Settings;
        Half[] halves = [.. networks.SelectMany(row => new[] { new Half(row, true), new Half(row, false) })];
        Panel Over(string title, Axis axis, Func<Half, int, double> value, LegendPlacement legend, params IReadOnlyList<ReferenceLine> lines) => new(title, new Axis("time (N steps)") { Log = true }, axis)
        {
            Series = [.. halves.Select((half, i) => new LineSeries(
                [.. Enumerable.Range(1, half.Row.Run.Steps.Count - 1).Select(s => Time(half.Row, s))], [.. Enumerable.Range(1, half.Row.Run.Steps.Count - 1).Select(s => value(half, s))])
                { Label = half.Name, Style = i / 2, Dash = half.Plus ? Dash.Solid : Dash.Dashed })],
            ReferenceLines = lines,
            Legend = legend,
        };
        return new Figure("Two halves of a network",
        [
            Over("Localized units", FieldPanels.PercentAxis("% of the half's units"), (half, at) => 100 * half.Localized(at).Mean, LegendPlacement.None),
            Over("Inverse participation ratio", new Axis("IPR, median") { Minimum = 0 }, (half, at) => Median(half.Ipr(at)), LegendPlacement.None, FieldPanels.Localized(networks[0].Sites)),
            Over("Oscillation", new Axis("cycles") { Minimum = 0 }, (half, at) => half.Cycles(at).Average(), LegendPlacement.Outside) with { ColumnSpan = 2 },
        ])
        {
            Columns = 2,
            Caption = Invariant($"Ingrosso and Goldt's networks, {RowName.Extent(first.Data)}, {first.Model.Units} erf units with biases that begin at +{first.Model.InitialBias} (solid) and -{first.Model.InitialBias} (dashed); {first.Training.Inits} seeds, each on examples of its own, batch {first.Training.Batch}, rate {first.Training.Lr} a unit. Gains as theirs, √2 times the program's. Cycles around the {(first.Data.Dimensions == 1 ? "ring" : "torus")}: the mean over a field's power. {FieldPanels.IprInWords}"),
        };
    }

    private static Figure DrawFields(StudiedRow[] networks, StudiedRow[] kernels)
    {
        var first = networks[0].Settings;
        int last = networks[0].Run.Steps.Count - 1, shown = 8;
        return new Figure(kernels.Length == 0 ? "Units of both halves" : "Units of both halves, and kernels",
        [
            .. networks.Take(2).SelectMany(row => new[] { new Half(row, true), new Half(row, false) }).SelectMany(half => Drawn(half, last, shown)),
            .. kernels.Select(row => FieldPanels.Traces(row.Trained[0], row.What, "kernel", shown)),
        ])
        {
            Columns = first.Data.Dimensions == 1 ? 2 : Maps,
            Caption = Invariant($"{RowName.Extent(first.Data)}; units of the first of {first.Training.Inits} seeds at time {Time(networks[0], last):0}, each scaled to its largest weight.{(kernels.Length == 0 ? "" : " Kernels have 5 sites by construction, in the middle.")}"),
        };
    }

    private static IEnumerable<Panel> Drawn(Half half, int snapshot, int shown) => half.Row.Ensemble.Task.Lattice.Dimensions == 1
        ? [FieldPanels.Traces(half.Fields(snapshot)[0], half.Name, most: shown)]
        : Enumerable.Range(0, Maps).Select(i => FieldPanels.Field(half.Fields(snapshot)[0][i], half.Row.Ensemble.Task.Lattice, i == 0 ? half.Name : ""));
}
