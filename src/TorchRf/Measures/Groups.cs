namespace TorchRf.Measures;

/// <summary>Mann and Whitney's test of whether one group of numbers tends to be larger than another, whatever their laws; of units with positive and with negative bias, say, by their IPR.</summary>
/// <param name="Share">Of pairs, one of each group, the share in which the first group's is larger, ties counting half: 0.5 where neither tends to be.</param>
/// <param name="P">How often chance alone separates the groups as far, either way; not a number where a group is empty. Exact where a group has at most 8 numbers and none is tied; else by the normal law, corrected for ties.</param>
public sealed record MannWhitneyTest(double Share, double P)
{
    private const int Few = 8;

    /// <param name="one">The first group, of numbers that are not NaN.</param>
    /// <param name="other">The second.</param>
    public static MannWhitneyTest Of(IReadOnlyCollection<double> one, IReadOnlyCollection<double> other)
    {
        var (m, n) = (one.Count, other.Count);
        if (m == 0 || n == 0)
            return new MannWhitneyTest(double.NaN, double.NaN);
        // Mean ranks of equal numbers.
        var (ranks, ties, before) = (0.0, 0.0, 0);
        foreach (var equal in one.Select(v => (Value: v, First: true)).Concat(other.Select(v => (Value: v, First: false))).GroupBy(v => v.Value).OrderBy(g => g.Key))
        {
            double t = equal.Count();
            ranks += equal.Count(v => v.First) * (before + ((t + 1) / 2));
            ties += (t * t * t) - t;
            before += (int)t;
        }
        double u = ranks - (m * (m + 1.0) / 2), all = (double)m * n;
        double far = Math.Max(u, all - u);
        return new MannWhitneyTest(u / all, ties == 0 && Math.Min(m, n) <= Few ? Math.Min(1, 2 * AtLeast((int)far, m, n)) : ByNormal(far, ties, m, n));
    }

    private static double ByNormal(double far, double ties, double m, double n)
    {
        double variance = m * n / 12 * (m + n + 1 - (ties / ((m + n) * (m + n - 1))));
        using var scope = torch.NewDisposeScope();
        // Half a rank less, for ranks are whole.
        return variance > 0 ? Math.Min(1, torch.special.erfc(torch.tensor(Math.Max(0, far - (m * n / 2) - 0.5) / Math.Sqrt(2 * variance))).item<double>()) : 1;
    }

    // P(U >= u): of all orders of m and n numbers, each as likely. The numbers of orders of given U are the coefficients of the Gaussian binomial, product over i of (1 - q^(n + i)) / (1 - q^i).
    private static double AtLeast(int u, int m, int n)
    {
        if (m > n)
            (m, n) = (n, m);
        double[] orders = new double[(m * n) + 1];
        orders[0] = 1;
        for (int i = 1; i <= m; i++)
        {
            for (int k = orders.Length - 1; k >= n + i; k--)
                orders[k] -= orders[k - n - i];
            for (int k = i; k < orders.Length; k++)
                orders[k] += orders[k - i];
        }
        return orders.Skip(u).Sum() / orders.Sum();
    }
}

/// <summary>Wilcoxon's signed-rank test of whether paired numbers differ, one way more and farther than the other; of two measures of the same units, say.</summary>
/// <param name="Share">The share of all ranks that positive differences have: 0.5 where neither side tends to be larger.</param>
/// <param name="P">How often chance alone gives a share as far from a half, either way; not a number where no pair differs. Exact of at most 50 differences, none tied; else by the normal law, corrected for ties.</param>
/// <param name="Count">How many differ; pairs that do not are left out.</param>
public sealed record WilcoxonTest(double Share, double P, int Count)
{
    private const int Few = 50;

    /// <param name="differences">Of each pair, the first number less the second; not NaN.</param>
    public static WilcoxonTest Of(IReadOnlyCollection<double> differences)
    {
        double[] all = [.. differences.Where(d => d != 0)];
        int n = all.Length;
        if (n == 0)
            return new WilcoxonTest(double.NaN, double.NaN, 0);
        // Mean ranks of equal sizes.
        var (ranks, ties, before) = (0.0, 0.0, 0);
        foreach (var equal in all.GroupBy(Math.Abs).OrderBy(g => g.Key))
        {
            double t = equal.Count();
            ranks += equal.Count(d => d > 0) * (before + ((t + 1) / 2));
            ties += (t * t * t) - t;
            before += (int)t;
        }
        double sum = n * (n + 1.0) / 2, far = Math.Max(ranks, sum - ranks);
        return new WilcoxonTest(ranks / sum, ties == 0 && n <= Few ? Math.Min(1, 2 * AtLeast((int)far, n)) : ByNormal(far, ties, n), n);
    }

