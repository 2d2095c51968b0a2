using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class CirculantTests : TensorScope
{
    // Written out from the first row, by the definition.
    internal static Tensor Written(ICovariance circulant)
    {
        var row = Values(circulant.FirstRow);
        int n = row.Length;
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                matrix[(i * n) + j] = row[Math.Abs(i - j)];
        return torch.tensor(matrix, [n, n]);
    }

    [Test]
    public void Times_is_the_product_with_the_written_out_matrix(
        [Values(1, 2, 5, 40, 511, 512, 513, 600, 1001)] int sites, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var circulant = new Circulant(torch.tensor([.. Enumerable.Range(0, sites).Select(d => 1.0 / (1 + Math.Min(d, sites - d)))]));
        using var generator = new Generator(1);
        var x = torch.randn([2, 3, sites], ScalarType.Float64, generator: generator);
        var expected = x.matmul(Written(circulant));
        var product = circulant.Times(x.to(dtype));
        Assert.That(product.dtype, Is.EqualTo(dtype));
        double rounding = dtype == ScalarType.Float32 ? 2e-5 : 1e-11;
        Assert.That((product.to(ScalarType.Float64) - expected).abs().max().item<double>(), Is.LessThan(rounding));
    }

    [TestCase(4, 0.3)]
    [TestCase(40, 1)]
    [TestCase(40, 3)]
    [TestCase(41, 3)]
    [TestCase(513, 3)]
    [TestCase(1000, 2)]
    public void A_short_kernel_is_the_formula(int sites, double lengthscale)
    {
        var expected = Enumerable.Range(0, sites).Select(i => Math.Min(i, sites - i) / lengthscale).Select(d => Math.Exp(-d * d)).ToArray();
        Assert.That(Values(Circulant.Gaussian(sites, lengthscale).FirstRow), Is.EqualTo(expected).Within(1e-10));
    }

    [TestCase(4, 20)]
    [TestCase(10, 5)]
    [TestCase(11, 7)]
    [TestCase(41, 30)]
    [TestCase(600, 400)]
    public void A_long_kernel_is_clipped_and_rescaled(int sites, double lengthscale)
    {
        var raw = new Circulant(torch.tensor([.. Enumerable.Range(0, sites)
            .Select(i => Math.Min(i, sites - i) / lengthscale).Select(d => Math.Exp(-d * d))]));
        var (eigenvalues, vectors) = torch.linalg.eigh(Written(raw));
        Assert.That(eigenvalues.min().item<double>(), Is.LessThan(-1e-5), "the case needs clipping");
        var clipped = (vectors * eigenvalues.clamp(min: 0.0)).matmul(vectors.mT);
        var expected = clipped[0] / clipped[0, 0];

        var circulant = Circulant.Gaussian(sites, lengthscale);
        Assert.That(Values(circulant.FirstRow), Is.EqualTo(Values(expected)).Within(1e-10));
    }

    [Test]
    public void A_kernel_is_a_correlation([Values(4, 5, 40, 41, 600, 1000, 1001)] int sites, [Values(0.3, 1, 3, 50)] double lengthscale)
    {
        var circulant = Circulant.Gaussian(sites, lengthscale);
        var row = Values(circulant.FirstRow);
        Assert.That(row[0], Is.EqualTo(1).Within(1e-14), "diagonal");
        Assert.That(row[1..], Is.EqualTo(row[1..].Reverse()).Within(1e-12), "symmetry");
        var eigenvalues = Values(circulant.Eigenvalues());
        Assert.That(eigenvalues, Has.Length.EqualTo((sites / 2) + 1));
        Assert.That(eigenvalues.Min(), Is.GreaterThan(-1e-11), "no negative eigenvalue");
    }

    [Test]
    public void Eigenvalues_are_those_of_the_matrix([Values(4, 5, 40)] int sites)
    {
        var circulant = Circulant.Gaussian(sites, 1.5);
        var modes = Values(circulant.Eigenvalues());
        // Every mode but the constant one (and, for even N, the alternating one) stands for a cosine and a sine.
        var twice = modes.Concat(modes[1..((sites + 1) / 2)]).Order().ToArray();
        Assert.That(twice, Is.EqualTo(Values(torch.linalg.eigh(Written(circulant)).Item1)).Within(1e-12));
    }

    [Test]
    public void The_root_squared_is_the_matrix([Values(4, 5, 40, 41, 600, 1001)] int sites, [Values(0.5, 3, 30)] double lengthscale)
    {
        var circulant = Circulant.Gaussian(sites, lengthscale);
        var root = circulant.Root();
        Assert.That(((Circulant)root).Eigenvalues().min().item<double>(), Is.GreaterThan(-1e-7), "the positive root");
        var squared = root.Times(root.FirstRow);
        Assert.That(Values(squared), Is.EqualTo(Values(circulant.FirstRow)).Within(1e-10));
    }

    [Test]
    public void The_matrix_is_a_copy()
    {
        var row = torch.tensor(new[] { 1.0, 0.5, 0.2, 0.5 });
        var circulant = new Circulant(row);
        row.zero_();
        Assert.That(Values(circulant.FirstRow), Is.EqualTo(new[] { 1.0, 0.5, 0.2, 0.5 }));
    }

    [Test]
    public void Other_rows_are_refused()
    {
        Assert.That(() => new Circulant(torch.tensor(new[] { 1.0, 0.5, 0.2 })), Throws.ArgumentException);
        Assert.That(() => new Circulant(torch.zeros(4, ScalarType.Float32)), Throws.ArgumentException);
        Assert.That(() => new Circulant(torch.zeros(4, 4, ScalarType.Float64)), Throws.ArgumentException);
        Assert.That(() => Circulant.Gaussian(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Circulant.Gaussian(8, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Circulant.Gaussian(8, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
