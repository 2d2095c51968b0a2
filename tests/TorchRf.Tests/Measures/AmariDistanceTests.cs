using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class AmariDistanceTests : TensorScope
{
    private static Tensor Random(ulong seed, long rows, long columns)
    {
        using var generator = new Generator(seed);
        return torch.randn([rows, columns], ScalarType.Float64, generator: generator);
    }

    private static Tensor Permuted(Tensor w, params double[] scales)
    {
        var order = Enumerable.Range(0, scales.Length).Select(i => (long)(i + 1) % scales.Length).ToArray();
        return w.index_select(0, torch.tensor(order)) * torch.tensor(scales).unsqueeze(1);
    }

    [Test]
    public void Order_sign_and_size_of_components_do_not_matter()
    {
        Assert.That(AmariDistance.Of(Permuted(torch.eye(4, dtype: ScalarType.Float64), -1, 1e-3, 5, -40)), Is.Zero);
        var p = Random(1, 4, 4);
        Assert.That(AmariDistance.Of(Permuted(p, -1, 1e-3, 5, -40)), Is.EqualTo(AmariDistance.Of(p)).Within(1e-14));
        Assert.That(AmariDistance.Of(p.flip(1)), Is.EqualTo(AmariDistance.Of(p)).Within(1e-14));
    }

    [TestCase(2)]
    [TestCase(5)]
    public void All_sources_in_every_component_are_at_distance_1(int k) =>
        Assert.That(AmariDistance.Of(torch.ones(k, k)), Is.EqualTo(1).Within(1e-14));

    // A rotation by t: each of two rows and two columns adds tan t, of at most 4.
    [TestCase(0.1)]
    [TestCase(0.7)]
    public void A_rotation_of_two_is_at_the_tangent(double t)
    {
        var (c, s) = (Math.Cos(t), Math.Sin(t));
        var p = torch.tensor(new[] { c, s, -s, c }).reshape(2, 2);
        Assert.That(AmariDistance.Of(p), Is.EqualTo(Math.Tan(t)).Within(1e-14));
    }

    [Test]
    public void Unmixings_are_compared_in_the_space_of_the_sites()
    {
        var w = Random(2, 3, 8);
        Assert.That(AmariDistance.Between(Permuted(w, 2, -1, 0.5), w), Is.EqualTo(0).Within(1e-13));
        Assert.That(AmariDistance.Between(Permuted(w, 1, -1, 1).to(ScalarType.Float32), w.to(ScalarType.Float32)), Is.EqualTo(0).Within(1e-6));
        var (c, s) = (Math.Cos(0.2), Math.Sin(0.2));
        var turned = torch.tensor(new[] { c, s, 0, -s, c, 0, 0, 0, 1 }).reshape(3, 3).mm(w);
        Assert.That(AmariDistance.Between(turned, w), Is.EqualTo(4 * Math.Tan(0.2) / 12).Within(1e-13));
    }

    [Test]
    public void What_is_no_product_is_refused()
    {
        Assert.That(() => AmariDistance.Of(torch.ones(2, 3)), Throws.ArgumentException);
        Assert.That(() => AmariDistance.Of(torch.zeros(2, 2)), Throws.ArgumentException);
        Assert.That(() => AmariDistance.Between(torch.ones(2, 3), torch.ones(2, 4)), Throws.ArgumentException);
    }
}