    private static double ByNormal(double far, double ties, double n)
    {
        double variance = (n * (n + 1) * ((2 * n) + 1) / 24) - (ties / 48);
        using var scope = torch.NewDisposeScope();
        // Half a rank less, for ranks are whole.
        return Math.Min(1, torch.special.erfc(torch.tensor(Math.Max(0, far - (n * (n + 1) / 4) - 0.5) / Math.Sqrt(2 * variance))).item<double>());
    }

    // P(W >= w): each rank is positive or not, as likely. The numbers of ways to a sum are the coefficients of the product over i of (1 + q^i).
    private static double AtLeast(int w, int n)
    {
        double[] ways = new double[(n * (n + 1) / 2) + 1];
        ways[0] = 1;
        for (int i = 1; i <= n; i++)
            for (int k = ways.Length - 1; k >= i; k--)
                ways[k] += ways[k - i];
        return ways.Skip(w).Sum() / ways.Sum();
    }
}

/// <summary>How far the strongest weights of two runs' fields are at the same sites: field by field, the share of the n largest |w| that are among the n largest of the other.</summary>
/// <param name="Share">The mean over fields.</param>
/// <param name="ByChance">Of n sites at random, n / N.</param>
/// <param name="Error">The standard error that the mean over fields has where chance alone is at work.</param>
/// <param name="Top">n.</param>
public sealed record PeakOverlap(double Share, double ByChance, double Error, int Top)
{
    /// <param name="one">Shape (fields, N), at least one field, of finite weights.</param>
    /// <param name="other">The same fields of another run, of the same shape.</param>
    /// <param name="top">n, from 1 to N.</param>
    public static PeakOverlap Between(Tensor one, Tensor other, int top)
    {
        using var scope = torch.NewDisposeScope();
        long fields = one.shape[0];
        double sites = one.shape[1];
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, one.shape[1]);
        Tensor Strongest(Tensor w)
        {
            var at = w.abs().topk(top, 1).indexes;
            return torch.zeros_like(w, ScalarType.Float64).scatter_(1, at, torch.ones_like(at, ScalarType.Float64));
        }
        double share = (Strongest(one) * Strongest(other)).sum().item<double>() / (fields * (double)top);
        // The hypergeometric law of a field's number.
        double p = top / sites, variance = sites > 1 ? top * p * (1 - p) * (sites - top) / (sites - 1) : 0;
        return new PeakOverlap(share, p, Math.Sqrt(variance / fields) / top, top);
    }
}

/// <summary>How alike a run's fields are to the nearest of another's, whatever their order and sign.</summary>
/// <param name="Cosines">Of each field, the largest |cosine| with a field of the other run, in the order of the fields.</param>
/// <param name="ByChance">Its mean where the other run's fields are moved around the lattice at random, each by itself: the same shapes at other places.</param>
public sealed record BestMatch(IReadOnlyList<double> Cosines, double ByChance)
{
    private const ulong Seed = 64;
    private const int Draws = 20;

    /// <summary>The mean over fields.</summary>
    public double Mean => Cosines.Average();

    /// <param name="one">Shape (fields, N), of finite weights, none all zero.</param>
    /// <param name="other">Shape (other fields, N).</param>
    /// <param name="side">N on a ring, L on L x L sites.</param>
    public static BestMatch Between(Tensor one, Tensor other, int side)
    {
        using var scope = torch.NewDisposeScope();
        var (a, b) = (Unit(one), Unit(other));
        Tensor Best(Tensor fields) => a.matmul(fields.mT).abs().amax([1]);
        var random = new Random((int)Seed);
        int rows = (int)(b.shape[1] / side);
        double chance = Enumerable.Range(0, Draws).Average(_ =>
        {
            using var inner = torch.NewDisposeScope();
            var moved = Enumerable.Range(0, (int)b.shape[0]).Select(i => b[i].view(rows, side).roll([random.Next(rows), random.Next(side)], [0, 1]).flatten());
            return Best(torch.stack(moved)).mean().item<double>();
        });
        return new BestMatch(Best(b).ToArray<double>(), chance);
    }

    private static Tensor Unit(Tensor w)
    {
        var exact = w.detach().to(ScalarType.Float64);
        exact = exact / exact.abs().amax([1], keepdim: true);
        return exact / torch.linalg.norm(exact, [1], keepdim: true);
    }
}
