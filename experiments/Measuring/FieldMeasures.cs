using MathNet.Numerics.Distributions;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;

namespace TorchRf.Experiments.Measuring;

/// <summary>What the rulers say of a population of receptive fields: of each field, and of all together.</summary>
/// <param name="Of">The fields that were measured.</param>
/// <param name="Total">Of how many, evenly spread, these are.</param>
public sealed record FieldMeasures(FieldPopulation Of, int Total)
{
    /// <summary>A field counts as a Gabor wave whose fit misses less than this share of its size: a quarter of its energy.</summary>
    public const double FittedBelow = 0.5;

    private const int Most = 5000;
    private const int Fewest = 20;
    private const long MostWeights = 2_000_000;

    /// <summary>The numbers of each field, by name; not a number where there is none.</summary>
    public required IReadOnlyDictionary<string, double[]> Columns { get; init; }

    /// <summary>Which are more concentrated than their spectrum makes them; null of those that were not asked (of many weights, all but some evenly spread ones).</summary>
    public required IReadOnlyList<bool?> Surrogate { get; init; }

    /// <summary>The fitted Gabor waves, shape (fields, N).</summary>
    public required Tensor Fits { get; init; }

    /// <summary>Of all together: names and numbers, as they are printed and written.</summary>
    public required IReadOnlyDictionary<string, double> Summary { get; init; }

    /// <summary>Measures them; of more than 5000 fields, or two million weights, evenly spread ones.</summary>
    public static FieldMeasures Measure(FieldPopulation all)
    {
        var population = all.Spread((int)Math.Clamp(MostWeights / all.Lattice.Sites, Fewest, Most));
        var (w, lattice) = (population.Fields, population.Lattice);
        bool plane = lattice.Dimensions == 2;
        var columns = new Dictionary<string, double[]> { ["ipr"] = InverseParticipationRatio.Each(w) };
        void Add(string name, Tensor values) => columns[name] = values.to(ScalarType.Float64).ToArray<double>();
        Tensor fits;
        Func<bool[], Coverage> coverage;
        if (plane)
        {
            var fit = PlanarGaborFit.Of(w, population.GoesAround);
            foreach (var (name, values) in new[] { ("misfit", fit.Misfit), ("x", fit.X), ("y", fit.Y), ("frequency", fit.Frequency), ("orientation", fit.Orientation), ("phase", fit.Phase),
                ("width_along", fit.WidthAlong), ("width_across", fit.WidthAcross), ("n_x", fit.CyclesAlong), ("n_y", fit.CyclesAcross), ("bandwidth", fit.Bandwidth), ("aspect", fit.Aspect), ("a", fit.A), ("b", fit.B) })
                Add(name, values);
            var map = w.square().view(-1, lattice.Side, lattice.Side);
            Add("edge_energy", 1 - (map.narrow(1, 1, lattice.Side - 2).narrow(2, 1, lattice.Side - 2).sum([1, 2]) / map.sum([1, 2])));
            fits = fit.Surface(lattice.Side, population.GoesAround);
            coverage = counted => Coverage.OnPlane(fit, lattice.Side, population.GoesAround, counted);
        }
        else
        {
            var fit = GaborFit.Of(w);
            double n = lattice.Sites;
            foreach (var (name, values) in new[] { ("misfit", fit.Misfit), ("x", CircularPosition.Of(w).Mean), ("frequency", fit.Frequency / n), ("phase", fit.Phase), ("width_along", fit.Width), ("n_x", fit.Frequency * fit.Width / n) })
                Add(name, values);
            columns["bandwidth"] = Array.ConvertAll(columns["n_x"], Octaves);
            fits = fit.Curve(lattice.Sites);
            coverage = counted => Coverage.OnRing(Where(columns["x"], counted), Where(columns["width_along"], counted), lattice.Sites);
        }
        bool?[] surrogate = Asked(w, lattice.Side);
        bool[] local = [.. columns["ipr"].Select((ipr, i) => surrogate[i] == true || InverseParticipationRatio.IsLocalized(ipr, lattice.Sites))];
        bool[] fitted = [.. columns["misfit"].Select(m => m < FittedBelow)];
        return new FieldMeasures(population, (int)all.Fields.shape[0])
        {
            Columns = columns, Surrogate = surrogate, Fits = fits, Summary = Summarise(columns, surrogate, local, fitted, coverage, population),
        };
    }

    // The ring's fit has no bandwidth of its own: the plane's formula, of cycles within a width.
    private static double Octaves(double cycles)
    {
        double n = cycles * Math.PI, c = Math.Sqrt(Math.Log(2) / 2);
        return n > c ? Math.Log2((n + c) / (n - c)) : double.IsNaN(n) ? double.NaN : double.PositiveInfinity;
    }

