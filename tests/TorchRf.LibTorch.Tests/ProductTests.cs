namespace TorchRf.LibTorch.Tests;

public class ProductTests
{
    private static double[] Multiply(double[] a, double[] b, int rows, int inner, int columns)
    {
        var product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                for (int k = 0; k < inner; k++)
                    product[(i * columns) + j] += a[(i * inner) + k] * b[(k * columns) + j];
        return product;
    }

    private static Tensor Random(params long[] shape)
    {
        using var generator = new Generator(1);
        return torch.randn(shape, dtype: ScalarType.Float64, generator: generator);
    }

    [Test]
    public void Matrices_multiply()
    {
        using var a = Random(4, 7);
        using var b = Random(7, 5);
        var expected = Multiply(a.Doubles(), b.Doubles(), 4, 7, 5);
        Assert.Multiple(() =>
        {
            Assert.That(a.mm(b).Doubles(), Is.EqualTo(expected).Within(1e-13));
            Assert.That(a.matmul(b).Doubles(), Is.EqualTo(expected).Within(1e-13));
            Assert.That(torch.matmul(a, b).Doubles(), Is.EqualTo(expected).Within(1e-13));
            Assert.That(b.t().mm(a.t()).t().Doubles(), Is.EqualTo(expected).Within(1e-13));
            Assert.That(b.mT.matmul(a.mT).shape, Is.EqualTo(new long[] { 5, 4 }));
        });
    }

    [Test]
    public void Batches_multiply_one_by_one()
    {
        using var a = Random(3, 4, 2);
        using var b = Random(3, 2, 5);
        using var product = a.bmm(b);
        Assert.That(product.shape, Is.EqualTo(new long[] { 3, 4, 5 }));
        for (int i = 0; i < 3; i++)
            Assert.That(product[i].Doubles(), Is.EqualTo(Multiply(a[i].Doubles(), b[i].Doubles(), 4, 2, 5)).Within(1e-13));
        Assert.That(a.matmul(b).allclose(product), Is.True);
    }

    [Test]
    public void Matmul_broadcasts_batches_and_takes_vectors()
    {
        using var batch = Random(3, 4, 2);
        using var matrix = Random(2, 5);
        using var vector = Random(2);
        Assert.Multiple(() =>
        {
            Assert.That(batch.matmul(matrix).shape, Is.EqualTo(new long[] { 3, 4, 5 }));
            Assert.That(batch.matmul(vector).shape, Is.EqualTo(new long[] { 3, 4 }));
            Assert.That(vector.matmul(matrix).shape, Is.EqualTo(new long[] { 5 }));
            Assert.That(vector.matmul(vector).dim(), Is.Zero);
        });
    }

    [Test]
    public void Dot_sums_the_products()
    {
        using var a = torch.tensor(new double[] { 1, 2, 3 });
        using var b = torch.tensor(new double[] { 4, -5, 6 });
        Assert.That(a.dot(b).item<double>(), Is.EqualTo(12));
    }

    [Test]
    public void Eigenvectors_rebuild_a_symmetric_matrix()
    {
        using var half = Random(6, 6);
        using var symmetric = half + half.t();
        var (values, vectors) = torch.linalg.eigh(symmetric);
        var spectrum = values.Doubles();
        Assert.Multiple(() =>
        {
            Assert.That(spectrum, Is.Ordered);
            Assert.That(spectrum.Sum(), Is.EqualTo(symmetric.diagonal(0, 0, 1).sum().item<double>()).Within(1e-12));
            Assert.That((vectors * values).matmul(vectors.t()).Doubles(), Is.EqualTo(symmetric.Doubles()).Within(1e-12));
            Assert.That(vectors.t().matmul(vectors).Doubles(), Is.EqualTo(torch.eye(6).Doubles()).Within(1e-12));
        });
    }

    [Test]
    public void Eigenvalues_of_a_known_matrix_from_either_triangle()
    {
        using var matrix = torch.tensor(new double[] { 2, 1, 1, 2 }, new long[] { 2, 2 });
        using var lower = torch.tensor(new double[] { 2, 99, 1, 2 }, new long[] { 2, 2 });
        Assert.Multiple(() =>
        {
            Assert.That(torch.linalg.eigh(matrix).Item1.Doubles(), Is.EqualTo(new double[] { 1, 3 }).Within(1e-13));
            Assert.That(torch.linalg.eigh(lower).Item1.Doubles(), Is.EqualTo(new double[] { 1, 3 }).Within(1e-13));
            Assert.That(torch.linalg.eigh(lower.t(), 'U').Item1.Doubles(), Is.EqualTo(new double[] { 1, 3 }).Within(1e-13));
        });
    }

    [Test]
    public void Norms()
    {
        using var a = torch.tensor(new double[] { 3, 4, 5, 12 }, new long[] { 2, 2 });
        Assert.Multiple(() =>
        {
            Assert.That(torch.linalg.norm(a).item<double>(), Is.EqualTo(Math.Sqrt(194)).Within(1e-13));
            Assert.That(torch.linalg.norm(a, dims: [1]).Doubles(), Is.EqualTo(new double[] { 5, 13 }).Within(1e-13));
            Assert.That(torch.linalg.norm(a, dims: [-1], keepdim: true).shape, Is.EqualTo(new long[] { 2, 1 }));
            Assert.That(torch.linalg.norm(a, dims: [0, 1]).item<double>(), Is.EqualTo(Math.Sqrt(194)).Within(1e-13));
        });
    }
}
