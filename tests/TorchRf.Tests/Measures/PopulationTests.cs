using TorchRf.IO;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>What is asked of many fields together.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class PopulationTests : TensorScope
{
    private const int Trials = 1000;

    // By hand, and from R's wilcox.test and scipy.stats.mannwhitneyu.
    [TestCase("1,2,3", "4,5,6", 0, 0.1)]
    [TestCase("6,5,4", "1,2,3", 1, 0.1)]
    [TestCase("1,4", "2,3", 0.5, 1)]
    [TestCase("19,22,16,29,24", "20,11,17,12", 17.0 / 20, 0.1111111111111111)]
    [TestCase("1,1,2", "1,3,3,4", 2.0 / 12, 0.19474217283959172)]
    [TestCase("5,5", "5,5,5", 0.5, 1)]
    [TestCase("1", "", double.NaN, double.NaN)]
    public void Groups_are_compared_as_tables_have_it(string one, string other, double share, double p)
    {
        static double[] Parsed(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse)];
        var test = MannWhitneyTest.Of(Parsed(one), Parsed(other));
        Assert.That((test.Share, test.P), Is.EqualTo((share, p)).Using<(double, double)>((a, b) => Near(a.Item1, b.Item1) && Near(a.Item2, b.Item2)));
        static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-9;
    }

    // 1 of 8 mirror images of one direction: four at right angles cancel; n of the same have R = n.
    [Test]
    public void Directions_that_cancel_are_even_and_equal_ones_are_not()
    {
        Assert.That(RayleighTest.OnRing([0, 10, 20, 30], 40), Is.EqualTo(new RayleighTest(0, 1, 4)).Using<RayleighTest>((a, b) => Math.Abs(a.Length - b.Length) < 1e-12 && Math.Abs(a.P - b.P) < 1e-9));
        var equal = RayleighTest.OnRing([3.5, 3.5, 3.5, 3.5, 3.5], 40);
        // Of n equal directions the approximation is exp(sqrt(1 + 4 n) - 1 - 2 n).
        Assert.That((equal.Length, equal.P), Is.EqualTo((1.0, Math.Exp(Math.Sqrt(21) - 11))).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12));
        Assert.That(RayleighTest.Of([1]).P, Is.EqualTo(1));
        Assert.That(RayleighTest.Of([]).P, Is.NaN);
    }

    // Kolmogorov's distance of 1000 p from uniform is below 0.0515 in 99 of 100 cases.
    [TestCase("rayleigh", 5)]
    [TestCase("rayleigh", 30)]
    [TestCase("spacing", 2)]
    [TestCase("spacing", 12)]
    [TestCase("torus", 6)]
    [TestCase("spacing-torus", 6)]
    [TestCase("spacing-patch", 6)]
    [TestCase("groups", 7)]
    [TestCase("groups", 30)]
    public void Chance_alone_gives_uniform_p(string which, int n)
    {
        var random = new Random(17);
        double[] Places(int count) => [.. Enumerable.Range(0, count).Select(_ => 40 * random.NextDouble())];
        // As many spacings as are quick: each draws its own null.
        int trials = which.StartsWith("spacing", StringComparison.Ordinal) ? 300 : Trials;
        double[] p = [.. Enumerable.Range(0, trials).Select(_ => which switch
        {
            "rayleigh" => RayleighTest.OnRing(Places(n), 40).P,
            "torus" => RayleighTest.OnTorus(Places(n), Places(n), 40),
            "spacing" => Spacing.OnRing(Places(n), 40).P,
            "spacing-torus" => Spacing.OnPlane(Places(n), Places(n), 40, torus: true).P,
            "spacing-patch" => Spacing.OnPlane(Places(n), Places(n), 40, torus: false).P,
            _ => MannWhitneyTest.Of(Places(n), Places(n + 3)).P,
        }).Order()];
        // Exact p of few numbers go in steps: as often below each as it says, and no more.
        double Off(double v, int i) => Math.Max(((i + 1.0) / trials) - v, which == "groups" ? 0 : v - ((double)i / trials));
        Assert.That(p.Select(Off).Max(), Is.LessThan(1.63 / Math.Sqrt(trials)));
    }

    [Test]
    public void Fields_that_tile_a_ring_are_told_from_those_in_one_place_and_at_random()
    {
        double[] tiling = [.. Enumerable.Range(0, 10).Select(i => (4.0 * i) + 1)];
        Assert.That(Spacing.OnRing(tiling, 40), Is.EqualTo(new Spacing(4, 2, 1.0 / 10_000, 10)).Using<Spacing>((a, b) => Math.Abs(a.Distance - b.Distance) < 1e-9 && a.ByChance == b.ByChance && Math.Abs(a.P - b.P) < 1e-9));
        Assert.That(Spacing.OnRing([1, 39.5], 40).Distance, Is.EqualTo(1.5).Within(1e-9));
        Assert.That(Spacing.OnRing([1], 40).P, Is.NaN);
        Assert.That(Coverage.OnRing(tiling, [.. tiling.Select(_ => 2.0)], 40).Share, Is.EqualTo(1));
        var two = Coverage.OnRing([0, 39], [1.5, 1.5], 40);
        Assert.That(two.Share, Is.EqualTo(4 / 40.0));
        Assert.That(two.ByChance, Is.EqualTo(1 - Math.Pow(1 - (3 / 40.0), 2)).Within(1e-12));
        Assert.That(Coverage.OnRing([], [], 40), Is.EqualTo(new Coverage(0, 0)));
    }

    [Test]
    public void Fields_that_tile_a_torus_are_told_too()
    {
        // Every fourth site of 16 x 16.
        double[] x = [.. Enumerable.Range(0, 16).Select(i => 4.0 * (i % 4))], y = [.. Enumerable.Range(0, 16).Select(i => 4.0 * (i / 4))];
        var spacing = Spacing.OnPlane(x, y, 16, torus: true);
        Assert.That(spacing.Distance, Is.EqualTo(4).Within(1e-12));
        // The integral of (1 - pi r^2 / 256)^15, that none of the others is within r; the draws' error is 0.003.
        Assert.That(spacing.ByChance, Is.EqualTo(2.0155).Within(0.01));
        Assert.That(spacing.P, Is.LessThan(1e-3));
        Assert.That(RayleighTest.OnTorus(x, y, 16), Is.EqualTo(1).Within(1e-9));
        Assert.That(RayleighTest.OnTorus(x, [.. y.Select(_ => 3.0)], 16), Is.LessThan(1e-4), "in a row");
        Assert.That(Spacing.OnPlane([0, 15], [0, 0], 16, torus: true).Distance, Is.EqualTo(1).Within(1e-12));
        Assert.That(Spacing.OnPlane([0, 15], [0, 0], 16, torus: false).Distance, Is.EqualTo(15).Within(1e-12));
        Assert.That(Spacing.OnPlane([0], [0], 16, torus: true).P, Is.NaN);
    }

    [Test]
    public void A_patch_is_covered_by_ellipses()
    {
        var fits = PlanarGaborFit.Of(torch.stack([PlanarGaborFitTests.Wave(16, [4, 4, 1.2, 2.2, 0, 0.2, 0]), torch.zeros(256, ScalarType.Float64)]));
        // u^2 / 1.44 + v^2 / 4.84 <= 1 holds five sites of the column, and one of each beside it.
        var covered = Coverage.OnPlane(fits, 16, torus: false);
        Assert.That(covered.Share, Is.EqualTo(11 / 256.0).Within(1e-12));
        Assert.That(covered.ByChance, Is.EqualTo(Math.PI * 1.2 * 2.2 / 256).Within(1e-6));
    }

    [Test]
    public void Peaks_of_two_runs_are_followed_with_the_level_of_chance()
    {
        using var generator = new Generator(18);
        var (one, other) = (torch.randn(500, 40, generator: generator), torch.randn(500, 40, generator: generator));
        var same = PeakOverlap.Between(one, one * -3, 4);
        Assert.That((same.Share, same.ByChance, same.Top), Is.EqualTo((1.0, 0.1, 4)));
        var apart = PeakOverlap.Between(one, other, 4);
        Assert.That(apart.Share, Is.EqualTo(0.1).Within(3 * apart.Error));
        // Of one site of N: a coin of probability 1 / N.
        Assert.That(PeakOverlap.Between(one, other, 1).Error, Is.EqualTo(Math.Sqrt(1 / 40.0 * (39 / 40.0) / 500)).Within(1e-12));
        Assert.That(PeakOverlap.Between(one, other, 40).Error, Is.Zero);
        Assert.That(() => PeakOverlap.Between(one, other, 41), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Fields_find_their_like_in_any_order_and_sign()
    {
        var eye = torch.eye(16, dtype: ScalarType.Float64);
        var match = BestMatch.Between(eye[1..9], torch.cat([eye[8..16] * -2, eye[1..4]]), 4);
        Assert.That(match.Cosines, Is.EqualTo(new[] { 1, 1, 1, 0, 0, 0, 0, 1.0 }).Within(1e-12));
        // Eleven sites at random hold one of 16 with probability 1 - (15/16)^11.
        Assert.That(match.ByChance, Is.EqualTo(1 - Math.Pow(15 / 16.0, 11)).Within(0.1));
    }

    [Test]
    public void Scipy_finds_the_same_p()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(19);
        double[][] groups = [.. Enumerable.Range(0, 40).Select(i => (double[])[.. Enumerable.Range(0, 3 + i).Select(_ => i % 2 == 0 ? random.NextDouble() : random.Next(9))])];
        double[] p = [.. groups.Zip(groups.Skip(2), (a, b) => MannWhitneyTest.Of(a, b).P)];
        File.WriteAllText(folder["groups.json"], System.Text.Json.JsonSerializer.Serialize(groups));
        NpyFile.Write(folder["p.npy"], torch.tensor(p));
        Numpy.Run(folder.Path, """
            try:
                from scipy.stats import mannwhitneyu
            except ImportError:
                sys.exit(0)
            groups, p = json.load(open('groups.json')), np.load('p.npy')
            own = [mannwhitneyu(a, b, method='exact' if len(set(a + b)) == len(a + b) and min(len(a), len(b)) <= 8 else 'asymptotic').pvalue for a, b in zip(groups, groups[2:])]
            assert np.allclose(p, own, rtol=1e-9, atol=1e-12), np.abs(p - own).max()
            """);
    }
}
