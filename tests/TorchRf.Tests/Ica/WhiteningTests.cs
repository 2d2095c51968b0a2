using TorchRf.Ica;

namespace TorchRf.Tests.Ica;

public sealed class WhiteningTests : TensorScope
{
    private static Tensor Correlated(long examples, int sites, ScalarType dtype, int rank = int.MaxValue)
    {
        using var generator = new Generator(3);
        int inner = Math.Min(sites, rank);
        var z = torch.randn([examples, inner], ScalarType.Float64, generator: generator);
        var a = torch.randn([inner, sites], ScalarType.Float64, generator: generator);
        return (z.mm(a) + 5).to(dtype);
    }

    // The mean is subtracted and the covariance becomes the identity, exactly, for it is the examples' own.
    [TestCase(ScalarType.Float64, 7, 1e-11)]
    [TestCase(ScalarType.Float64, 3, 1e-11)]
    [TestCase(ScalarType.Float32, 7, 1e-5)]
    [TestCase(ScalarType.Float32, 3, 1e-5)]
    public void Whitened_examples_have_mean_0_and_unit_covariance(ScalarType dtype, int components, double tolerance)
    {
        var x = Correlated(70_000, 7, dtype);
        using var whitening = Whitening.Of(x, components);
        var z = whitening.Apply(x);
        Assert.That(z.dtype, Is.EqualTo(dtype));
        Assert.That(z.shape, Is.EqualTo(new long[] { 70_000, components }));
        z = z.to(ScalarType.Float64);
        Assert.That(Values(z.mean([0])), Is.All.EqualTo(0).Within(tolerance));
        Assert.That((z.mT.mm(z) / z.shape[0] - torch.eye(components, dtype: ScalarType.Float64)).abs().max().item<double>(), Is.LessThan(tolerance));
    }

    [Test]
    public void Dewhitening_undoes_it_on_the_directions_kept_which_vary_most()
    {
        var x = Correlated(500, 5, ScalarType.Float64);
        using var all = Whitening.Of(x);
        Assert.That(all.Dewhitening.mm(all.Matrix).allclose(torch.eye(5, dtype: ScalarType.Float64), rtol: 0, atol: 1e-10));
        Assert.That((all.Apply(x).mm(all.Dewhitening.mT) + all.Mean).allclose(x, rtol: 0, atol: 1e-9));
        using var two = Whitening.Of(x, 2);
        Assert.That(two.Matrix.mm(two.Dewhitening).allclose(torch.eye(2, dtype: ScalarType.Float64), rtol: 0, atol: 1e-10));
        var scales = Values(torch.linalg.norm(all.Dewhitening, [0]));
        Assert.That(scales, Is.Ordered.Descending);
        Assert.That(two.Matrix.allclose(all.Matrix.narrow(0, 0, 2)));
    }

    [TestCase(ScalarType.Float64)]
    [TestCase(ScalarType.Float32)]
    public void More_components_than_independent_directions_are_refused(ScalarType dtype)
    {
        var x = Correlated(500, 6, dtype, rank: 4);
        Assert.That(() => Whitening.Of(x, 5), Throws.InstanceOf<InvalidSettingException>().With.Message.EqualTo(
            "Components is 5; it must be at most 4: the 500 examples vary along no more than 4 of their 6 directions."));
        using var four = Whitening.Of(x, 4);
        Assert.That(four.Components, Is.EqualTo(4));
        Assert.That(() => Whitening.Of(x, 7), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("from 1 to the 6 sites"));
        Assert.That(() => Whitening.Of(x, 0), Throws.InstanceOf<InvalidSettingException>());
    }

    // A direction of a thousandth of the largest's deviation is a direction still.
    [Test]
    public void Weak_directions_count()
    {
        var x = Correlated(500, 3, ScalarType.Float32);
        x = x * torch.tensor(new[] { 1f, 1e-3f, 1f });
        using var whitening = Whitening.Of(x, 3);
        Assert.That(whitening.Components, Is.EqualTo(3));
    }

    [Test]
    public void What_is_no_matrix_of_numbers_is_refused()
    {
        Assert.That(() => Whitening.Of(torch.zeros(5)), Throws.ArgumentException);
        Assert.That(() => Whitening.Of(torch.zeros([5, 4], ScalarType.Int64)), Throws.ArgumentException);
        Assert.That(() => Whitening.Of(torch.full([5, 4], double.NaN)), Throws.ArgumentException.With.Message.Contains("finite"));
    }
}
