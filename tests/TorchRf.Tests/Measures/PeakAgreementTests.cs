using NUnit.Framework;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[TestFixture]
public sealed class PeakAgreementTests : TensorScope
{
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
            PeakAgreement.Between(Peaked(10, 1, 0, 0, 0, 0, 0, 0, 0), Peaked(10, 1, 0, 1, 9, 2, 8, 3, 5)),
            Is.EqualTo(new PeakAgreement(1, 3, 5, 7)));

    [Test]
    public void It_is_symmetric_and_blind_to_signs()
    {
        var (a, b) = (Peaked(9, 1, 3, 8, 0, 4), Peaked(9, -1, 3, 0, 7, 8));
        Assert.That(PeakAgreement.Between(a, b), Is.EqualTo(new PeakAgreement(1, 2, 3, 4)));
        Assert.That(PeakAgreement.Between(b, a), Is.EqualTo(PeakAgreement.Between(a, b)));
    }

    [Test]
    public void Every_field_of_a_batch_counts()
    {
        var w = Peaked(12, 1, 1, 2, 3, 4, 5, 6).view(3, 2, 12);
        Assert.That(PeakAgreement.Between(w, w.roll(2, -1)), Is.EqualTo(new PeakAgreement(0, 0, 6, 6)));
        Assert.That(PeakAgreement.Between(w, w), Is.EqualTo(new PeakAgreement(6, 6, 6, 6)));
    }
}
