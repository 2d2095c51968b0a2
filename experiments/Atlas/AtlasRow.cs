using TorchRf.Experiments.Measuring;
using Gauss = MathNet.Numerics.Distributions.Normal;
using Student = MathNet.Numerics.Distributions.StudentT;

namespace TorchRf.Experiments.Atlas;

/// <summary>Whether a method's fields localize.</summary>
public enum Localizes
{
    /// <summary>More than half of them are at a small place.</summary>
    Most,

    /// <summary>Some are, and not half of them.</summary>
    Some,

    /// <summary>They are broad, but more concentrated than their spectrum makes a field.</summary>
    Modulated,

    /// <summary>Neither ruler finds more than noise would have.</summary>
    None,

    /// <summary>Seeds disagree, or fields are too few.</summary>
    CannotTell,
}

/// <summary>What a method came to under all rulers, seed by seed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Seeds">What the rulers say of each seed's fields.</param>
public sealed record AtlasRow(AtlasMethod Method, IReadOnlyList<FieldMeasures> Seeds)
{
    /// <summary>How often it tells the classes apart, over seeds; not a number where it does not try to.</summary>
    public Statistic Accuracy { get; init; } = new(double.NaN, null, null, 0);

    /// <summary>Of what is left of pruned fields, how often weights lie near by, in units of chance, over seeds; not a number of others.</summary>
    public Statistic Locality { get; init; } = new(double.NaN, null, null, 0);

    // Sectors of half a turn, in which orientations and phases are counted.
    private const int Sectors = 8;

    private const int FewestFields = 20;

    // Of fields that are noise; the edges of patches make some of it look concentrated.
    private const double Noise = 0.05;

    private const double Half = 0.5;
    private const double Confidence = 0.95;

    // Within an envelope's width, below which a wave is not seen.
    private const double FewestCycles = 0.1;

    /// <summary>How many fields all seeds have together.</summary>
    public int Fields => Seeds.Sum(s => s.Columns["ipr"].Length);

    /// <summary>The mean IPR.</summary>
    public Statistic Ipr => Of("ipr");

    /// <summary>The share that white noise's IPR seldom reaches.</summary>
    public Statistic ByIpr => Share("localized");

    /// <summary>The share that is more concentrated than its own spectrum with random phases.</summary>
    public Statistic BySurrogates => Share("surrogate");

    /// <summary>The share that is nearly a Gabor wave; the other numbers of waves are of these.</summary>
    public Statistic Waves => Share("fitted");

    /// <summary>A number of <see cref="FieldMeasures.Summary"/> over the seeds that have it; not a number where none has.</summary>
    /// <param name="name">Its name.</param>
    public Statistic Of(string name) => Over(Seeds.Select(s => s.Summary.GetValueOrDefault(name, double.NaN)));

    /// <summary>The share of eight sectors of half a turn that orientations or phases fall in, and what as many at random would have on average.</summary>
    /// <param name="column">"orientation" or "phase".</param>
    public (Statistic Share, double ByChance) Covered(string column)
    {
        var angles = Seeds.Select(s => Angles(s, column)).ToArray();
        double ByChance(int n) => 1 - Math.Pow(1 - (1.0 / Sectors), n);
        return (Over(angles.Select(of => of.Length == 0 ? double.NaN : of.Select(a => (int)(Sectors * Turned(a))).Distinct().Count() / (double)Sectors)), angles.Average(of => ByChance(of.Length)));
    }

    /// <summary>What is to be said of them: each bound holds with 95 % confidence, over seeds and fields, or nothing is said.</summary>
    public Localizes Localizes
    {
        get
        {
            if (Fields < FewestFields)
                return Localizes.CannotTell;
            var ((least, most), (leastS, mostS)) = (Interval(ByIpr, "localized"), Interval(BySurrogates, "surrogate"));
            return least > Half ? Localizes.Most
                : least > Noise && most < Half ? Localizes.Some
                : most < Noise ? leastS > Noise ? Localizes.Modulated : mostS < Noise ? Localizes.None : Localizes.CannotTell
                : Localizes.CannotTell;
        }
    }

    /// <summary>Whether more than half of the fields are surely nearly Gabor waves.</summary>
    public bool AreMostlyWaves => Interval(Waves, "fitted").Least > Half;

    /// <summary>Whether a wave is seen within their envelopes, or surely not; null where seeds leave it open.</summary>
    public bool? HasCycles => Of("n_x") is var cycles && Student.InvCDF(0, 1, Math.Max(1, cycles.Count - 1), (1 + Confidence) / 2) * cycles.Error is var reach
        && cycles.Mean - reach > FewestCycles ? true : cycles.Mean + reach < FewestCycles ? false : null;

    /// <summary>Whether the mean IPR is surely above another's: by more than the seeds of both leave open.</summary>
    public bool IsSurelyAbove(AtlasRow other) =>
        Ipr.Mean - other.Ipr.Mean > Student.InvCDF(0, 1, Math.Min(Ipr.Count, other.Ipr.Count) - 1, (1 + Confidence) / 2) * Math.Sqrt((Ipr.Error * Ipr.Error) + (other.Ipr.Error * other.Ipr.Error));

    // Waves that an orientation has: a blob has none. w and -w are one field, so that phases half a turn apart are the same.
    private static double[] Angles(FieldMeasures of, string column) => of.Columns.TryGetValue(column, out var values)
        ? [.. values.Where((v, i) => double.IsFinite(v) && of.Columns["misfit"][i] < FieldMeasures.FittedBelow && (column == "phase" || double.IsFinite(of.Columns["bandwidth"][i])))] : [];

    // From 0 up to 1, of half a turn.
    private static double Turned(double angle) => angle / Math.PI is var turns ? Math.Min(turns - Math.Floor(turns), 1 - 1e-12) : 0;

    private static Statistic Over(IEnumerable<double> values) => values.Where(double.IsFinite).ToArray() is { Length: > 0 } finite ? Statistic.Of(finite) : new Statistic(double.NaN, null, null, 0);

    private Statistic Share(string name) => Statistic.OfShares([.. Seeds.Select(s => s.Summary[name])], Fields / Seeds.Count);

    // Of means over few seeds Student's; and of all fields, as if each were independent, no narrower than the binomial one.
    private (double Least, double Most) Interval(Statistic share, string name)
    {
        var between = Statistic.Of([.. Seeds.Select(s => s.Summary[name])]);
        double reach = Math.Max(between.Error * Student.InvCDF(0, 1, Seeds.Count - 1, (1 + Confidence) / 2), share.Error * Gauss.InvCDF(0, 1, (1 + Confidence) / 2));
        return (share.Mean - reach, share.Mean + reach);
    }
}
