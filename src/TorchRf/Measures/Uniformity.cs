namespace TorchRf.Measures;

/// <summary>Rayleigh's test of whether directions are spread evenly around the circle, against one direction that they prefer (Mardia &amp; Jupp, Directional Statistics, section 6.3).</summary>
/// <param name="Length">The length of their mean vector: 0 for even, 1 for a single direction; not a number for none.</param>
/// <param name="P">How often as many of uniform law would be as long, or longer; to within 0.002 of any number of directions, and exact of one.</param>
/// <param name="Count">Of how many.</param>
public sealed record RayleighTest(double Length, double P, int Count)
{
    /// <param name="angles">In radians, finite. Of orientations, which are the same after half a turn, twice their angle.</param>
    public static RayleighTest Of(IReadOnlyCollection<double> angles)
    {
        int n = angles.Count;
        if (n == 0)
            return new RayleighTest(double.NaN, double.NaN, 0);
        double sum = Math.Sqrt(Square(angles.Sum(Math.Cos)) + Square(angles.Sum(Math.Sin)));
        // Greenwood and Durand's approximation (Zar, Biostatistical Analysis, eq. 27.4).
        double p = Math.Exp(Math.Sqrt(Math.Max(0, 1 + (4.0 * n) + (4 * (Square(n) - Square(sum))))) - (1 + (2.0 * n)));
        return new RayleighTest(Math.Min(1, sum / n), n == 1 ? 1 : Math.Min(1, p), n);
    }

    /// <summary>Of places on a ring.</summary>
    /// <param name="places">In sites.</param>
    /// <param name="sites">N.</param>
    public static RayleighTest OnRing(IReadOnlyCollection<double> places, int sites) => Of([.. places.Select(p => 2 * Math.PI * p / sites)]);

    private static double Square(double x) => x * x;
}

/// <summary>Whether places on a ring keep a distance: the mean distance to the nearest other place, against as many places drawn at random.</summary>
/// <param name="Spacing">The mean distance, in sites; not a number for fewer than two places.</param>
/// <param name="ByChance">What it is on average of places at random, N / (2 n).</param>
/// <param name="P">How often places at random are as far apart, or farther: small where fields tile the ring. Counted among at least 999 draws, with the places themselves.</param>
/// <param name="Count">Of how many.</param>
public sealed record RingSpacing(double Spacing, double ByChance, double P, int Count)
{
    private const ulong Seed = 63;
    private const int MostDraws = 9999;
    private const int FewestDraws = 999;
    private const long Numbers = 2_000_000;

    /// <param name="places">In sites, finite.</param>
    /// <param name="sites">N.</param>
    public static RingSpacing Of(IReadOnlyCollection<double> places, int sites)
    {
        int n = places.Count;
        if (n < 2)
            return new RingSpacing(double.NaN, double.NaN, double.NaN, n);
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seed);
        double own = Nearest(torch.tensor(places.ToArray(), [1, n]).remainder(sites) / (double)sites).item<double>();
        long draws = Math.Clamp(Numbers / n, FewestDraws, MostDraws);
        long asFar = Nearest(torch.rand([draws, n], ScalarType.Float64, generator: generator)).ge(own).sum().item<long>();
        return new RingSpacing(own * sites, sites / (2.0 * n), (asFar + 1.0) / (draws + 1.0), n);
    }

    // Mean over places of the distance to the nearest, of rows of places on a ring of length 1.
    private static Tensor Nearest(Tensor places)
    {
        var sorted = places.sort(-1).Values;
        var gaps = (sorted.roll(-1, -1) - sorted).remainder(1.0);
        if (places.shape[1] == 2)
            gaps = gaps.minimum(gaps.roll(1, -1));
        return gaps.minimum(gaps.roll(1, -1)).mean([-1]);
    }
}

/// <summary>How much of a lattice lies inside receptive fields.</summary>
/// <param name="Share">Of its sites, from 0 to 1.</param>
/// <param name="ByChance">Of as many fields of the same sizes at random places, on average.</param>
public sealed record Coverage(double Share, double ByChance)
{
    /// <summary>On a ring: sites no farther from a centre than a distance.</summary>
    /// <param name="places">The centres, in sites.</param>
    /// <param name="reach">One distance for each of them, in sites.</param>
    /// <param name="sites">N.</param>
    public static Coverage OnRing(IReadOnlyList<double> places, IReadOnlyList<double> reach, int sites)
    {
        double Around(double d) => Math.Abs(d - (sites * Math.Round(d / sites)));
        int inside = Enumerable.Range(0, sites).Count(j => places.Where((at, i) => Around(j - at) <= reach[i]).Any());
        return new Coverage((double)inside / sites, 1 - reach.Aggregate(1.0, (free, r) => free * (1 - Math.Min(1, 2 * r / sites))));
    }

    /// <summary>On L x L sites: those inside the ellipse of a standard deviation of an envelope.</summary>
    /// <param name="fits">The fields' Gabor waves, shape (fields); those that are not a number cover nothing.</param>
    /// <param name="side">L.</param>
    /// <param name="torus">Whether the sites go around; else chance is that of centres anywhere on the patch, without its edges.</param>
    /// <param name="counted">Which of the fields are asked; all without.</param>
    public static Coverage OnPlane(PlanarGaborFit fits, int side, bool torus, IReadOnlyList<bool>? counted = null)
    {
        using var scope = torch.NewDisposeScope();
        bool[] inside = new bool[side * side];
        var (covered, sizes, free) = (fits.IsInside(side, torus).ToArray<bool>(), (fits.WidthAlong * fits.WidthAcross).to(ScalarType.Float64).ToArray<double>(), 1.0);
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!double.IsFinite(sizes[i]) || counted?[i] == false)
                continue;
            free *= 1 - Math.Min(1, Math.PI * sizes[i] / inside.Length);
            for (int j = 0; j < inside.Length; j++)
                inside[j] |= covered[(i * inside.Length) + j];
        }
        return new Coverage(inside.Count(j => j) / (double)inside.Length, 1 - free);
    }
}
