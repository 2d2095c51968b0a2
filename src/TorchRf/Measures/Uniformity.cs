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

    /// <summary>Of places on a torus: how often as many of uniform law would prefer a side of it as much, by the tests of both its axes (Fisher's way to join them).</summary>
    /// <param name="x">In sites.</param>
    /// <param name="y">In sites.</param>
    /// <param name="side">L.</param>
    public static double OnTorus(IReadOnlyCollection<double> x, IReadOnlyCollection<double> y, int side)
    {
        // -2 ln(p q) has a chi-square law of 4 degrees, whose tail has a closed form.
        double product = OnRing(x, side).P * OnRing(y, side).P;
        return product * (1 - Math.Log(product));
    }

    private static double Square(double x) => x * x;
}

/// <summary>Whether places keep a distance: the mean distance to the nearest other place, against as many places drawn at random.</summary>
/// <param name="Distance">The mean distance, in sites; not a number for fewer than two places, and in two dimensions for more than 1000.</param>
/// <param name="ByChance">What it is on average of places at random: N / (2 n) on a ring, the mean of the draws in two dimensions.</param>
/// <param name="P">How often places at random are as far apart, or farther: small where fields tile. Counted among at least 999 draws (99 of more than 450 places in two dimensions), with the places themselves.</param>
/// <param name="Count">Of how many.</param>
public sealed record Spacing(double Distance, double ByChance, double P, int Count)
{
    private const ulong Seed = 63;
    private const int MostDraws = 9999;
    private const int FewestDraws = 999;
    private const int FewestOfMany = 99;
    private const int MostOnPlane = 1000;
    private const long Numbers = 2_000_000;
    private const long Pairs = 200_000_000;

    /// <param name="places">In sites, finite.</param>
    /// <param name="sites">N.</param>
    public static Spacing OnRing(IReadOnlyCollection<double> places, int sites)
    {
        int n = places.Count;
        if (n < 2)
            return new Spacing(double.NaN, double.NaN, double.NaN, n);
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seed);
        double own = NearestOnRing(torch.tensor(places.ToArray(), [1, n]).remainder(sites) / (double)sites).item<double>();
        long draws = Math.Clamp(Numbers / n, FewestDraws, MostDraws);
        long asFar = NearestOnRing(torch.rand([draws, n], ScalarType.Float64, generator: generator)).ge(own).sum().item<long>();
        return new Spacing(own * sites, sites / (2.0 * n), (asFar + 1.0) / (draws + 1.0), n);
    }

    /// <summary>On L x L sites, at random anywhere between their outer edges.</summary>
    /// <param name="x">In sites, finite.</param>
    /// <param name="y">In sites, finite.</param>
    /// <param name="side">L.</param>
    /// <param name="torus">Whether the sites go around.</param>
    public static Spacing OnPlane(IReadOnlyCollection<double> x, IReadOnlyCollection<double> y, int side, bool torus)
    {
        int n = x.Count;
        if (n is < 2 or > MostOnPlane)
            return new Spacing(double.NaN, double.NaN, double.NaN, n);
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seed);
        double own = NearestOnPlane(torch.stack([torch.tensor(x.ToArray()), torch.tensor(y.ToArray())], -1).unsqueeze(0) / (double)side, torus).item<double>();
        long pairs = (long)n * n, draws = Math.Clamp(Pairs / pairs, pairs * FewestDraws > Pairs ? FewestOfMany : FewestDraws, MostDraws), atOnce = Math.Max(1, Numbers / pairs), asFar = 0;
        double sum = 0;
        for (long done = 0; done < draws; done += atOnce)
        {
            using var part = torch.NewDisposeScope();
            var nearest = NearestOnPlane(torch.rand([Math.Min(atOnce, draws - done), n, 2], ScalarType.Float64, generator: generator), torus);
            asFar += nearest.ge(own).sum().item<long>();
            sum += nearest.sum().item<double>();
        }
        return new Spacing(own * side, sum / draws * side, (asFar + 1.0) / (draws + 1.0), n);
    }

    // Mean over places of the distance to the nearest, of rows of places on a ring of length 1.
    private static Tensor NearestOnRing(Tensor places)
    {
        var sorted = places.sort(-1).Values;
        var gaps = (sorted.roll(-1, -1) - sorted).remainder(1.0);
        if (places.shape[1] == 2)
            gaps = gaps.minimum(gaps.roll(1, -1));
        return gaps.minimum(gaps.roll(1, -1)).mean([-1]);
    }

    // The same of places in the unit square, shape (rows, places, 2).
    private static Tensor NearestOnPlane(Tensor places, bool torus)
    {
        var apart = places.unsqueeze(2) - places.unsqueeze(1);
        if (torus)
            apart = apart - apart.round();
        var squares = apart.square().sum(-1);
        squares.diagonal(0, 1, 2).fill_(double.PositiveInfinity);
        return squares.amin([-1]).sqrt_().mean([-1]);
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
