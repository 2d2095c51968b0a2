using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class TorusTests : TensorScope
{
    // sum over all sites of C[site, site'] x[site'], by the definition.
    private static double[] Product(double[,] row, double[] x)
    {
        int side = row.GetLength(0);
        var y = new double[side * side];
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++)
                for (int k = 0; k < side; k++)
                    for (int l = 0; l < side; l++)
                        y[(i * side) + j] += row[(k - i + side) % side, (l - j + side) % side] * x[(k * side) + l];
        return y;
    }

    // Symmetric about (0, 0), but not along the axes.
    private static double[,] Slanted(int side)
    {
        double Distance(int d) => d <= side / 2 ? d : d - side;
        double Half(int a, int b) => Math.Exp(-0.3 * Math.Pow(Distance(a) + (0.5 * Distance(b)), 2)) * Math.Exp(-0.2 * Math.Abs(Distance(b)));
        var row = new double[side, side];
        for (int a = 0; a < side; a++)
            for (int b = 0; b < side; b++)
                row[a, b] = (Half(a, b) + Half((side - a) % side, (side - b) % side)) / 2;
        return row;
    }

    private static TorusCovariance Of(double[,] row) => new(torch.tensor(row.Cast<double>().ToArray(), [row.GetLength(0), row.GetLength(1)]));

    // Kronecker's product of the axis' matrix with itself, written out.
    private static Tensor Kronecker(Circulant axis)
    {
        var a = CirculantTests.Written(axis);
        long side = axis.Sites;
        return (a.view(side, 1, side, 1) * a.view(1, side, 1, side)).reshape(side * side, side * side);
    }

    [Test]
    public void Times_is_the_sum_over_all_sites([Values(1, 2, 3, 6, 9)] int side)
    {
        var row = Slanted(side);
        using var generator = new Generator(1);
        var x = torch.randn([side * side], ScalarType.Float64, generator: generator);
        Assert.That(Values(Of(row).Times(x)), Is.EqualTo(Product(row, Values(x))).Within(1e-11));
    }

    [Test]
    public void Both_forms_are_the_product_with_Kroneckers([Values(1, 2, 5, 8, 13)] int side, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var axis = Circulant.Gaussian(side, 1.5);
        IStationaryCovariance separable = new SeparableTorusCovariance(axis);
        using var generator = new Generator(2);
        var x = torch.randn([2, 3, side * side], ScalarType.Float64, generator: generator);
        var expected = x.matmul(Kronecker(axis));
        double rounding = dtype == ScalarType.Float32 ? 2e-5 : 1e-11;
        foreach (var torus in new[] { separable, separable.Warped(r => r.clone()) })
        {
            var product = torus.Times(x.to(dtype));
            Assert.That(product.dtype, Is.EqualTo(dtype));
            Assert.That(product.shape, Is.EqualTo(x.shape));
            Assert.That((product.to(ScalarType.Float64) - expected).abs().max().item<double>(), Is.LessThan(rounding), torus.GetType().Name);
            Assert.That(Values(torus.FirstRow), Is.EqualTo(Values(Kronecker(axis)[0])).Within(1e-13));
            Assert.That(torus.Lattice, Is.EqualTo(Lattice.Torus(side)));
            Assert.That(torus.Sites, Is.EqualTo(side * side));
        }
    }

    // An axis of more sites than its dense matrix is used for.
    [Test]
    public void A_large_torus_is_the_same_in_both_forms()
    {
        IStationaryCovariance separable = new SeparableTorusCovariance(Circulant.Gaussian(600, 2));
        using var generator = new Generator(3);
        var x = torch.randn([2, 360_000], ScalarType.Float64, generator: generator);
        Assert.That((separable.Times(x) - separable.Warped(r => r.clone()).Times(x)).abs().max().item<double>(), Is.LessThan(1e-11));
    }

    [Test]
    public void Eigenvalues_are_those_of_the_matrix([Values(4, 5)] int side)
    {
        var axis = Circulant.Gaussian(side, 1.1);
        var expected = Values(torch.linalg.eigh(Kronecker(axis)).Item1);
        IStationaryCovariance separable = new SeparableTorusCovariance(axis);
        foreach (var torus in new[] { separable, separable.Warped(r => r.clone()) })
        {
            var half = Values(torus.Eigenvalues());
            int columns = (side / 2) + 1;
            Assert.That(half, Has.Length.EqualTo(side * columns));
            // Columns but the first (and, for even L, the last) stand for two waves each.
            var all = half.Concat(half.Where((_, i) => i % columns > 0 && i % columns <= (side - 1) / 2)).Order().ToArray();
            Assert.That(all, Is.EqualTo(expected).Within(1e-12), torus.GetType().Name);
            Assert.That(half[0], Is.EqualTo(Values(torus.FirstRow).Sum()).Within(1e-12), "the constant wave comes first");
        }
    }

    [Test]
    public void The_two_forms_number_their_eigenvalues_alike([Values(4, 7)] int side)
    {
        IStationaryCovariance separable = new SeparableTorusCovariance(Circulant.Gaussian(side, 0.9));
        Assert.That(Values(separable.Eigenvalues()), Is.EqualTo(Values(separable.Warped(r => r.clone()).Eigenvalues())).Within(1e-12));
    }

    [Test]
    public void The_root_squared_is_the_matrix([Values(4, 5, 30)] int side, [Values(0.5, 3, 30)] double lengthscale)
    {
        IStationaryCovariance separable = new SeparableTorusCovariance(Circulant.Gaussian(side, lengthscale));
        foreach (var torus in new[] { separable, separable.Warped(r => r.clone()) })
        {
            var root = torus.Root();
            Assert.That(((IStationaryCovariance)root).Eigenvalues().min().item<double>(), Is.GreaterThan(-1e-7), "the positive root");
            Assert.That(Values(root.Times(root.FirstRow)), Is.EqualTo(Values(torus.FirstRow)).Within(1e-10), torus.GetType().Name);
        }
    }

    [Test]
    public void Bending_bends_every_correlation()
    {
        var bent = new SeparableTorusCovariance(Circulant.Gaussian(6, 2)).Warped(r => r.pow(3));
        var row = Values(Circulant.Gaussian(6, 2).FirstRow);
        Assert.That(Values(bent.FirstRow), Is.EqualTo(row.SelectMany(a => row.Select(b => Math.Pow(a * b, 3)))).Within(1e-14));
        Assert.That(bent, Is.InstanceOf<TorusCovariance>());
    }

    [Test]
    public void Other_rows_are_refused()
    {
        Assert.That(() => new TorusCovariance(torch.zeros(4, 5, ScalarType.Float64)), Throws.ArgumentException);
        Assert.That(() => new TorusCovariance(torch.zeros(4, 4, ScalarType.Float32)), Throws.ArgumentException);
        Assert.That(() => new TorusCovariance(torch.zeros(16, ScalarType.Float64)), Throws.ArgumentException);
        Assert.That(() => new TorusCovariance(torch.tensor(new[] { 1, 0.5, 0.1, 0, 0, 0, 0, 0, 0 }, [3, 3])), Throws.ArgumentException);
    }
}