    private static bool?[] Asked(Tensor w, int side)
    {
        const long mostWeights = 200_000;
        long every = ((w.numel() - 1) / mostWeights) + 1;
        var asked = new bool?[w.shape[0]];
        foreach (var (i, localized) in SurrogateFraction.Localized(w.slice(0, 0, w.shape[0], every), side).Index())
            asked[i * every] = localized;
        return asked;
    }

    private static double[] Where(double[] values, bool[] which) => [.. values.Where((_, i) => which[i])];

    private static Dictionary<string, double> Summarise(Dictionary<string, double[]> columns, bool?[] surrogate, bool[] local, bool[] fitted, Func<bool[], Coverage> covers, FieldPopulation population)
    {
        var (lattice, sites) = (population.Lattice, population.Lattice.Sites);
        double[] Of(string name) => [.. columns[name].Where((v, i) => fitted[i] && !double.IsNaN(v))];
        bool plane = lattice.Dimensions == 2;
        // In two dimensions a field is where its wave is.
        bool[] placed = [.. local.Select((l, i) => l && (fitted[i] || !plane) && double.IsFinite(columns["x"][i]))];
        int[][] networks = [.. Enumerable.Range(0, local.Length).Chunk(population.PerNetwork)];
        // Neurons, or fields of which it is not known whose they are, cover what they cover together.
        var coverage = (population.PerNetwork == 1 ? [[.. Enumerable.Range(0, local.Length)]] : networks)
            .Select(network => covers([.. local.Select((l, i) => l && fitted[i] && i >= network[0] && i <= network[^1])])).ToArray();
        var summary = new Dictionary<string, double>
        {
            ["fields"] = columns["ipr"].Length,
            ["ipr"] = columns["ipr"].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(),
            ["localized"] = LocalizedFraction.Among(columns["ipr"], sites).Fraction,
            ["surrogate"] = surrogate.Where(s => s is not null).Select(s => s!.Value ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average(),
            ["misfit"] = Median([.. columns["misfit"].Where(double.IsFinite)]),
            ["fitted"] = fitted.Average(f => f ? 1.0 : 0),
            ["frequency"] = Median(Of("frequency")),
            ["bandwidth"] = Median(Of("bandwidth")),
            ["n_x"] = Median(Of("n_x")),
        };
        // w and -w are one field: phases half a turn apart are the same.
        summary["phase_p"] = RayleighTest.Of([.. Of("phase").Select(p => 2 * p)]).P;
        (summary["coverage"], summary["coverage_by_chance"]) = (coverage.Average(c => c.Share), coverage.Average(c => c.ByChance));
        // Of patches none: their edges are sides that fields keep from.
        if (!plane || population.GoesAround)
            summary["position_p"] = plane ? RayleighTest.OnTorus(Where(columns["x"], placed), Where(columns["y"], placed), lattice.Side) : RayleighTest.OnRing(Where(columns["x"], placed), sites).P;
        Spacing[] spacing = [.. networks.Select(Apart).Where(s => !double.IsNaN(s.P))];
        double Mean(Func<Spacing, double> of) => spacing.Select(of).DefaultIfEmpty(double.NaN).Average();
        // Fisher's: networks are independent.
        double p = spacing.Length < 2 ? Mean(s => s.P) : 1 - ChiSquared.CDF(2 * spacing.Length, -2 * spacing.Sum(s => Math.Log(s.P)));
        (summary["spacing"], summary["spacing_by_chance"], summary["spacing_p"]) = (Mean(s => s.Distance), Mean(s => s.ByChance), p);
        if (!plane)
            return summary;
        (summary["n_y"], summary["aspect"]) = (Median(Of("n_y")), Median(Of("aspect")));
        double[] octaves = [.. Of("frequency").Where(f => f > 0).Select(Math.Log2)];
        // Of the middle half: a blob has a frequency near 0, octaves away.
        summary["frequency_octaves"] = Quantile(octaves, 0.75) - Quantile(octaves, 0.25);
        // A blob has no orientation.
        summary["orientation_p"] = RayleighTest.Of([.. columns["orientation"].Where((_, i) => fitted[i] && double.IsFinite(columns["bandwidth"][i])).Select(t => 2 * t)]).P;
        summary["edge_energy"] = columns["edge_energy"].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        return summary;

        Spacing Apart(int[] network)
        {
            double[] At(string axis) => [.. network.Where(i => placed[i]).Select(i => columns[axis][i])];
            return plane ? Spacing.OnPlane(At("x"), At("y"), lattice.Side, population.GoesAround) : Spacing.OnRing(At("x"), sites);
        }
    }

    private static double Median(double[] values) => Quantile(values, 0.5);

    // Between the two nearest, which may both be infinite, as bandwidths are.
    private static double Quantile(double[] values, double share)
    {
        if (values.Length == 0)
            return double.NaN;
        double[] sorted = [.. values.Order()];
        double at = share * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(at)], sorted[(int)Math.Ceiling(at)]);
        return below.Equals(above) ? below : below + ((above - below) * (at - Math.Floor(at)));
    }

    /// <summary>All of it as a document; with every field.</summary>
    public JsonObject Json()
    {
        static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : double.IsPositiveInfinity(value) ? JsonValue.Create("infinite") : null;
        return new JsonObject
        {
            ["name"] = Of.Name,
            ["sites"] = Of.Lattice.ToString(),
            ["goes_around"] = Of.GoesAround,
            ["total"] = Total,
            ["summary"] = new JsonObject(Summary.Select(s => KeyValuePair.Create(s.Key, Number(s.Value)))),
            ["each"] = new JsonArray([.. Enumerable.Range(0, (int)Of.Fields.shape[0]).Select(i =>
            {
                var one = new JsonObject(Columns.Select(c => KeyValuePair.Create(c.Key, Number(c.Value[i]))));
                one["surrogate"] = Surrogate[i];
                return (JsonNode)one;
            })]),
        };
    }
}

