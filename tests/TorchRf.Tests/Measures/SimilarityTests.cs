using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

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
}
