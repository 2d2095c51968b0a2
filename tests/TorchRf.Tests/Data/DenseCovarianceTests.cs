using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class DenseCovarianceTests : TensorScope
{
    private static Tensor Random(int sites)
    {
        using var generator = new Generator(4);
        var a = torch.randn(sites, sites + 2, ScalarType.Float64, generator: generator);
        return a.matmul(a.mT) / (double)sites;
    }

    [Test]
    public void Times_and_first_row_are_those_of_the_matrix([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var matrix = Random(7);
        var covariance = new DenseCovariance(matrix);
        using var generator = new Generator(5);
        var x = torch.randn([2, 3, 7], ScalarType.Float64, generator: generator);
        Assert.That(covariance.Sites, Is.EqualTo(7));
        Assert.That(Values(covariance.FirstRow), Is.EqualTo(Values(matrix[0])));
        Assert.That(Values(covariance.Times(x.to(dtype))), Is.EqualTo(Values(x.matmul(matrix))).Within(dtype == ScalarType.Float32 ? 1e-5 : 1e-12));
    }

    [Test]
    public void The_root_is_symmetric_positive_and_squares_to_the_matrix([Values(1, 2, 5, 40)] int sites)
    {
        var matrix = Random(sites);
        var root = new DenseCovariance(matrix).Root().Times(torch.eye(sites, dtype: ScalarType.Float64));
        Assert.That(root.allclose(root.mT, atol: 1e-12), Is.True);
        Assert.That(torch.linalg.eigh(root).Item1.min().item<double>(), Is.GreaterThan(0));
        Assert.That(Values(root.matmul(root)), Is.EqualTo(Values(matrix)).Within(1e-11));
    }

    [Test]
    public void A_singular_matrix_has_a_root()
    {
        var covariance = new DenseCovariance(torch.ones(3, 3, ScalarType.Float64));
        var root = covariance.Root().Times(torch.eye(3, dtype: ScalarType.Float64));
        Assert.That(Values(root.matmul(root)), Is.All.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Other_matrices_are_refused()
    {
        Assert.That(() => new DenseCovariance(torch.zeros(2, 3, ScalarType.Float64)), Throws.ArgumentException);
        Assert.That(() => new DenseCovariance(torch.zeros(3, 3, ScalarType.Float32)), Throws.ArgumentException);
        Assert.That(() => new DenseCovariance(torch.tensor([1.0, 0.5, 0.4, 1.0], [2, 2])), Throws.ArgumentException);
    }
}