/// <summary>Two runs' fields held side by side.</summary>
/// <param name="Match">To each field the most alike of the other run.</param>
/// <param name="Ipr">Whether the fields of this one tend to have larger IPRs than the other's.</param>
/// <param name="Peaks">Field by field, where the strongest sites are; null where the runs have not as many fields.</param>
public sealed record FieldTracking(BestMatch Match, MannWhitneyTest Ipr, PeakOverlap? Peaks)
{
    // A tenth of the sites.
    private const int Share = 10;
    private const int Most = 2000;

    /// <summary>Holds them side by side; fields that are zero or not finite in either run are left out, and of many some evenly spread are taken.</summary>
    /// <exception cref="InvalidDataException">Their sites are not the same, or no fields are left.</exception>
    public static FieldTracking Between(FieldPopulation one, FieldPopulation other, string otherName)
    {
        if (one.Lattice != other.Lattice)
            throw MalformedFile.Because(otherName, $"fields of {other.Lattice} sites, to be held beside fields of {one.Lattice} sites");
        var (a, b) = (one.Spread(Most).Fields, other.Spread(Most).Fields);
        bool paired = one.Fields.shape[0] == other.Fields.shape[0];
        var (goodA, goodB) = (Good(a), Good(b));
        var (keptA, keptB) = (Kept(a, goodA), Kept(b, goodB));
        if (keptA.shape[0] == 0 || keptB.shape[0] == 0)
            throw MalformedFile.Because(otherName, "all fields are zero or not finite, in it or in what it is held beside");
        var both = goodA.Zip(goodB, (x, y) => x && y).ToArray();
        var peaks = paired && both.Contains(true) ? PeakOverlap.Between(Kept(a, both), Kept(b, both), Math.Max(1, one.Lattice.Sites / Share)) : null;
        return new FieldTracking(BestMatch.Between(keptA, keptB, one.Lattice.Side), MannWhitneyTest.Of(InverseParticipationRatio.Each(keptA), InverseParticipationRatio.Each(keptB)), peaks);
    }

    private static bool[] Good(Tensor w) => (w.isfinite().all(1) & w.ne(0).any(1)).ToArray<bool>();

    private static Tensor Kept(Tensor w, bool[] which) => w.index_select(0, torch.tensor([.. which.Index().Where(v => v.Item).Select(v => (long)v.Index)], ScalarType.Int64));

    /// <summary>As a document.</summary>
    public JsonObject Json() => new()
    {
        ["best_match"] = new JsonObject { ["mean"] = Match.Mean, ["by_chance"] = Match.ByChance, ["each"] = new JsonArray([.. Match.Cosines.Select(c => (JsonNode)JsonValue.Create(c))]) },
        ["ipr"] = new JsonObject { ["share_larger"] = Ipr.Share, ["p"] = Ipr.P },
        ["peaks"] = Peaks is null ? null : new JsonObject { ["top"] = Peaks.Top, ["share"] = Peaks.Share, ["by_chance"] = Peaks.ByChance, ["error"] = Peaks.Error },
    };
}
