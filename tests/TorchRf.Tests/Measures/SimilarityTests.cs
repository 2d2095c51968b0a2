using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>How alike two sets of fields are, in shape and in where their peaks lie.</summary>
public sealed class SimilarityTests : TensorScope
{
    [Test]
    public void Cosine_and_norm_ratio_of_known_angles()
    {
        var v = torch.tensor([3.0, 0, 0, 1, 1, 0, 1, 2, 2, 1, 1, 1], [2, 2, 3]);
        var w = torch.tensor([0.0, 2, 0, 1, 0, 0, -2, -4, -4, 2, 2, 2], [2, 2, 3]);
        Assert.That(Values(Similarity.Cosine(v, w)), Is.EqualTo(new[] { 0, Math.Sqrt(0.5), -1, 1 }).Within(1e-15));
        Assert.That(Values(Similarity.NormRatio(v, w)), Is.EqualTo(new[] { 1.5, Math.Sqrt(2), 0.5, 0.5 }).Within(1e-15));
        Assert.That(Similarity.Cosine(v, w).shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(Similarity.NormRatio(v, w).shape, Is.EqualTo(new long[] { 2, 2 }));
    }

    [Test]
    public void The_cosine_of_small_fields_is_as_good([Values(1e-12, 1e-3, 1e12)] double size)
    {
        using var generator = new Generator(1);
        var (v, w) = (torch.randn(5, 40, generator: generator), torch.randn(5, 40, generator: generator));
        Assert.That(Values(Similarity.Cosine(v * size, w * size)), Is.EqualTo(Values(Similarity.Cosine(v, w))).Within(1e-5));
    }

    [Test]
    public void A_shifted_and_turned_field_is_laid_over_itself([Values(8, 9)] int sites)
    {
        using var generator = new Generator(1);
        var w = torch.randn([3, sites], ScalarType.Float64, generator: generator);
        var (cosine, shifted) = Similarity.OverShifts(torch.stack([w[0].roll(3, 0) * -2, w[1].roll(-1, 0), w[2]]), w);
        Assert.That(Values(cosine), Is.EqualTo(new[] { 1.0, 1, 1 }).Within(1e-12));
        Assert.That(Values(shifted - (w * torch.tensor(new[] { 2.0, 1, 1 }, [3, 1]))), Has.All.EqualTo(0).Within(1e-12));
        // Against every shift of another.
        double most = Enumerable.Range(0, sites).Max(s => Math.Abs(Similarity.Cosine(w[0].roll(s, 0), w[1]).item<double>()));
        Assert.That(Similarity.OverShifts(w[0], w[1]).Cosine.item<double>(), Is.EqualTo(most).Within(1e-12));
    }

    // One field a peak: small noise and one large coordinate, of either sign.
    private static Tensor Peaked(int sites, double sign, params int[] peaks)
    {
        using var generator = new Generator(1);
        var w = torch.rand(peaks.Length, sites, ScalarType.Float64, generator: generator) * 0.5;
        for (int i = 0; i < peaks.Length; i++)
            w[i, peaks[i]] = torch.tensor(sign);
        return w;
    }

    [Test]
    public void Distances_go_around_the_ring() =>
        Assert.That(
            PeakAgreement.Between(Peaked(10, 1, 0, 0, 0, 0, 0, 0, 0), Peaked(10, 1, 0, 1, 9, 2, 8, 3, 5), 10),
            Is.EqualTo(new PeakAgreement(1, 3, 5, 7)));

    [Test]
    public void It_is_symmetric_and_blind_to_signs()
    {
        var (a, b) = (Peaked(9, 1, 3, 8, 0, 4), Peaked(9, -1, 3, 0, 7, 8));
        Assert.That(PeakAgreement.Between(a, b, 9), Is.EqualTo(new PeakAgreement(1, 2, 3, 4)));
        Assert.That(PeakAgreement.Between(b, a, 9), Is.EqualTo(PeakAgreement.Between(a, b, 9)));
    }

    [Test]
    public void Every_field_of_a_batch_counts()
    {
        var w = Peaked(12, 1, 1, 2, 3, 4, 5, 6).view(3, 2, 12);
        Assert.That(PeakAgreement.Between(w, w.roll(2, -1), 12), Is.EqualTo(new PeakAgreement(0, 0, 6, 6)));
        Assert.That(PeakAgreement.Between(w, w, 12), Is.EqualTo(new PeakAgreement(6, 6, 6, 6)));
    }

    // Sites of a torus of 5 x 5, row by row, seen from site (0, 0). Around the ring of all 25, site (1, 0) would be five away and (0, 4) four.
    [Test]
    public void On_a_torus_distances_go_around_both_axes()
    {
        static int Site(int row, int column) => (row * 5) + column;
        int[] others = [Site(0, 0), Site(1, 0), Site(4, 0), Site(0, 4), Site(1, 1), Site(4, 4), Site(2, 0), Site(3, 1), Site(2, 3)];
        Assert.That(PeakAgreement.Between(Peaked(25, 1, new int[9]), Peaked(25, 1, others), 5), Is.EqualTo(new PeakAgreement(1, 6, 9, 9)));
    }

    [TestCase(0)]
    [TestCase(4)]
    [TestCase(13)]
    public void Sites_that_fill_no_such_lattice_are_refused(int side) =>
        Assert.That(() => PeakAgreement.Between(Peaked(12, 1, 1), Peaked(12, 1, 1), side), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
