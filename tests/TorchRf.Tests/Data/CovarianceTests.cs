using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>Every kind of covariance against its matrix, written out by the definition.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class CovarianceTests : TensorScope
{
    /// <summary>Around a ring, from the first row. Shape (N, N).</summary>
    internal static Tensor Written(double[] row) => Written(row.Length, (i, j) => row[Math.Abs(i - j)]);

    private static Tensor Written(int n, Func<int, int, double> of) =>
        torch.tensor([.. Enumerable.Range(0, n * n).Select(k => of(k / n, k % n))], [n, n]);

    private static double[] Reciprocals(int sites) => [.. Enumerable.Range(0, sites).Select(d => 1.0 / (1 + Math.Min(d, sites - d)))];

    // Kronecker's product of the axis' matrix with itself.
    private static Tensor Kronecker(Circulant axis)
    {
        var a = Written(Values(axis.FirstRow));
        long side = axis.Sites;
        return (a.view(side, 1, side, 1) * a.view(1, side, 1, side)).reshape(side * side, side * side);
    }

    // Symmetric about (0, 0), but not along the axes.
    private static double[] Slanted(int side)
    {
        double Distance(int d) => d <= side / 2 ? d : d - side;
        double Half(int a, int b) => Math.Exp(-0.3 * Math.Pow(Distance(a) + (0.5 * Distance(b)), 2)) * Math.Exp(-0.2 * Math.Abs(Distance(b)));
        return [.. from a in Enumerable.Range(0, side)
                   from b in Enumerable.Range(0, side)
                   select (Half(a, b) + Half((side - a) % side, (side - b) % side)) / 2];
    }

    private static Tensor Random(int sites)
    {
        using var generator = new Generator(4);
        var a = torch.randn(sites, sites + 2, ScalarType.Float64, generator: generator);
        return a.matmul(a.mT) / (double)sites;
    }

    private static TestCaseData Case(string name, Func<ICovariance> covariance, Func<Tensor> written) => new TestCaseData(covariance, written).SetArgDisplayNames(name);

    private static IEnumerable<TestCaseData> Positive()
    {
        // From 512 sites on they go by Fourier transforms.
        foreach (int sites in new[] { 1, 2, 5, 40, 511, 512, 513, 600, 1001 })
            yield return Case($"ring of {sites}", () => new Circulant(torch.tensor(Reciprocals(sites))), () => Written(Reciprocals(sites)));
        foreach (int sites in new[] { 4, 5, 40, 41, 600, 1001 })
            foreach (double xi in new[] { 0.5, 3, 30 })
                yield return Case($"Gaussian ring of {sites}, {xi}", () => Circulant.Gaussian(sites, xi), () => Written(Values(Circulant.Gaussian(sites, xi).FirstRow)));
        foreach (int side in new[] { 1, 2, 4, 5, 8, 13, 30 })
            foreach (double xi in new[] { 0.5, 1.5, 30 })
            {
                yield return Case($"separable torus of {side}, {xi}", () => Separable(side, xi), () => Kronecker(Circulant.Gaussian(side, xi)));
                yield return Case($"torus of {side}, {xi}", () => Separable(side, xi).Warped(r => r.clone()), () => Kronecker(Circulant.Gaussian(side, xi)));
            }
        foreach (int sites in new[] { 1, 2, 5, 7, 40 })
            yield return Case($"dense of {sites}", () => new DenseCovariance(Random(sites)), () => Random(sites));
        yield return Case("singular", () => new DenseCovariance(torch.ones(3, 3, ScalarType.Float64)), () => torch.ones(3, 3, ScalarType.Float64));
        yield return Case("blocks of a ring", () => new BlockCovariance(Lattice.Ring(64), 4, 0.7), () => Written(64, (i, j) => i / 4 == j / 4 ? 0.7 : 0));
        yield return Case("blocks of a torus", () => new BlockCovariance(Lattice.Torus(8), 4, 0.7),
            () => Written(64, (i, j) => i / 32 == j / 32 && i % 8 / 4 == j % 8 / 4 ? 0.7 : 0));
    }

    private static IEnumerable<TestCaseData> All() => Positive().Concat(new[] { 1, 2, 3, 6, 9 }.Select(side => Case($"slanted torus of {side}",
        () => new TorusCovariance(torch.tensor(Slanted(side), [side, side])),
        () => Written(side * side, (s, t) => Slanted(side)[((t / side) - (s / side) + side) % side * side + (((t % side) - (s % side) + side) % side)]))));

    private static SeparableTorusCovariance Separable(int side, double xi) => new(Circulant.Gaussian(side, xi));

    [TestCaseSource(nameof(All))]
    public void Times_and_eigenvalues_are_those_of_the_written_out_matrix(Func<ICovariance> make, Func<Tensor> written)
    {
        var (covariance, matrix) = (make(), written());
        Assert.That(covariance.Sites, Is.EqualTo(matrix.shape[0]));
        Assert.That(Values(covariance.FirstRow), Is.EqualTo(Values(matrix[0])).Within(1e-13));
        using var generator = new Generator(1);
        var x = torch.randn([2, 3, covariance.Sites], ScalarType.Float64, generator: generator);
        foreach (var (dtype, rounding) in new[] { (ScalarType.Float32, covariance is DenseCovariance ? 1e-5 : 2e-5), (ScalarType.Float64, 1e-12) })
        {
            var product = covariance.Times(x.to(dtype));
            Assert.That((product.dtype, product.numel()), Is.EqualTo((dtype, x.numel())));
            Assert.That((product.to(ScalarType.Float64) - x.matmul(matrix)).abs().max().item<double>(), Is.LessThan(rounding), $"{dtype}");
        }
        if (covariance is IStationaryCovariance { Sites: <= 169 } stationary)
            CheckEigenvalues(stationary, matrix);
    }

    private static void CheckEigenvalues(IStationaryCovariance covariance, Tensor matrix)
    {
        var half = Values(covariance.Eigenvalues());
        int side = covariance.Lattice.Side, columns = (side / 2) + 1;
        Assert.That(half, Has.Length.EqualTo(covariance.Sites / side * columns));
        // Columns but the first (and, for even L, the last) stand for two waves each.
        var all = half.Concat(half.Where((_, i) => i % columns > 0 && i % columns <= (side - 1) / 2)).Order().ToArray();
        Assert.That(all, Is.EqualTo(Values(torch.linalg.eigh(matrix).Item1)).Within(1e-12));
        Assert.That(half[0], Is.EqualTo(Values(covariance.FirstRow).Sum()).Within(1e-12), "the constant wave comes first");
    }

    [TestCaseSource(nameof(Positive))]
    public void The_root_is_symmetric_and_positive_and_its_square_the_matrix(Func<ICovariance> make, Func<Tensor> written)
    {
        var covariance = make();
        var root = covariance.Root().Times(torch.eye(covariance.Sites, dtype: ScalarType.Float64));
        Assert.That(root.allclose(root.mT, atol: 1e-12), Is.True);
        Assert.That(torch.linalg.eigh(root).Item1.min().item<double>(), Is.GreaterThan(-1e-7));
        Assert.That((root.matmul(root) - written()).abs().max().item<double>(), Is.LessThan(1e-12));
    }

    [Test]
    public void The_two_forms_of_a_torus_number_their_eigenvalues_alike([Values(4, 7)] int side) =>
        Assert.That(Values(Separable(side, 0.9).Eigenvalues()), Is.EqualTo(Values(Separable(side, 0.9).Warped(r => r.clone()).Eigenvalues())).Within(1e-12));

    // An axis of more sites than its dense matrix is used for.
    [Test]
    public void A_large_torus_is_the_same_in_both_forms()
    {
        using var generator = new Generator(3);
        var x = torch.randn([2, 360_000], ScalarType.Float64, generator: generator);
        Assert.That((Separable(600, 2).Times(x) - Separable(600, 2).Warped(r => r.clone()).Times(x)).abs().max().item<double>(), Is.LessThan(1e-11));
    }

    [Test]
    public void Bending_bends_every_correlation()
    {
        var row = Values(Circulant.Gaussian(6, 2).FirstRow);
        var bent = Separable(6, 2).Warped(r => r.pow(3));
        Assert.That(Values(bent.FirstRow), Is.EqualTo(row.SelectMany(a => row.Select(b => Math.Pow(a * b, 3)))).Within(1e-14));
    }

    [Test]
    public void The_matrix_is_a_copy()
    {
        var row = torch.tensor(new[] { 1.0, 0.5, 0.2, 0.5 });
        var circulant = new Circulant(row);
        row.zero_();
        Assert.That(Values(circulant.FirstRow), Is.EqualTo(new[] { 1.0, 0.5, 0.2, 0.5 }));
    }
}
